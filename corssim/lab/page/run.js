// Runs a scenario in a small window of this browser, whose pages the lab's servers give.
import { ask } from "./ask.js";

const OPENS_WITHIN = 8000, STEP_TAKES_AT_MOST = 30000, LEAVES_WITHIN = 2000, PROBED_WITHIN = 4000; // milliseconds
const SOMEBODY_READS = 300000; // milliseconds for what the browser says of a certificate
const STAYS_CLOSED = 25; // times that it is looked at
const SENDS_LATER = ["sendBeacon", "form", "iframe"];
const DID_NOT_OPEN = "The scenario's page did not open, or lets no script of the lab run: corssim verify can run it.";
const WAS_CLOSED = "The small window was closed, or its page let go of this one (Cross-Origin-Opener-Policy): corssim verify can run it.";
let plainNames = false; // once this browser has not found a name under .localhost

class DidNotOpen extends Error {}
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// What the window tells, if it is what is waited for.
const told = (page, matches, within) => new Promise((resolve, reject) => {
  const end = (how, what) => { clearTimeout(late); clearInterval(closed); removeEventListener("message", heard); how(what); };
  const late = setTimeout(() => end(reject, new DidNotOpen(DID_NOT_OPEN)), within);
  let looked = 0; // a window that goes from process to process seems to be closed for a moment
  const closed = setInterval(() => {
    looked = page.closed ? looked + 1 : 0;
    if (looked > STAYS_CLOSED) end(reject, new Error(WAS_CLOSED));
  }, 200);
  function heard({ source, data }) {
    if (source === page && matches(data)) end(resolve, data);
  }
  addEventListener("message", heard);
});

// Does this browser trust the lab's authority? A name that it has never met says so.
export async function isTrusted(port) {
  const name = [...crypto.getRandomValues(new Uint32Array(2))].map((number) => number.toString(16)).join("");
  const asked = fetch(`https://probe-${name}.localhost:${port}/`, { mode: "no-cors", signal: AbortSignal.timeout(PROBED_WITHIN) });
  return asked.then(() => true, () => false);
}

// Runs the text as the profile of `browser` and gives the comparison. `port` is that of the lab's https, 0 without.
export async function run(text, browser, port, say) {
  const size = port ? "width=760,height=640" : "width=420,height=260";
  const page = window.open("about:blank", "_blank", `popup,${size}`);
  if (!page) throw new Error("The browser opened no window: allow this page to, and run again.");
  try {
    const asked = { text, browser, is_trusted: port ? await isTrusted(port) : false };
    try {
      return await attempt(page, { ...asked, plain_names: plainNames }, say);
    } catch (error) {
      if (!(error instanceof DidNotOpen) || plainNames) throw error;
      const found = await attempt(page, { ...asked, plain_names: true }, say).catch(() => { throw error; });
      plainNames = true;
      return found;
    }
  } finally {
    page.close();
  }
}

async function attempt(page, asked, say) {
  const { id, steps, opens } = await ask("runs", asked);
  await openFirst(page, opens, say);
  say("Running…");
  const seen = [];
  let at = -1;
  for (const step of steps) {
    await ask(`runs/${id}/step`, { number: step.number });
    if (step.page >= 0 && step.page !== at) {
      await open(page, step.on, OPENS_WITHIN);
      at = step.page;
    }
    await ask(`runs/${id}/step`, { number: step.number, is_open: true });
    if (step.api === "wait") await pause(step.wait_ms);
    const leaves = Boolean(step.target); // the document goes away, and nobody is there to tell
    const answered = told(page, (data) => data.number === step.number, leaves ? LEAVES_WITHIN : STEP_TAKES_AT_MOST);
    page.postMessage(step, "*");
    if (leaves) at = -1;
    seen.push(await answered.then((data) => data.seen, (error) => {
      if (!(error instanceof DidNotOpen)) throw error;
      return { outcome: leaves ? "ok" : "timeout" };
    }));
    if (SENDS_LATER.includes(step.api)) await pause(600);
  }
  return ask(`runs/${id}/end`, { seen });
}

// Each origin once for itself: there the browser asks whether its certificate will do, and forgets what it knew of it.
async function openFirst(page, opens, say) {
  for (const [number, { url, origin }] of opens.entries()) {
    const which = `${origin} (${number + 1} of ${opens.length})`;
    say(`The small window opens ${which}. If the browser warns of its certificate, which the lab made itself: Advanced, and go on.`);
    await open(page, url, SOMEBODY_READS).catch((error) => {
      throw error instanceof DidNotOpen ? new Error(`${origin} was not opened: run again.`) : error;
    });
  }
}

async function open(page, url, within) {
  const ready = told(page, (data) => data.ready, within);
  page.location = url;
  await ready;
}
