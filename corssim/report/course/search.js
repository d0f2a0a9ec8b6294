(() => {
  const entries = JSON.parse(document.getElementById("entries").textContent);
  const form = document.querySelector("form.search");
  const input = document.getElementById("search");
  const found = document.getElementById("found");
  const results = document.getElementById("results");
  const contents = document.querySelector("ol.contents");
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    results.replaceChildren();
    contents.hidden = words.length > 0;
    if (!words.length) { found.textContent = ""; return; }
    const hits = entries.filter((entry) => words.every((word) => entry.text.includes(word)));
    const inTitle = (entry) => words.every((word) => entry.title.toLowerCase().includes(word));
    hits.sort((one, other) => inTitle(other) - inTitle(one));
    found.textContent = hits.length ? form.dataset.some.replace("{}", hits.length) : form.dataset.none;
    for (const hit of hits) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = hit.url;
      link.textContent = hit.title;
      const chapter = document.createElement("small");
      chapter.textContent = hit.chapter;
      item.append(link, " ", chapter);
      results.append(item);
    }
  });
})();
