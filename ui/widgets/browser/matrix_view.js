// The rating matrix to look into: dragging moves, wheel, pinch and buttons zoom, a click or a box chooses.
// The server sends the part in view when the view rests; until then the pictures that are there are drawn larger or
// smaller. Nothing that comes from the server is written as HTML. Drawing: matrix_drawing.js, which stands before this.

const REST = 250; // ms of rest before the server is asked for the part in view
const TWICE = 230; // ms in which a second click makes it a double click
const CLICK = 4; // px that a click may slip
const LEAST = 4; // people and films at the nearest
const KEPT = 12; // pictures of parts
const STEP = 0.15; // of the view, an arrow key

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function build(root) {
  const button = (label, text) => element("button", { type: "button", "aria-label": label, title: label }, text);
  const near = button("Zoom in", "+"), far = button("Zoom out", "−"), all = button("Show everything", "Everything");
  const mark = button("Mark a box by dragging", "Mark a box");
  mark.setAttribute("aria-pressed", "false");
  const bar = element("div", { class: "bar" });
  const canvas = element("canvas", { tabindex: "0", role: "application" });
  const tip = element("div", { class: "tip", hidden: "" }), said = element("div", { class: "hidden", role: "status" });
  const rows = element("span", { class: "title" }), columns = element("span", { class: "title columns" });
  const tools = element("div", { class: "tools" }, element("div", { class: "buttons" }, near, far, all, mark), bar);
  root.append(element("div", { class: "view" }, tools, rows, canvas, columns, tip, said));
  return { near, far, all, mark, bar, canvas, tip, said, rows, columns };
}

export default function (component) {
  const { data, parentElement: root, setStateValue, setTriggerValue } = component;
  if (!root.matrixView) {
    root.matrixView = { parts: build(root), layers: [], sent: [], fingers: new Map(), dragged: null, mode: "move" };
    wire(root.matrixView);
  }
  const box = root.matrixView;
  box.send = { setStateValue, setTriggerValue };
  take(box, data);
}

/** Take over what the server says. */
function take(box, data) {
  const { canvas, rows, columns } = box.parts, area = data.cells.area;
  const isNew = !box.data || box.data.key !== data.key, was = box.data && String(box.data.window);
  if (isNew) { box.layers = []; box.sent = []; }
  box.data = data;
  const window = String(data.window);
  if (isNew || (window !== was && !box.sent.includes(window))) { box.view = [...data.window]; box.sent = []; }
  else if (window === box.sent[box.sent.length - 1]) box.sent = [window];
  box.layers = box.layers.filter((one) => String(one.area) !== String(area)).slice(-KEPT);
  box.layers.push(layerOf(data.cells));
  box.layers.sort((a, b) => b.size - a.size);
  box.isMarked = (what, place) => data.marks[what] !== null && Math.floor(place) === data.marks[what];
  canvas.setAttribute("aria-label", data.label);
  rows.textContent = `${data.rows.title} ↓`;
  columns.textContent = `${data.columns.title} →`;
  drawBar(box.parts.bar, data.cells);
  redraw(box);
}

function drawBar(bar, cells) {
  const colours = element("div", { class: "colours" });
  colours.style.background = `linear-gradient(to right, ${cells.colours.join(", ")})`;
  const ramp = element("div", { class: "ramp" }, colours, ...cells.bar.ticks.map(([at, text]) => {
    const label = element("span", {}, text);
    label.style.left = `${100 * at}%`;
    return label;
  }));
  bar.replaceChildren(element("span", {}, cells.bar.title), ramp);
}

function redraw(box) {
  if (box.frame) return;
  box.frame = requestAnimationFrame(() => {
    box.frame = 0;
    if (!box.data) return;
    const isAll = isEverything(box), { near, far, all, canvas } = box.parts;
    far.disabled = all.disabled = isAll;
    near.disabled = box.view[1] - box.view[0] <= LEAST && box.view[3] - box.view[2] <= LEAST;
    canvas.style.touchAction = isAll && box.mode === "move" ? "pan-y" : "none";
    canvas.classList.toggle("moves", box.mode === "move" && !isAll);
    paint(box);
    canvas.dataset.cells = box.layers[box.layers.length - 1].area.join(",");
    canvas.dataset.view = box.view.map((at) => at.toFixed(2)).join(",");
  });
}

const sizes = (box) => [box.data.rows.n, box.data.columns.n];
const isEverything = (box) => String(box.view) === String([0, sizes(box)[0], 0, sizes(box)[1]]);

/** Show another part: within what there is, and not nearer than a few people and films. */
function look(box, view) {
  const fitted = [];
  sizes(box).forEach((n, side) => {
    const length = Math.min(Math.max(view[2 * side + 1] - view[2 * side], Math.min(LEAST, n)), n);
    const middle = (view[2 * side] + view[2 * side + 1]) / 2;
    const first = Math.min(Math.max(middle - length / 2, 0), n - length);
    fitted.push(first, length === n ? n : first + length);
  });
  const isMoved = String(fitted) !== String(box.view);
  box.view = fitted;
  hide(box);
  redraw(box);
  clearTimeout(box.rest);
  box.rest = setTimeout(() => ask(box), REST);
  return isMoved;
}

