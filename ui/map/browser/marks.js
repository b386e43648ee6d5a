// What lies over the points: marked films, the film in focus with its neighbours, words, ways and loops.

function strokeMark(context, kind, x, y, size) {
  context.beginPath();
  if (kind === "cross") {
    context.moveTo(x - size * 0.7, y - size * 0.7);
    context.lineTo(x + size * 0.7, y + size * 0.7);
    context.moveTo(x - size * 0.7, y + size * 0.7);
    context.lineTo(x + size * 0.7, y - size * 0.7);
  } else if (kind === "star") {
    for (let n = 0; n < 10; n++) {
      const far = size * (n % 2 ? 0.5 : 1.15), angle = (n * Math.PI) / 5 - Math.PI / 2;
      context.lineTo(x + far * Math.cos(angle), y + far * Math.sin(angle));
    }
    context.closePath();
    context.stroke();
    context.fillStyle = context.strokeStyle;
    return context.fill();
  } else if (kind === "square") context.rect(x - size * 0.85, y - size * 0.85, size * 1.7, size * 1.7);
  else if (kind === "diamond") {
    context.moveTo(x, y - size * 1.2);
    context.lineTo(x + size * 1.2, y);
    context.lineTo(x, y + size * 1.2);
    context.lineTo(x - size * 1.2, y);
    context.closePath();
  } else context.arc(x, y, size, 0, 7);
  context.stroke();
}

function drawText(context, text, x, y, ink, colour, align = "left") {
  context.textAlign = align;
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 3.5;
  context.strokeStyle = ink.ground;
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
}

// Marks of films: each with a kind and a colour. Names keep off the boxes that are taken already, and the film in focus has
// its name. Returns all boxes that are taken then.
function drawMarks(context, films, view, marks, ink, family, isInView, { taken, focused }) {
  const boxes = [...taken];
  for (const mark of marks)
    for (const item of mark.items) {
      const i = films.at.get(item);
      if (i === undefined) continue;
      const [x, y] = view.toScreen(films.px[i], films.py[i]);
      if (!isInView(x, y)) continue;
      const size = mark.size || 7;
      context.lineWidth = 4.5;
      context.strokeStyle = ink.ground;
      strokeMark(context, mark.kind, x, y, size);
      context.lineWidth = 2.2;
      context.strokeStyle = mark.colour;
      strokeMark(context, mark.kind, x, y, size);
      boxes.push([x - size, y - size, x + size, y + size]);
    }
  for (const mark of marks.filter((one) => one.named)) {
    context.font = `600 12px ${family}`;
    for (const item of mark.items) {
      const i = films.at.get(item);
      if (i === undefined || item === focused) continue;
      const [x, y] = view.toScreen(films.px[i], films.py[i]), wide = context.measureText(films.titles[i]).width;
      if (!isInView(x, y)) continue;
      const size = (mark.size || 7) + 5;
      const places = [[x + size, y - 8], [x - size - wide, y - 8], [x - wide / 2, y - size - 16], [x - wide / 2, y + size]];
      const found = places.map(([a, b]) => [a, b, a + wide, b + 16]).find((box) =>
        box[0] > 0 && box[2] < view.width && box[1] > 0 && box[3] < view.height && !boxes.some((other) => overlap(box, other)));
      if (!found) continue;
      boxes.push(found);
      drawText(context, films.titles[i], found[0], found[1] + 8, ink, ink.text);
    }
  }
  return boxes;
}

