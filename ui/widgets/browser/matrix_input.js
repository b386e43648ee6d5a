// Mouse, fingers and keys over the rating matrix; what they do stands in matrix_view.js, before this.

function wire(box) {
  const { canvas, near, far, all, mark } = box.parts;
  const at = (event) => { const edge = canvas.getBoundingClientRect(); return [event.clientX - edge.left, event.clientY - edge.top]; };
  near.addEventListener("click", () => zoom(box, 0.5));
  far.addEventListener("click", () => zoom(box, 2));
  all.addEventListener("click", () => everything(box));
  mark.addEventListener("click", () => setMode(box, box.mode === "mark" ? "move" : "mark"));
  canvas.addEventListener("wheel", (event) => {
    if (!box.plot) return;
    const factor = Math.exp(Math.max(-240, Math.min(240, event.deltaY * (event.deltaMode ? 30 : 1))) * 0.002);
    // where there is nothing to zoom, the wheel scrolls the page
    if (zoom(box, factor, ...at(event))) event.preventDefault();
  }, { passive: false });
  canvas.addEventListener("pointerdown", (event) => { if (!event.button && box.plot) press(box, event, at(event)); });
  canvas.addEventListener("pointermove", (event) => move(box, event, at(event)));
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, (event) => release(box, event, at(event)));
  canvas.addEventListener("pointerleave", () => hide(box));
  canvas.addEventListener("dblclick", (event) => { event.preventDefault(); clearTimeout(box.click); everything(box); });
  canvas.addEventListener("keydown", (event) => { if (box.plot && key(box, event)) event.preventDefault(); });
  canvas.addEventListener("focus", () => { box.isByKeys = canvas.matches(":focus-visible"); redraw(box); });
  canvas.addEventListener("blur", () => { box.isByKeys = false; hide(box); redraw(box); });
  new ResizeObserver(() => redraw(box)).observe(canvas);
}

function press(box, event, [x, y]) {
  box.fingers.set(event.pointerId, { x, y });
  box.isByKeys = false;
  box.parts.canvas.setPointerCapture(event.pointerId);
  const isMarking = event.shiftKey || box.mode === "mark";
  box.drag = box.fingers.size === 1
    ? { x, y, view: [...box.view], from: places(box, x, y), isMarking, isMoved: false }
    : { pinch: [...box.fingers.values()].map((one) => ({ ...one })), view: [...box.view], isMoved: true };
  if (box.fingers.size > 1) box.dragged = null;
}

function move(box, event, [x, y]) {
  if (!box.plot) return;
  const finger = box.fingers.get(event.pointerId), { drag, plot } = box;
  if (!finger) return event.pointerType === "touch" ? undefined : point(box, x, y);
  Object.assign(finger, { x, y });
  if (drag.pinch) return pinch(box);
  if (!drag.isMoved && Math.hypot(x - drag.x, y - drag.y) <= CLICK) return;
  drag.isMoved = true;
  if (drag.isMarking) {
    const to = places(box, x, y), sides = [0, 1].map((side) => [drag.from[side], to[side]].sort((a, b) => a - b));
    box.dragged = sides.flatMap(([first, last], side) => [
      Math.max(Math.floor(first), 0), Math.min(Math.max(Math.ceil(last), Math.floor(first) + 1), sizes(box)[side])]);
    hide(box);
    return redraw(box);
  }
  box.parts.canvas.classList.add("moving");
  const down = ((drag.y - y) / plot.h) * (drag.view[1] - drag.view[0]), across = ((drag.x - x) / plot.w) * (drag.view[3] - drag.view[2]);
  look(box, [drag.view[0] + down, drag.view[1] + down, drag.view[2] + across, drag.view[3] + across]);
}

/** Two fingers: what lay between them stays between them. */
function pinch(box) {
  const [a, b] = box.drag.pinch, [c, d] = [...box.fingers.values()], { view } = box.drag, { plot } = box;
  if (!d) return;
  const factor = Math.hypot(a.x - b.x, a.y - b.y) / Math.max(Math.hypot(c.x - d.x, c.y - d.y), 1);
  const spans = [[(a.y + b.y) / 2, (c.y + d.y) / 2, plot.y, plot.h], [(a.x + b.x) / 2, (c.x + d.x) / 2, plot.x, plot.w]];
  look(box, spans.flatMap(([was, now, start, length], side) => {
    const size = view[2 * side + 1] - view[2 * side], place = view[2 * side] + ((was - start) / length) * size;
    const first = place - ((now - start) / length) * size * factor;
    return [first, first + size * factor];
  }));
}

function release(box, event, [x, y]) {
  if (!box.fingers.delete(event.pointerId)) return;
  box.parts.canvas.classList.remove("moving");
  const { drag } = box;
  if (box.fingers.size || !drag) return;
  box.drag = null;
  if (box.dragged) {
    const area = box.dragged;
    setMode(box, "move");
    if (event.type === "pointerup" && area[0] < area[1] && area[2] < area[3]) box.send.setTriggerValue("picked", { key: box.data.key, do: "block", area });
  } else if (!drag.isMoved && event.type === "pointerup") {
    if (event.pointerType === "touch") point(box, x, y);
    clearTimeout(box.click);
    box.click = setTimeout(() => choose(box, x, y), TWICE);
  }
}

/** What a key does; whether it does anything. */
function key(box, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const { view, plot } = box, high = (view[1] - view[0]) * STEP, wide = (view[3] - view[2]) * STEP;
  const by = { ArrowUp: [-high, 0], ArrowDown: [high, 0], ArrowLeft: [0, -wide], ArrowRight: [0, wide] }[event.key];
  const middle = [plot.x + plot.w / 2, plot.y + plot.h / 2];
  box.isByKeys = true;
  if (by) look(box, [view[0] + by[0], view[1] + by[0], view[2] + by[1], view[3] + by[1]]);
  else if (event.key === "+" || event.key === "=") zoom(box, 0.7);
  else if (event.key === "-") zoom(box, 1 / 0.7);
  else if (event.key === "0" || event.key === "Home") everything(box);
  else if (event.key === "Enter") choose(box, ...middle);
  else if (event.key === "Escape") {
    setMode(box, "move");
    if (box.data.marks.block) box.send.setTriggerValue("picked", { key: box.data.key, do: "clear" });
  } else return false;
  point(box, ...middle, true);
  return true;
}