function ask(box) {
  if (box.fingers.size) return look(box, box.view);
  const area = box.view.map((at, n) => (n % 2 ? Math.ceil(at - 1e-6) : Math.floor(at + 1e-6)));
  const last = box.sent.length ? box.sent[box.sent.length - 1] : String(box.data.window);
  if (String(area) === last) return;
  box.sent.push(String(area));
  box.send.setStateValue("window", { key: box.data.key, area });
}

/** Zoom about a point; over an axis only along it. */
function zoom(box, factor, x, y) {
  const { plot, view } = box, isInside = [y === undefined || y <= plot.y + plot.h, x === undefined || x >= plot.x];
  const at = x === undefined ? [(view[0] + view[1]) / 2, (view[2] + view[3]) / 2] : places(box, x, y);
  const next = [...view];
  for (const side of [0, 1]) {
    if (!isInside[side]) continue;
    next[2 * side] = at[side] + (view[2 * side] - at[side]) * factor;
    next[2 * side + 1] = at[side] + (view[2 * side + 1] - at[side]) * factor;
  }
  return look(box, next);
}

const everything = (box) => look(box, [0, sizes(box)[0], 0, sizes(box)[1]]);

/** The places of people and films below a point of the canvas. */
function places(box, x, y) {
  const { plot, view } = box;
  return [view[0] + ((y - plot.y) / plot.h) * (view[1] - view[0]), view[2] + ((x - plot.x) / plot.w) * (view[3] - view[2])];
}

/** What lies below a point: a cell of the finest picture there, or the name of a row or a column. */
function below(box, x, y) {
  const [user, item] = places(box, x, y), { rows, columns } = box.data, { plot } = box;
  const isRow = y >= plot.y && y < plot.y + plot.h, isColumn = x >= plot.x && x < plot.x + plot.w;
  const nameOf = (side, place) => side.names[Math.floor(place) - side.first];
  if (isRow && x < plot.x && nameOf(rows, user)) return { do: "person", user: Math.floor(user) };
  if (isColumn && y >= plot.y + plot.h && nameOf(columns, item)) return { do: "film", item: Math.floor(item) };
  if (!isRow || !isColumn) return null;
  for (const layer of [...box.layers].reverse()) {
    const [row, column] = [cellAt(layer.rows, user), cellAt(layer.columns, item)];
    if (row < 0 || column < 0) continue;
    const area = [layer.rows[row], layer.rows[row + 1], layer.columns[column], layer.columns[column + 1]];
    const cell = row * layer.shape[1] + column;
    return layer.isSingle ? { do: "pair", user: area[0], item: area[2], layer, cell } : { do: "block", area, layer, cell };
  }
  return null;
}

const written = (n) => n.toLocaleString("en");

function wordsFor(box, found) {
  const { rows, columns } = box.data;
  const name = (side, place) => side.names[place - side.first] || `at place ${written(place + 1)}`;
  const span = (side, one, many, a, b) => (b - a > 1 ? `${many} ${written(a + 1)} to ${written(b)}` : `${one} ${name(side, a)}`);
  if (found.do === "person") return `person ${name(rows, found.user)}\nclick: what they rated`;
  if (found.do === "film") return `${name(columns, found.item)}\nclick: who rated it`;
  const { layer, cell } = found, n = layer.counts[cell];
  const value = layer.low + ((layer.values[cell] - 1) / (layer.steps - 1)) * (layer.high - layer.low);
  const words = layer.values[cell] && layer.word ? `${layer.word} ${Number(value.toFixed(2))}` : "";
  if (found.do === "pair") {
    const framed = layer.framed.has(cell) ? `, ${layer.framedWord}` : "";
    return `${name(columns, found.item)}\nperson ${name(rows, found.user)}: ${n ? (words || "rated") + framed : "not rated"}`;
  }
  const [u0, u1, i0, i1] = found.area, pairs = (u1 - u0) * (i1 - i0), share = Number(((100 * n) / pairs).toPrecision(2));
  const where = `${span(rows, "person", "people", u0, u1)}, ${span(columns, "film", "films", i0, i1)}`;
  return `${where}\n${written(n)} of ${written(pairs)} pairs rated (${share} %)${words ? `\n${words}` : ""}`;
}

function point(box, x, y, isSaid = false) {
  const found = below(box, x, y), { tip, canvas, said } = box.parts;
  tip.hidden = !found;
  if (!found) return;
  tip.textContent = wordsFor(box, found);
  if (isSaid) said.textContent = tip.textContent;
  const right = x > canvas.clientWidth / 2;
  tip.style.left = right ? "auto" : `${canvas.offsetLeft + x + 14}px`;
  tip.style.right = right ? `${canvas.clientWidth - x + 14}px` : "auto";
  tip.style.top = `${canvas.offsetTop + Math.max(y - 20, 0)}px`;
}

function hide(box) {
  box.parts.tip.hidden = true;
}

function choose(box, x, y) {
  const found = below(box, x, y);
  if (!found) return;
  const { layer, cell, ...what } = found;
  box.send.setTriggerValue("picked", { key: box.data.key, ...what });
}

function setMode(box, mode) {
  box.mode = mode;
  box.dragged = null;
  box.parts.mark.setAttribute("aria-pressed", String(mode === "mark"));
  redraw(box);
}
