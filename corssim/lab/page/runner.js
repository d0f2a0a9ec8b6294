// The scenario's page: does the steps that the lab asks for, and tells it what script saw.
addEventListener("message", async ({ data, source, origin }) => {
  if (origin !== TOLD.lab || source !== opener) return;
  opener.postMessage({ number: data.number, seen: JSON.parse(JSON.stringify(await run(data))) }, TOLD.lab);
});
opener.postMessage({ ready: location.href }, TOLD.lab);
