// Where the page's questions go when it has no server: to a worker of this browser, in which Python predicts.
export const HAS_SERVERS = false;
export const progress = { tell() {} }; // what has come of Python, { loaded, bytes }, and null once all is there
const ANSWERS_WITHIN = 20000; // milliseconds, once Python is there
const waiting = new Map();
let worker, number = 0, isLoaded = false;

function end(message) {
  worker?.terminate();
  worker = undefined;
  isLoaded = false;
  for (const { reject } of waiting.values()) reject(new Error(message));
  waiting.clear();
}

function start() {
  worker = new Worker("worker.js", { type: "module" });
  worker.onerror = ({ message }) => end(`Python could not be started here: ${message || "its files are not beside this page"}.`);
  worker.onmessage = ({ data }) => {
    if ("loaded" in data) return progress.tell(data);
    if (data.failed) return end(`Python could not be started here: ${data.failed}`);
    isLoaded = true;
    if (data.number === undefined) {
      progress.tell(null);
      for (const number of waiting.keys()) limit(number);
      return;
    }
    waiting.get(data.number)?.resolve(data.answer);
    waiting.delete(data.number);
  };
}

function limit(number) {
  setTimeout(() => {
    if (waiting.has(number)) end("This takes too long here: something in it goes on without end.");
  }, ANSWERS_WITHIN);
}

export async function ask(path, body) {
  if (body === undefined) return (await fetch(`${path}.json`)).json();
  if (!worker) start();
  const asked = ++number;
  const answered = new Promise((resolve, reject) => waiting.set(asked, { resolve, reject }));
  worker.postMessage({ number: asked, path, told: JSON.stringify(body) });
  if (isLoaded) limit(asked);
  const answer = JSON.parse(await answered);
  if (answer.error) throw new Error(answer.error);
  return answer;
}
