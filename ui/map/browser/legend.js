// What the colours mean, beside the map: entries that dim the others, or a bar of numbers.

function make(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function drawLegend(root, told, picked, choose) {
  const { legend } = told.colours;
  root.replaceChildren();
  if (legend.title) root.append(make("div", { class: "legend-title" }, legend.title));
  if (legend.low !== undefined) root.append(numberBar(legend));
  for (const entry of legend.entries) {
    const isOn = picked === entry.index;
    const button = make(
      "button",
      { type: "button", class: "entry", "aria-pressed": String(isOn), title: isOn ? "Show all again" : `Dim all but ${entry.name}` },
      make("span", { class: "swatch", style: `background:${entry.colour}` }),
      make("span", { class: "entry-name" }, entry.name),
      make("span", { class: "entry-count" }, entry.n.toLocaleString("en")),
    );
    if (picked !== null && !isOn) button.classList.add("is-dimmed");
    button.addEventListener("click", () => choose(isOn ? null : entry.index));
    root.append(button);
  }
  if (legend.note) root.append(make("div", { class: "legend-note" }, legend.note));
  for (const one of told.heights || []) {
    const swatch = make("span", { class: "swatch is-soft", style: `background:${one.colour}` });
    root.append(make("div", { class: "entry is-mark" }, swatch, make("span", { class: "entry-name" }, one.title)));
  }
  for (const mark of told.marks || []) {
    const sign = make("canvas", { class: "sign", width: 36, height: 36 }), context = sign.getContext("2d");
    Object.assign(context, { strokeStyle: mark.colour, lineWidth: 4.5 });
    strokeMark(context, mark.kind, 18, 18, 11);
    const count = mark.items.length.toLocaleString("en");
    root.append(make("div", { class: "entry is-mark" }, sign, make("span", { class: "entry-name" }, mark.title), make("span", { class: "entry-count" }, count)));
  }
}

function numberBar(legend) {
  const ticks = make("div", { class: "ticks" });
  for (const tick of legend.ticks) ticks.append(make("span", { style: `--at:${(100 * tick.at).toFixed(1)}%` }, tick.text));
  return make("div", { class: "number-bar", style: `--ramp:${legend.ramp.join(",")}` }, make("div", { class: "bar" }), ticks);
}
