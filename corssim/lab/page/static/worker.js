// Python in this browser: Pyodide, corssim, and the one function that answers the page.
const ready = load();
ready.then(() => postMessage({}), (error) => postMessage({ failed: String(error.message ?? error) }));
onmessage = async ({ data: { number, path, told } }) => {
  const answer = await ready;
  postMessage({ number, answer: answer(path, told) });
};

async function load() {
  const at = new URL("python/", import.meta.url);
  const { packages, bytes } = await (await fetch(new URL("files.json", at))).json();
  count(bytes);
  const { loadPyodide } = await import(new URL("pyodide.mjs", at));
  const archives = Promise.all(packages.map(async (name) => {
    const answer = await fetch(new URL(name, at));
    if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
    return [name, await answer.arrayBuffer()];
  }));
  const python = await loadPyodide({ indexURL: at.href });
  for (const [name, archive] of await archives) python.unpackArchive(archive, name.endsWith(".whl") ? "wheel" : "zip");
  return python.runPython("from corssim.lab.answers import answer_json; answer_json");
}

// Tells the page how much of all the files has come.
function count(bytes) {
  const plain = self.fetch;
  let loaded = 0;
  self.fetch = async (...asked) => {
    const answer = await plain(...asked);
    if (!answer.ok || !answer.body) return answer;
    const counting = new TransformStream({
      transform(chunk, stream) {
        loaded += chunk.byteLength;
        postMessage({ loaded: Math.min(loaded, bytes), bytes });
        stream.enqueue(chunk);
      },
    });
    return new Response(answer.body.pipeThrough(counting), { headers: { "Content-Type": answer.headers.get("Content-Type") ?? "" } });
  };
}
