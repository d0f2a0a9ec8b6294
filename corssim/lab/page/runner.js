// The scenario's page: does the steps that the lab asks for, itself or in its frame, and tells it what script saw.
addEventListener("message", async ({ data, source, origin }) => {
  if (origin !== TOLD.lab || source !== opener) return;
  const seen = await (globalThis.askInside ? askInside(JSON.stringify(data)) : run(data));
  opener.postMessage({ number: data.number, seen: JSON.parse(JSON.stringify(seen)) }, TOLD.lab);
});
Promise.resolve(opened).then(() => opener.postMessage({ ready: location.href }, TOLD.lab));
