// Mouse, fingers and keys on the map. A finger or the mouse moves it, two fingers or the wheel zoom; in the mode "loop" or
// "box" dragging selects. What is done is told to `does`, which draws and sends.

const STILL = 5; // pixels that a press may move and still be a click
const WHEEL = 0.0016;
const CORNERS = 120; // of a loop that is sent

function gestures(element, view, does) {
  const fingers = new Map();
  let pressed = null, drawn = null, apart = 0, moved = false;

  const place = (event) => {
    const box = element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const spread = () => {
    const [a, b] = [...fingers.values()];
    return { far: Math.hypot(a[0] - b[0], a[1] - b[1]), middle: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] };
  };

  element.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    element.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, place(event));
    moved = fingers.size > 1 ? true : false;
    pressed = place(event);
    const mode = event.shiftKey ? "loop" : does.mode();
    drawn = fingers.size === 1 && mode !== "move" ? { mode, from: view.toMap(...pressed), polygon: [view.toMap(...pressed)] } : null;
    if (fingers.size === 2) apart = spread();
  });

  element.addEventListener("pointermove", (event) => {
    const [x, y] = place(event);
    if (!fingers.has(event.pointerId)) return does.point(x, y);
    const before = fingers.get(event.pointerId);
    if (fingers.size === 2) {
      fingers.set(event.pointerId, [x, y]);
      const now = spread();
      view.pan(now.middle[0] - apart.middle[0], now.middle[1] - apart.middle[1]);
      view.zoomAt(now.far / Math.max(apart.far, 1), ...now.middle);
      apart = now;
      return does.moved();
    }
    if (!moved && Math.hypot(x - pressed[0], y - pressed[1]) < STILL) return;
    moved = true;
    fingers.set(event.pointerId, [x, y]);
    if (!drawn) {
      view.pan(x - before[0], y - before[1]);
      return does.moved();
    }
    const at = view.toMap(x, y), [fx, fy] = drawn.from;
    if (drawn.mode === "box") drawn.polygon = [[fx, fy], [at[0], fy], at, [fx, at[1]]];
    else drawn.polygon.push(at);
    does.looping(drawn.polygon);
  });

  const released = (event) => {
    if (!fingers.delete(event.pointerId)) return;
    if (event.type === "pointercancel") return does.looping(null);
    if (drawn && moved) does.looped(thinned(drawn.polygon));
    else if (!moved && !fingers.size) does.clicked(...place(event), event.pointerType !== "mouse");
    drawn = null;
  };
  element.addEventListener("pointerup", released);
  element.addEventListener("pointercancel", released);
  element.addEventListener("pointerleave", () => does.point(-1, -1));
  element.addEventListener("wheel", (event) => {
    event.preventDefault();
    const step = event.deltaMode ? event.deltaY * 24 : event.deltaY;
    view.zoomAt(Math.exp(-WHEEL * Math.max(-400, Math.min(400, step))), ...place(event));
    does.moved();
  }, { passive: false });
  element.addEventListener("dblclick", (event) => {
    view.zoomAt(event.shiftKey ? 0.5 : 2, ...place(event));
    does.moved();
  });
  element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [w, h] = [view.width / 2, view.height / 2];
    const moves = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
    if (moves[event.key]) {
      const step = event.key === "ArrowRight" || event.key === "ArrowDown" ? 1 : -1;
      if (!does.stepped(step)) {
        view.pan(...moves[event.key]);
        does.moved();
      }
    } else if (event.key === "+" || event.key === "=") view.zoomAt(1.5, w, h), does.moved();
    else if (event.key === "-") view.zoomAt(1 / 1.5, w, h), does.moved();
    else if (event.key === "0") view.fit(), does.moved();
    else if (event.key === "Enter") does.entered();
    else if (event.key === "Escape") does.escaped();
    else return;
    event.preventDefault();
  });
}

// The corners of a loop that make its shape (Douglas, Peucker 1973), with a coarser tolerance until there are at most CORNERS
function thinned(polygon, tolerance = 0.002) {
  const far = ([x, y], [ax, ay], [bx, by]) => {
    const length = Math.hypot(bx - ax, by - ay);
    return length ? Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length : Math.hypot(x - ax, y - ay);
  };
  const kept = (from, to) => {
    let most = 0, at = from;
    for (let n = from + 1; n < to; n++) {
      const away = far(polygon[n], polygon[from], polygon[to]);
      if (away > most) [most, at] = [away, n];
    }
    return most > tolerance ? [...kept(from, at), ...kept(at, to)] : [from];
  };
  const corners = polygon.length < 4 ? polygon : kept(0, polygon.length - 1).map((n) => polygon[n]);
  if (corners.length > CORNERS) return thinned(polygon, tolerance * 1.6);
  return (corners.length < 3 ? polygon : corners).map(([x, y]) => [Math.round(x * 1e4) / 1e4, Math.round(y * 1e4) / 1e4]);
}
