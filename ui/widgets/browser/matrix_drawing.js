// Drawing the rating matrix on a canvas: pictures of parts over each other, the axes, and what is marked.
// A view is [firstPerson, lastPerson, firstFilm, lastFilm] in places of the orders, which may be fractions.

const FONT = 11; // px of names and ticks
const LONGEST = 132; // px that a name may take
const GAP = 8; // px from where on single cells stand apart

function bytesOf(text) {
  const raw = atob(text), bytes = new Uint8Array(raw.length);
  for (let n = 0; n < raw.length; n++) bytes[n] = raw.charCodeAt(n);
  return bytes.buffer;
}

function rgb(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

/** What the server sent of a part, ready to be drawn: a colour for each cell, 0 = blank. */
function layerOf(cells) {
  const kinds = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array };
  const counts = new kinds[cells.width](bytesOf(cells.counts)), values = new Uint16Array(bytesOf(cells.values));
  const stops = cells.colours.map(rgb), ramp = new Uint32Array(256);
  for (let n = 0; n < 256; n++) {
    const at = (n / 255) * (stops.length - 1), low = Math.min(Math.floor(at), stops.length - 2), t = at - low;
    const [r, g, b] = [0, 1, 2].map((c) => Math.round(stops[low][c] * (1 - t) + stops[low + 1][c] * t));
    ramp[n] = (255 << 24) | (b << 16) | (g << 8) | r; // as little-endian bytes: red, green, blue, opaque
  }
  const colours = new Uint32Array(values.length);
  for (let n = 0; n < values.length; n++) if (values[n]) colours[n] = ramp[Math.round((255 * (values[n] - 1)) / (cells.steps - 1))];
  const [u0, u1, i0, i1] = cells.area, [rows, columns] = cells.shape;
  return { ...cells, framed: new Set(cells.framed), counts, values, colours, rows: edges(u0, u1, rows), columns: edges(i0, i1, columns), size: (u1 - u0) * (i1 - i0) };
}

/** Where cells begin and end: the server's own formula. */
function edges(first, last, n) {
  return Array.from({ length: n + 1 }, (_, at) => first + Math.floor((at * (last - first)) / n));
}

/** The number of the cell that a place lies in, -1 outside. */
function cellAt(marks, place) {
  if (place < marks[0] || place >= marks[marks.length - 1]) return -1;
  let low = 0, high = marks.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (marks[middle] <= place) low = middle; else high = middle;
  }
  return low;
}

/** For each of n device pixels along a side the cell below it; -1 outside, -2 between cells that stand apart. */
function along(marks, first, last, n) {
  const found = new Int32Array(n), scale = (last - first) / n;
  let before = -1;
  for (let px = 0; px < n; px++) {
    const cell = cellAt(marks, first + (px + 0.5) * scale);
    const isWide = cell >= 0 && (marks[cell + 1] - marks[cell]) / scale >= GAP * devicePixelRatio;
    found[px] = isWide && cell !== before && px > 0 ? -2 : cell;
    before = cell;
  }
  return found;
}

function paintCells(context, layers, view, plot) {
  const ratio = devicePixelRatio, width = Math.round(plot.w * ratio), height = Math.round(plot.h * ratio);
  if (width < 1 || height < 1) return;
  const image = context.createImageData(width, height), pixels = new Uint32Array(image.data.buffer);
  for (const layer of layers) {
    const rows = along(layer.rows, view[0], view[1], height), columns = along(layer.columns, view[2], view[3], width);
    const perRow = layer.shape[1];
    for (let y = 0; y < height; y++) {
      if (rows[y] === -1) continue;
      const from = rows[y] * perRow;
      for (let x = 0; x < width; x++) {
        if (columns[x] === -1) continue;
        pixels[y * width + x] = rows[y] < 0 || columns[x] < 0 ? 0 : layer.colours[from + columns[x]];
      }
    }
  }
  context.putImageData(image, Math.round(plot.x * ratio), Math.round(plot.y * ratio));
}

