import { HAS_SERVERS, ask, progress } from "./ask.js";
import { drawForms } from "./forms.js";

// The lab's page: edits a scenario, has it predicted, runs it in a window of this browser, and shows both.
const START = `title = "A PUT is stopped by its preflight"
page = "https://app.example/"

[[server]]
url = "https://api.example/items/1"
method = "OPTIONS"
status = 204
headers = { Access-Control-Allow-Origin = "https://app.example" }

[[step]]
fetch = "https://api.example/items/1"
method = "PUT"
body = "new text"
`;
const OPENS_WITHIN = 8000, STEP_TAKES_AT_MOST = 30000; // milliseconds
const $ = (id) => document.getElementById(id);
const BROWSERS = { firefox: "Firefox", chromium: "Chromium", webkit: "WebKit" };
const agent = navigator.userAgent;
const browser = /Firefox\//.test(agent) ? "firefox" : /Chrom(e|ium)\//.test(agent) ? "chromium" : "webkit";
let lessons = [];

// What one edits is in the URL's fragment, which no server sees.
async function packed(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
async function unpacked(code) {
  const bytes = Uint8Array.from(atob(code.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).text();
}

const say = (text) => { $("status").textContent = text; };
progress.tell = (told) => {
  $("loading").hidden = !told;
  if (!told) return say("");
  if (!$("loading").value) say(`Python is loaded, once: ${Math.ceil(told.bytes / 1e6)} MB…`);
  $("loading").max = told.bytes;
  $("loading").value = told.loaded;
};
function edit(text) {
  $("text").value = text;
  predict();
}
let latest = 0;
async function predict() {
  const number = ++latest, text = $("text").value;
  history.replaceState(null, "", "#" + (await packed(text)));
  try {
    await drawForms($("forms"), text, edit, say);
    const made = await ask("predict", { text, browser });
    if (number !== latest) return;
    $("predicted").innerHTML = made.html; // escaped where it is made
    $("profile").textContent = `(${made.profile})`;
    say("");
  } catch (error) {
    if (number === latest) say(error.message);
  }
}

const told = (matches, within) => new Promise((resolve, reject) => {
  const late = setTimeout(() => { removeEventListener("message", heard); reject(new Error("late")); }, within);
  function heard({ source, data }) {
    if (source !== told.window || !matches(data)) return;
    clearTimeout(late);
    removeEventListener("message", heard);
    resolve(data);
  }
  addEventListener("message", heard);
});

class DidNotOpen extends Error {}
let plainNames = false; // once this browser has not found a name under .localhost

async function run() {
  const page = window.open("about:blank", "_blank", "popup,width=420,height=260");
  if (!page) return say("The browser opened no window: allow this page to, and run again.");
  told.window = page;
  $("run").disabled = true;
  say("Running…");
  try {
    try {
      await attempt(page);
    } catch (error) {
      if (!(error instanceof DidNotOpen) || plainNames) throw error;
      plainNames = true;
      await attempt(page);
    }
    say("");
  } catch (error) {
    say(error.message);
  } finally {
    page.close();
    $("run").disabled = false;
  }
}

async function attempt(page) {
  const { id, steps } = await ask("runs", { text: $("text").value, browser, plain_names: plainNames });
  const seen = [];
  let at = "";
  for (const step of steps) {
    await ask(`runs/${id}/step`, { number: step.number });
    if (step.on && step.on !== at) {
      const ready = told((data) => data.ready, OPENS_WITHIN);
      page.location = step.on;
      try {
        await ready;
      } catch {
        throw new DidNotOpen("The scenario's page did not open, or lets no script of the lab run: corssim verify can run it.");
      }
      at = step.on;
    }
    await ask(`runs/${id}/step`, { number: step.number, is_open: true });
    if (step.api === "wait") await new Promise((resolve) => setTimeout(resolve, step.wait_ms));
    const answered = told((data) => data.number === step.number, step.target ? 2000 : STEP_TAKES_AT_MOST);
    page.postMessage(step, "*");
    if (step.target) at = ""; // the document goes away
    seen.push(await answered.then((data) => data.seen, () => ({ outcome: step.target ? "ok" : "timeout" })));
    if (["sendBeacon", "form", "iframe"].includes(step.api)) await new Promise((resolve) => setTimeout(resolve, 600));
  }
  show(await ask(`runs/${id}/end`, { seen }));
}

function made(tag, text, attributes = {}) {
  const element = document.createElement(tag);
  element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function show({ agrees, steps }) {
  const lines = steps.flatMap((step) => step.lines);
  const differing = lines.filter((line) => !line.agrees).length;
  const sum = agrees
    ? `${BROWSERS[browser]} did what was predicted, on all ${lines.length} lines.`
    : `${BROWSERS[browser]} did otherwise on ${differing} of ${lines.length} lines.`;
  const parts = [made("p", sum, { class: agrees ? "agrees" : "differs", id: "sum" })];
  for (const step of steps) {
    parts.push(made("h3", `Step ${step.number}`));
    const table = made("table", "");
    const head = table.createTHead().insertRow();
    for (const name of ["line", "predicted", BROWSERS[browser]]) head.append(made("th", name, { scope: "col" }));
    const body = table.createTBody();
    for (const line of step.lines) {
      const row = body.insertRow();
      if (!line.agrees) row.className = "differs";
      row.append(made("td", `${line.agrees ? "=" : "≠"} ${line.level}: ${line.what}`));
      row.append(made("td", line.predicted, { "data-head": "predicted" }));
      row.append(made("td", line.real + (line.note ? ` (${line.note})` : ""), { "data-head": BROWSERS[browser] }));
    }
    parts.push(table);
  }
  $("compared").replaceChildren(...parts);
  $("comparison").focus();
}

let soon;
$("text").addEventListener("input", () => { clearTimeout(soon); soon = setTimeout(predict, 250); });
$("run").addEventListener("click", run);
$("share").addEventListener("click", async () => {
  await predict();
  await navigator.clipboard.writeText(location.href).then(() => say("Copied."), () => say("Copy it from the address bar."));
});
$("lesson").addEventListener("change", ({ target }) => {
  const lesson = lessons[target.value];
  if (lesson) edit(lesson.text);
});
$("browser").textContent = BROWSERS[browser];
if (!HAS_SERVERS) {
  $("run").remove();
  $("comparison").innerHTML = $("without-servers").innerHTML;
}
({ lessons } = await ask("course"));
lessons.forEach((lesson, number) => $("lesson").append(made("option", lesson.title, { value: String(number) })));
$("text").value = location.hash.length > 1 ? await unpacked(location.hash.slice(1)).catch(() => START) : lessons.length === 1 ? lessons[0].text : START;
await predict();
document.documentElement.dataset.ready = "yes";
