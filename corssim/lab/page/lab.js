import { HAS_SERVERS, ask, progress } from "./ask.js";
import { comparison } from "./comparison.js";
import { drawForms, made } from "./forms.js";
import { isTrusted, run } from "./run.js";

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
const $ = (id) => document.getElementById(id);
const BROWSERS = { firefox: "Firefox", chromium: "Chromium", webkit: "WebKit" };
const agent = navigator.userAgent;
const browser = /Firefox\//.test(agent) ? "firefox" : /Chrom(e|ium)\//.test(agent) ? "chromium" : "webkit";
let lessons = [], httpsPort = 0;

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

let saidBy = "";
const say = (text, by = "") => { $("status").textContent = text; saidBy = by; };
const sayPrediction = (text) => { if (text || saidBy === "prediction") say(text, "prediction"); }; // no other's text goes
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
const paragraphs = (text) => text.trim().split(/\n\s*\n/).map((one) => made("p", {}, one));
let latest = 0, ran = null; // the text that the comparison is of
async function predict() {
  const number = ++latest, text = $("text").value;
  $("stale").hidden = ran === null || ran === text;
  history.replaceState(null, "", "#" + (await packed(text)));
  try {
    await drawForms($("forms"), text, edit, sayPrediction);
    const answer = await ask("predict", { text, browser });
    if (number !== latest) return;
    $("predicted").innerHTML = answer.html; // escaped where it is made
    $("lesson-title").textContent = answer.title;
    $("lesson-text").replaceChildren(...paragraphs(answer.lesson));
    $("about").hidden = !answer.lesson;
    $("profile").textContent = `(${answer.profile})`;
    sayPrediction("");
  } catch (error) {
    if (number === latest) sayPrediction(error.message);
  }
}

async function runIt() {
  $("run").disabled = true;
  say("Running…");
  try {
    const text = $("text").value;
    const parts = comparison(await run(text, browser, httpsPort, say), BROWSERS[browser]);
    $("compared").replaceChildren(...parts);
    ran = text;
    $("stale").hidden = $("text").value === ran;
    $("comparison").focus();
    say("");
  } catch (error) {
    say(error.message);
  } finally {
    $("run").disabled = false;
  }
}

let soon;
$("text").addEventListener("input", () => { clearTimeout(soon); soon = setTimeout(predict, 250); });
$("run").addEventListener("click", runIt);
$("share").addEventListener("click", async () => {
  await predict();
  await navigator.clipboard.writeText(location.href).then(() => say("Copied."), () => say("Copy it from the address bar."));
});
// The lessons by their folders, as they are a course.
function offerLessons() {
  const chapters = Map.groupBy(lessons.keys(), (number) => lessons[number].path.split(/[\\/]/).at(-2) ?? "");
  for (const [chapter, numbers] of chapters) {
    const options = [...numbers].map((number) => made("option", { value: number }, lessons[number].title));
    $("lesson").append(...(chapters.size > 1 ? [made("optgroup", { label: chapter }, ...options)] : options));
  }
  $("next").hidden = lessons.length < 2;
}
function openLesson(number) {
  if (lessons[number] === undefined) return;
  $("lesson").value = String(number);
  edit(lessons[number].text);
}
$("lesson").addEventListener("change", ({ target }) => openLesson(target.value));
$("next").addEventListener("click", () => openLesson($("lesson").value === "" ? 0 : (Number($("lesson").value) + 1) % lessons.length));
$("browser").textContent = BROWSERS[browser];
if (!HAS_SERVERS) {
  $("run").remove();
  $("comparison-title").textContent = "In your own browser";
  $("compared").replaceChildren($("without-servers").content);
}
({ lessons, https: httpsPort = 0 } = await ask("course"));
offerLessons();
if (httpsPort) isTrusted(httpsPort).then((isIt) => { $("untrusted").hidden = isIt; });
$("text").value = location.hash.length > 1 ? await unpacked(location.hash.slice(1)).catch(() => START) : lessons.length === 1 ? lessons[0].text : START;
await predict();
document.documentElement.dataset.ready = "yes";
