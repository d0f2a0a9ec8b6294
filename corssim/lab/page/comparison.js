// A prediction beside what the browser did, line by line.
import { made } from "./forms.js";

function about(line) {
  const said = [];
  if (line.note) said.push(line.note);
  if (line.own) said.push(`under its own names: ${line.own.replace(/^\((.*)\)$/, "$1")}` + (line.by === "https" ? ", with --https here too" : ""));
  return said.length ? [made("small", {}, ` (${said.join("; ")})`)] : [];
}

function table(step, browser) {
  const rows = step.lines.map((line) => {
    const what = line.what === line.level ? line.what : `${line.level}: ${line.what}`;
    return made("tr", line.agrees ? {} : { class: "differs" },
      made("td", {}, `${line.agrees ? "=" : "≠"} ${what}`),
      made("td", { "data-head": "predicted" }, line.predicted, ...about(line)),
      made("td", { "data-head": browser }, line.real));
  });
  const heads = ["line", "predicted", browser].map((name) => made("th", { scope: "col" }, name));
  return made("table", {}, made("thead", {}, made("tr", {}, ...heads)), made("tbody", {}, ...rows));
}

// What came of a run, as elements. `browser` is its name.
export function comparison({ agrees, steps }, browser) {
  const lines = steps.flatMap((step) => step.lines);
  const differing = lines.filter((line) => !line.agrees).length, elsewhere = lines.filter((line) => line.own);
  const sum = agrees
    ? `${browser} did what was predicted, on all ${lines.length} lines.`
    : `${browser} did otherwise on ${differing} of ${lines.length} lines.`;
  const parts = [made("p", { class: agrees ? "agrees" : "differs", id: "sum" }, sum)];
  if (elsewhere.length) {
    const count = elsewhere.length === 1 ? "One line is" : `${elsewhere.length} lines are`;
    const how = elsewhere.every((line) => line.by === "https") ? "corssim lab --https" : "corssim verify";
    const why = "browsers trust this machine, and here is no https where the lab runs without it";
    parts.push(made("p", { id: "elsewhere" }, `${count} otherwise under the scenario's own names (${why}). `, made("code", {}, how), " compares them as they are there."));
  }
  for (const step of steps) parts.push(made("h3", {}, `Step ${step.number}`), table(step, browser));
  return parts;
}