/** Frames around single ratings that stand out, where a frame has room; the finest picture has them. */
function paintFrames(context, box, plot) {
  const layer = box.layers[box.layers.length - 1];
  if (!layer || !layer.framed.size) return;
  const { px, py } = plot, perRow = layer.shape[1];
  context.save();
  context.beginPath();
  context.rect(plot.x, plot.y, plot.w, plot.h);
  context.clip();
  for (const cell of layer.framed) {
    const row = Math.floor(cell / perRow), column = cell % perRow;
    const x = px(layer.columns[column]), y = py(layer.rows[row]);
    const w = px(layer.columns[column + 1]) - x, h = py(layer.rows[row + 1]) - y, thick = Math.min(w, h) / 5;
    if (thick < 0.6) continue;
    for (const [colour, width, inset] of [[box.data.ink.text, Math.min(thick, 2), 1], [box.data.ink.ground, Math.min(thick / 2, 1), 2.5]]) {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.strokeRect(x + inset, y + inset, w - 2 * inset, h - 2 * inset);
    }
  }
  context.restore();
}

function shortened(context, text, longest) {
  if (context.measureText(text).width <= longest) return text;
  let n = text.length;
  while (n > 1 && context.measureText(`${text.slice(0, n)}…`).width > longest) n--;
  return `${text.slice(0, n)}…`;
}

/** What is written along a side of the view: names where they have room, every so many-th of them, else the order's ticks. */
function labelsOf(side, first, last, pixels) {
  const perPlace = pixels / (last - first), found = [];
  if (side.names.length && perPlace * side.names.length >= pixels * 0.6) {
    const step = Math.max(1, Math.ceil((FONT + 2) / perPlace));
    for (let n = 0; n < side.names.length; n += step) found.push([side.first + n + 0.5, side.names[n]]);
  } else found.push(...side.ticks);
  return found.filter(([place]) => place >= first && place <= last);
}

/** Where the cells lie on the canvas, and what stands beside them. */
function layout(context, box, width, height) {
  const { data, view } = box;
  const narrow = width < 560, longest = narrow ? 70 : LONGEST;
  const rows = labelsOf(data.rows, view[0], view[1], height * 0.8).map(([at, text]) => [at, shortened(context, text, longest)]);
  const left = Math.ceil(Math.max(24, ...rows.map(([, text]) => context.measureText(text).width))) + 10;
  const w = width - left - 12;
  const columns = labelsOf(data.columns, view[2], view[3], w).map(([at, text]) => [at, shortened(context, text, longest)]);
  const x = (place) => left + ((place - view[2]) / (view[3] - view[2])) * w;
  const lengths = columns.map(([, text]) => context.measureText(text).width);
  const isLying = columns.every(([at], n) => !n || x(at) - x(columns[n - 1][0]) > (lengths[n] + lengths[n - 1]) / 2 + 8);
  const below = isLying ? FONT + 12 : Math.ceil(Math.max(0, ...lengths)) + 12;
  const top = 6 + data.marks.own.length * 13;
  const h = Math.max(height - top - below, 40);
  const y = (place) => top + ((place - view[0]) / (view[1] - view[0])) * h;
  return { x: left, y: top, w, h, px: x, py: y, rows, columns, isLying };
}

/** Labels that do not touch the one before. */
function apart(labels, position, room) {
  let last = -Infinity;
  return labels.filter(([at]) => {
    if (position(at) - last < room) return false;
    last = position(at);
    return true;
  });
}

