// What a step of a case does in a page, a frame or a worker, and what script sees of it: run(step) → a record's step.
"use strict";
globalThis.run ??= (() => {
  const LIMIT = 300; // characters of a body
  // What a script of a scenario asks the user would wait for one.
  for (const [name, answer] of [["alert"], ["confirm", false], ["prompt", null], ["print"]]) globalThis[name] &&= () => answer;
  const ERROR_EVENT = { outcome: "error", error: "error event" };
  const shown = (error) => `${error.name}: ${error.message}`;
  const event = (target, ...names) =>
    new Promise((resolve) => names.forEach((name) => target.addEventListener(name, resolve, { once: true })));

  function bodyOf(step) {
    if (step.body === undefined || step.body === null) return undefined;
    const text = step.body.repeat(step.body_repeat ?? 1);
    switch (step.body_kind) {
      case "blob":
        return new Blob([text], { type: step.body_type ?? "" });
      case "arraybuffer":
        return new TextEncoder().encode(text).buffer;
      case "urlsearchparams":
        return new URLSearchParams(step.body_fields ?? text);
      case "formdata": {
        const form = new FormData();
        for (const [name, value] of step.body_fields ?? [["a", text]]) form.append(name, value);
        return form;
      }
      case "stream":
        return new ReadableStream({
          start(controller) {
            controller.enqueue(new TextEncoder().encode(text));
            controller.close();
          },
        });
    }
    return step.body_type === undefined ? text : new Blob([text], { type: step.body_type });
  }

  const INIT = ["method", "headers", "mode", "credentials", "redirect", "cache", "referrer", "referrerPolicy"];
  INIT.push("integrity", "keepalive", "priority", "duplex", "targetAddressSpace");

  async function fetched(step) {
    const init = {};
    for (const name of INIT) if (name in step) init[name] = step[name];
    const body = bodyOf(step);
    if (body !== undefined) init.body = body;
    const asked = step.api === "fetch" ? fetch(step.url, init) : fetch(new Request(step.url, init));
    const response = await asked;
    const seen = {
      outcome: "ok",
      type: response.type,
      status: response.status,
      url: response.url,
      redirected: response.redirected,
      headers: [...response.headers],
    };
    try {
      seen.body = (await response.text()).slice(0, LIMIT);
    } catch (error) {
      seen.body_error = shown(error);
    }
    return seen;
  }

  async function xhr(step) {
    const events = [];
    const request = new XMLHttpRequest();
    const ended = event(request, "loadend");
    for (const name of ["load", "error", "abort", "timeout"]) request.addEventListener(name, () => events.push(name));
    try {
      const user = "username" in step || "password" in step ? [step.username ?? null, step.password ?? null] : [];
      request.open(step.method ?? "GET", step.url, !step.sync, ...user);
      if (step.withCredentials) request.withCredentials = true;
      for (const [name, value] of step.headers ?? []) request.setRequestHeader(name, value);
      if (step.uploadListener) {
        request.upload.addEventListener("loadend", () => events.push("upload loadend"));
      }
      request.send(bodyOf(step) ?? null);
    } catch (error) {
      return { outcome: "error", error: shown(error), thrown: true, events };
    }
    if (!step.sync) await ended;
    const ok = request.status !== 0 || (events.includes("load") && !events.includes("error"));
    return {
      ...(ok ? { outcome: "ok" } : ERROR_EVENT),
      events,
      status: request.status,
      url: request.responseURL,
      headers: request
        .getAllResponseHeaders()
        .split("\r\n")
        .filter(Boolean)
        .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]),
      body: request.responseText.slice(0, LIMIT),
      ...(step.get_header && { get_header: step.get_header.map((name) => [name, request.getResponseHeader(name)]) }),
    };
  }

  function element(name, step, attributes) {
    const made = document.createElement(name);
    if (step.crossorigin !== undefined && step.crossorigin !== null) made.setAttribute("crossorigin", step.crossorigin);
    if (step.integrity) made.setAttribute("integrity", step.integrity);
    if (step.referrerPolicy) made.setAttribute("referrerpolicy", step.referrerPolicy);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  async function loaded(made) {
    const ended = event(made, "load", "error");
    (document.body ?? document.documentElement).append(made);
    return (await ended).type === "load";
  }

  async function img(step) {
    const image = element("img", step, {});
    const ended = event(image, "load", "error");
    image.src = step.url;
    if ((await ended).type !== "load") return ERROR_EVENT;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    let readable = true;
    try {
      context.getImageData(0, 0, 1, 1);
    } catch {
      readable = false;
    }
    return { outcome: "ok", size: [image.naturalWidth, image.naturalHeight], readable };
  }

  async function script(step) {
    const seen = {};
    const note = (event) => (seen.script_error = event.message);
    delete globalThis.__ran;
    addEventListener("error", note);
    const attributes = { src: step.url, ...(step.api === "module-script" && { type: "module" }) };
    const ok = await loaded(element("script", step, attributes));
    removeEventListener("error", note);
    seen.executed = globalThis.__ran !== undefined;
    return ok ? { outcome: "ok", ...seen } : { ...ERROR_EVENT, executed: seen.executed };
  }

  async function stylesheet(step) {
    const link = element("link", step, { rel: "stylesheet", href: step.url });
    if (!(await loaded(link))) return ERROR_EVENT;
    try {
      return { outcome: "ok", readable: true, rules: link.sheet.cssRules.length };
    } catch {
      return { outcome: "ok", readable: false };
    }
  }

  async function preload(step) {
    return (await loaded(element("link", step, { rel: "preload", as: step.as, href: step.url })))
      ? { outcome: "ok" }
      : ERROR_EVENT;
  }

  async function font(step) {
    try {
      await new FontFace(step.family ?? "recorded", `url(${JSON.stringify(step.url)})`).load();
      return { outcome: "ok" };
    } catch (error) {
      return { outcome: "error", error: shown(error) };
    }
  }

  async function iframe(step) {
    return (await loaded(element("iframe", step, { src: step.url }))) ? { outcome: "ok" } : ERROR_EVENT;
  }

  async function form(step) {
    const made = element("form", step, {
      method: step.method ?? "GET",
      action: step.url,
      target: step.target ?? "in-the-page",
      ...(step.enctype && { enctype: step.enctype }),
    });
    for (const [name, value] of step.fields ?? [["k", "v"]]) {
      const field = document.createElement("input");
      field.name = name;
      field.value = value;
      made.append(field);
    }
    let ended;
    if (!step.target) {
      const frame = document.createElement("iframe");
      frame.name = "in-the-page";
      document.body.append(frame);
      ended = event(frame, "load");
    }
    document.body.append(made);
    HTMLFormElement.prototype.submit.call(made); // a field may be called "submit"
    await ended;
    return { outcome: "ok" };
  }

  async function media(step) {
    const made = element(step.api, step, { preload: "auto" });
    const ended = event(made, "loadedmetadata", "error");
    made.src = step.url;
    const nothing = new Promise((resolve) => setTimeout(() => {
      // Given up, and no event tells: there is nothing installed to play it with.
      if (made.networkState === made.NETWORK_NO_SOURCE) resolve({ type: "nothing" });
    }, 2000));
    const { type } = await Promise.race([ended, nothing]);
    if (type === "nothing") return { outcome: "timeout", plays_nothing: true };
    return type === "loadedmetadata" ? { outcome: "ok" } : ERROR_EVENT;
  }

  async function webSocket(step) {
    const socket = new WebSocket(step.url, step.protocols ?? []);
    const { type } = await event(socket, "open", "error");
    if (type !== "open") return ERROR_EVENT;
    const { protocol } = socket;
    socket.close();
    return { outcome: "ok", protocol };
  }

  function eventSource(step) {
    return new Promise((resolve) => {
      const events = [];
      const source = new EventSource(step.url, { withCredentials: step.withCredentials ?? false });
      const end = (seen) => {
        const { readyState } = source;
        source.close();
        resolve({ ...seen, events, readyState });
      };
      source.onopen = () => events.push("open");
      source.onmessage = (message) => {
        events.push(`message:${message.data}@${message.origin}`);
        end({ outcome: "ok" });
      };
      source.onerror = () => {
        events.push("error");
        end(ERROR_EVENT);
      };
    });
  }

  async function timing(step) {
    let entry;
    // An opaque response is there before the entry is.
    for (let tries = 0; tries < 20 && entry === undefined; tries++) {
      if (tries) await new Promise((resolve) => setTimeout(resolve, 25));
      entry = performance.getEntriesByName(step.url).at(-1);
    }
    if (entry === undefined) return { outcome: "error", error: "no entry" };
    return { outcome: "ok", tao_pass: entry.requestStart > 0, sizes: entry.encodedBodySize > 0 };
  }

  const STEPS = {
    fetch: fetched,
    "fetch-request": fetched,
    xhr,
    sendBeacon: (step) => ({ outcome: "ok", returned: navigator.sendBeacon(step.url, bodyOf(step)) }),
    eventsource: eventSource,
    img,
    script,
    "module-script": script,
    "link-stylesheet": stylesheet,
    "link-preload": preload,
    font,
    audio: media,
    video: media,
    websocket: webSocket,
    iframe,
    form,
    timing,
    permission: async (step) => ({ outcome: "ok", state: (await navigator.permissions.query(step)).state }),
    wait: () => ({ outcome: "ok" }),
  };

  return async (step) => {
    const late = new Promise((resolve) => setTimeout(resolve, step.at_most_ms ?? step.timeout_ms ?? 20000, { outcome: "timeout" }));
    try {
      return await Promise.race([STEPS[step.api](step), late]);
    } catch (error) {
      return { outcome: "error", error: shown(error) };
    }
  };
})();