// A film, and lines to its true neighbours with their ranks; broken where the flat map has them apart
function drawFocus(context, films, view, focus, ink, family, stepped) {
  const i = films.at.get(focus.item);
  if (i === undefined) return [];
  const [x, y] = view.toScreen(films.px[i], films.py[i]), boxes = [[x - 12, y - 12, x + 12, y + 12]];
  const near = focus.near.map((one, rank) => ({ ...one, rank: rank + 1, film: films.at.get(one.item) })).filter((one) => one.film !== undefined);
  for (const one of near) {
    const [nx, ny] = view.toScreen(films.px[one.film], films.py[one.film]);
    context.beginPath();
    context.setLineDash(one.hidden ? [3, 4] : []);
    context.moveTo(x, y);
    context.lineTo(nx, ny);
    context.lineWidth = one.rank - 1 === stepped ? 2.6 : 1.3;
    context.strokeStyle = ink.accent;
    context.stroke();
    context.setLineDash([]);
  }
  context.font = `700 10px ${family}`;
  for (const one of near) {
    const [nx, ny] = view.toScreen(films.px[one.film], films.py[one.film]), isStep = one.rank - 1 === stepped;
    context.beginPath();
    context.arc(nx, ny, isStep ? 10 : 8, 0, 7);
    context.fillStyle = isStep ? ink.accent : ink.ground;
    context.fill();
    context.lineWidth = 1.4;
    context.strokeStyle = ink.accent;
    context.stroke();
    context.fillStyle = isStep ? ink.ground : ink.text;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(String(one.rank), nx, ny + 0.5);
    boxes.push([nx - 9, ny - 9, nx + 9, ny + 9]);
  }
  context.lineWidth = 5.5;
  context.strokeStyle = ink.ground;
  strokeMark(context, "ring", x, y, 10);
  context.lineWidth = 3;
  context.strokeStyle = ink.accent;
  strokeMark(context, "ring", x, y, 10);
  const box = nameBeside(context, films.titles[i], x, y, 15, view, boxes, `700 14px ${family}`);
  drawText(context, films.titles[i], box[0], (box[1] + box[3]) / 2, ink, ink.text);
  return [...boxes, box];
}

// Where a text stands best beside a place: at the first side that is free, else on the right
function nameBeside(context, text, x, y, off, view, boxes, font) {
  context.font = font;
  const wide = context.measureText(text).width;
  const places = [[x + off, y - 9], [x - off - wide, y - 9], [x - wide / 2, y - off - 18], [x - wide / 2, y + off]].map(([a, b]) => [a, b, a + wide, b + 18]);
  const isFree = (box) => box[0] > 2 && box[2] < view.width - 2 && box[1] > 2 && box[3] < view.height - 2;
  return places.find((box) => isFree(box) && !boxes.some((other) => overlap(box, other))) || places.find(isFree) || places[0];
}

// Words at their place, with lines to the films that lie nearest
function drawWords(context, films, view, words, ink, family) {
  const boxes = [];
  for (const word of words) {
    const [x, y] = view.toScreen(word.x, word.y);
    context.lineWidth = 1;
    context.strokeStyle = ink.words;
    for (const item of word.near) {
      const i = films.at.get(item);
      if (i === undefined) continue;
      const [nx, ny] = view.toScreen(films.px[i], films.py[i]);
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(nx, ny);
      context.stroke();
      context.lineWidth = 2;
      strokeMark(context, "ring", nx, ny, 6);
      context.lineWidth = 1;
      boxes.push([nx - 6, ny - 6, nx + 6, ny + 6]);
    }
    context.fillStyle = ink.words;
    context.beginPath();
    context.moveTo(x, y - 9);
    context.lineTo(x + 9, y);
    context.lineTo(x, y + 9);
    context.lineTo(x - 9, y);
    context.fill();
    const said = `“${word.text.length > 42 ? `${word.text.slice(0, 40)}…` : word.text}”`;
    const box = nameBeside(context, said, x, y, 13, view, boxes, `italic 600 14px ${family}`);
    drawText(context, said, box[0], (box[1] + box[3]) / 2, ink, ink.text);
    boxes.push(box);
  }
  return boxes;
}

function drawLoop(context, view, polygon, ink, isOpen) {
  if (polygon.length < 2) return;
  context.beginPath();
  polygon.forEach(([x, y], n) => context[n ? "lineTo" : "moveTo"](...view.toScreen(x, y)));
  if (!isOpen) context.closePath();
  context.fillStyle = ink.loop;
  context.fill();
  context.lineWidth = 2;
  context.strokeStyle = ink.accent;
  context.stroke();
}

// A way over the map, from the first place to the last
function drawWay(context, view, way, ink) {
  const places = way.places.map(([x, y]) => view.toScreen(x, y));
  context.beginPath();
  places.forEach(([x, y], n) => context[n ? "lineTo" : "moveTo"](x, y));
  context.lineWidth = 2;
  context.setLineDash([6, 5]);
  context.strokeStyle = way.colour || ink.words;
  context.stroke();
  context.setLineDash([]);
}
