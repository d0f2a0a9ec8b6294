// Fetches with CORS by what tests in JavaScript use: seconds of CPU time of each, by kind, as one line of JSON.
const [, , name, url, rounds] = process.argv;
const page = "http://localhost:3000/";

const windows = {
  jsdom: async () => {
    const { JSDOM } = await import("jsdom");
    const { window } = new JSDOM("", { url: page });
    return (target, init) =>
      new Promise((resolve, reject) => {
        const xhr = new window.XMLHttpRequest();
        xhr.open(init.method ?? "GET", target);
        for (const [header, value] of Object.entries(init.headers ?? {})) xhr.setRequestHeader(header, value);
        xhr.onload = () => resolve(xhr.responseText);
        xhr.onerror = () => reject(new Error(`${name} refused ${target}`));
        xhr.send(init.body);
      });
  },
  "happy-dom": async () => {
    const { Window } = await import("happy-dom");
    const window = new Window({ url: page });
    return async (target, init) => (await window.fetch(target, init)).text();
  },
  mentoss: async () => {
    const { FetchMocker, MockServer } = await import("mentoss");
    const server = new MockServer(new URL(url).origin);
    const allow = { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "PUT", "Access-Control-Allow-Headers": "content-type" };
    const mocker = new FetchMocker({ servers: [server], baseUrl: page });
    return async (target, init) => {
      if (init.method === "PUT") server.options("/x", { status: 204, headers: allow });
      server[(init.method ?? "GET").toLowerCase()]("/x", { status: 200, headers: allow, body: "ok" });
      return (await mocker.fetch(target, init)).text();
    };
  },
};

const kinds = { GET: {}, "OPTIONS and PUT": { method: "PUT", body: "hi" } };
const send = await windows[name]();
const seconds = {};
for (const [kind, init] of Object.entries(kinds)) {
  seconds[kind] = [];
  for (let round = -3; round < Number(rounds); round++) {
    const start = process.cpuUsage();
    // A URL of its own each time: no cache of preflights answers.
    for (let number = 0; number < 20; number++) {
      await send(name === "mentoss" ? url : `${url}?${kind}${round}-${number}`, init);
    }
    const { user, system } = process.cpuUsage(start);
    if (round >= 0) seconds[kind].push((user + system) / 1e6 / 20);
  }
}
console.log(JSON.stringify(seconds));
process.exit(0);