function paintAxes(context, box, plot) {
  const { ink } = box.data;
  context.strokeStyle = ink.muted;
  context.lineWidth = 1;
  context.strokeRect(plot.x - 0.5, plot.y - 0.5, plot.w + 1, plot.h + 1);
  context.textBaseline = "middle";
  context.textAlign = "right";
  const tick = (x0, y0, x1, y1) => { context.beginPath(); context.moveTo(x0, y0); context.lineTo(x1, y1); context.stroke(); };
  for (const [at, text] of apart(plot.rows, plot.py, FONT + 1)) {
    context.fillStyle = box.isMarked("person", at) ? ink.accent : ink.text;
    tick(plot.x - 4, plot.py(at), plot.x - 1, plot.py(at));
    context.fillText(text, plot.x - 7, plot.py(at));
  }
  const bottom = plot.y + plot.h;
  for (const [at, text] of plot.isLying ? plot.columns : apart(plot.columns, plot.px, FONT + 1)) {
    context.fillStyle = box.isMarked("film", at) ? ink.accent : ink.text;
    tick(plot.px(at), bottom + 1, plot.px(at), bottom + 4);
    context.save();
    context.translate(plot.px(at), bottom + (plot.isLying ? 14 : 7));
    if (plot.isLying) {
      const half = context.measureText(text).width / 2;
      context.textAlign = "center";
      context.translate(Math.min(0, plot.x + plot.w + 10 - plot.px(at) - half) + Math.max(0, half - plot.px(at)), 0);
    } else context.rotate(-Math.PI / 2);
    context.fillText(text, 0, 0);
    context.restore();
  }
}

/** An outline that is seen on every colour: the theme's accent on its ground. */
function outline(context, ink, x, y, w, h) {
  for (const [colour, width] of [[ink.ground, 4], [ink.accent, 2]]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.strokeRect(x, y, Math.max(w, 2), Math.max(h, 2));
  }
}

function paintMarks(context, box, plot) {
  const { marks, ink } = box.data, { px, py } = plot;
  marks.own.forEach((line, row) => {
    context.strokeStyle = line.colour;
    context.lineWidth = 1.5;
    const y = plot.y - 8 - (marks.own.length - 1 - row) * 13;
    for (const place of line.places) {
      const x = px(place + 0.5);
      if (x < plot.x - 1 || x > plot.x + plot.w + 1) continue;
      context.beginPath();
      if (line.isCross) {
        context.moveTo(x - 3.5, y - 3.5); context.lineTo(x + 3.5, y + 3.5);
        context.moveTo(x - 3.5, y + 3.5); context.lineTo(x + 3.5, y - 3.5);
      } else context.arc(x, y, 3.5, 0, 2 * Math.PI);
      context.stroke();
    }
  });
  context.save();
  context.beginPath();
  context.rect(plot.x - 2, plot.y - 2, plot.w + 4, plot.h + 4);
  context.clip();
  if (marks.person !== null) outline(context, ink, plot.x - 6, py(marks.person), plot.w + 12, py(marks.person + 1) - py(marks.person));
  if (marks.film !== null) outline(context, ink, px(marks.film), plot.y - 6, px(marks.film + 1) - px(marks.film), plot.h + 12);
  for (const area of [marks.block, box.dragged]) {
    if (area) outline(context, ink, px(area[2]), py(area[0]), px(area[3]) - px(area[2]), py(area[1]) - py(area[0]));
  }
  if (box.isByKeys) {
    const [x, y] = [plot.x + plot.w / 2, plot.y + plot.h / 2];
    outline(context, ink, x - 9, y, 18, 0);
    outline(context, ink, x, y - 9, 0, 18);
  }
  context.restore();
}

/** Draw everything; where the cells lie is kept in `box.plot`. */
function paint(box) {
  const { canvas } = box.parts, width = canvas.clientWidth, height = canvas.clientHeight, ratio = devicePixelRatio;
  if (!width || !height || !box.data) return;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = `${FONT}px ${getComputedStyle(canvas).fontFamily}`;
  box.plot = layout(context, box, width, height);
  paintCells(context, box.layers, box.view, box.plot);
  paintFrames(context, box, box.plot);
  paintAxes(context, box, box.plot);
  paintMarks(context, box, box.plot);
}
