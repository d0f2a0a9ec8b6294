// The scenario as forms. Python reads them out of the TOML and writes each change back into it; here they are drawn.
import { ask } from "./ask.js";

const APIS = {
  fetch: "fetch()", xhr: "XMLHttpRequest", load: "an element", send_beacon: "sendBeacon()", event_source: "EventSource",
  submit_form: "a form", web_socket: "WebSocket", navigate: "a link", visit: "the address bar", advance: "time passes",
};
const NAMES = { page: "Page", server: "Server", step: "Step" };
const HINTS = { pairs: "Name: value", list: "one on each line" };

export function made(tag, attributes = {}, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...inside);
  return element;
}

function labelOf(table, field) {
  if (field.name === table.api) return { load: "element", advance: "seconds" }[field.name] ?? "URL";
  return { url: "URL" }[field.name] ?? field.name.replace(/_$/, "").replaceAll("_", " ");
}

function select(choices, value) {
  const options = choices.map(([name, text]) => new Option(text, name, false, name === value));
  if (!choices.some(([name]) => name === value)) options.unshift(new Option("", "", true, true));
  return made("select", {}, ...options);
}

function control(field) {
  const { kind, value, choices } = field;
  if (kind === "choice" || kind === "boolean") {
    const all = kind === "boolean" ? ["true", "false"] : choices;
    return select([["", "not given"], ...all.map((one) => [one, one])], value);
  }
  const isLong = ["long", "pairs", "list"].includes(kind);
  const rows = value.split("\n").length + (kind === "pairs" && value ? 1 : 0);
  const element = isLong ? made("textarea", { rows, spellcheck: "false" }) : made("input", { spellcheck: "false" });
  if (kind === "number") element.inputMode = "decimal";
  if (HINTS[kind]) element.placeholder = HINTS[kind];
  element.value = value;
  return element;
}

function row(label, element, at, change) {
  element.id = `form-${at.join("-")}`;
  element.addEventListener("change", () => change({ at, value: element.value }));
  return [made("label", { for: element.id }, label), element];
}

function drawn(table, change) {
  const [name, index] = table.at;
  const title = index === undefined ? NAMES[name] : `${NAMES[name]} ${index + 1}`;
  const main = made("div", { class: "fields" }), rest = made("div", { class: "fields" });
  if (name === "step") {
    const api = select(Object.entries(APIS), table.api);
    const parts = row("API", api, [...table.at, "api"], ({ value }) => change({ at: table.at, api: value }));
    main.append(...parts);
  }
  for (const field of table.fields) {
    const isShown = field.is_main || field.value !== "";
    (isShown ? main : rest).append(...row(labelOf(table, field), control(field), field.at, change));
  }
  const set = made("fieldset", {}, made("legend", {}, title), main);
  if (rest.children.length) set.append(made("details", {}, made("summary", {}, `More of ${title.toLowerCase()}`), rest));
  if (table.more.length) set.append(made("p", { class: "more" }, `Also in the TOML: ${table.more.join(", ")}`));
  if (index !== undefined) {
    const remove = made("button", { type: "button", id: `form-remove-${name}-${index}` }, `Remove ${title.toLowerCase()}`);
    remove.addEventListener("click", () => change({ remove: table.at }));
    set.append(remove);
  }
  return set;
}

// Draws the forms of a text into `place`. `changed` is given the text after a change, `failed` what stood in its way.
export async function drawForms(place, text, changed, failed) {
  async function change(what) {
    try {
      changed((await ask("form", { text, change: what })).text);
    } catch (error) {
      failed(error.message);
    }
  }
  const { tables } = await ask("form", { text });
  const add = ["server", "step"].map((name) => {
    const button = made("button", { type: "button", id: `form-add-${name}` }, `Add a ${name}`);
    button.addEventListener("click", () => change({ add: name }));
    return button;
  });
  const focused = document.activeElement?.id, open = [...place.querySelectorAll("details")].map((each) => each.open);
  place.replaceChildren(...tables.map((table) => drawn(table, change)), made("p", { class: "buttons" }, ...add));
  const details = place.querySelectorAll("details");
  if (details.length === open.length) details.forEach((each, number) => { each.open = open[number]; });
  if (focused?.startsWith("form-")) document.getElementById(focused)?.focus();
}
