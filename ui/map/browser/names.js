// Names on the map: coarse ones far away, finer ones near, titles nearest; none over another and none over the edge.

const TITLES_BELOW = 260; // films in view from which their titles are written
const OFFSETS = [[0, 0], [0, 0.75], [0, -0.75], [0.35, 0.65], [-0.35, 0.65], [0.35, -0.65], [-0.35, -0.65], [0, 1.3], [0, -1.3], [0.6, 0], [-0.6, 0]];
const FONTS = [
  { size: 19, weight: 700 },
  { size: 14, weight: 600 },
  { size: 12, weight: 500 },
];
const SMALLEST_SPREAD = [0, 22, 30]; // pixels of a group from which its name is of use

const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

// The names that are of use at this distance, the coarsest and largest first
function candidates(names, view, size) {
  const found = [];
  names.forEach((name, index) => {
    const [x, y] = view.toScreen(name.x, name.y), spread = name.spread * view.scale;
    const isOff = x < 0 || y < 0 || x > size.width || y > size.height;
    const isTooCoarse = name.level < 2 && spread > 0.62 * Math.min(size.width, size.height) && view.zoom > 1.6;
    if (!isOff && !isTooCoarse && spread >= SMALLEST_SPREAD[name.level]) found.push({ ...name, index, x, y });
  });
  return found.sort((a, b) => a.level - b.level || b.size - a.size);
}

// Places names: [{text, lines, box, font, index}]; what stood before stays where it can
function placeNames(context, names, view, size, before, blocked) {
  const taken = [...blocked], placed = [];
  const wasThere = new Map(before.map((one) => [one.index, one.offset]));
  const small = Math.min(1, Math.max(0.78, size.width / 760));
  const largest = [0, 1, 2].map((level) => Math.max(1, ...names.filter((n) => n.level === level).map((n) => n.size)));
  for (const one of candidates(names, view, size)) {
    const { size: px, weight } = FONTS[one.level];
    const font = Math.round(px * small * (0.84 + 0.2 * Math.sqrt(one.size / largest[one.level])));
    context.font = `${weight} ${font}px ${size.family}`;
    const lines = broken(one.name, context, 150 * small), wide = Math.max(...lines.map((l) => context.measureText(l).width)) + 6;
    const tall = lines.length * font * 1.14 + 4;
    const kept = wasThere.get(one.index);
    const offset = [...(kept ? [kept] : []), ...OFFSETS].find(([dx, dy]) => {
      const box = boxAt(one, dx, dy, wide, tall, size);
      return box && !taken.some((other) => overlap(box, other));
    });
    if (!offset) continue;
    const box = boxAt(one, ...offset, wide, tall, size);
    taken.push(box);
    placed.push({ index: one.index, level: one.level, name: one.name, group: one.group, lines, box, font, weight, offset });
  }
  return placed;
}

// The box of a name, pushed inside where it would stand over the edge; null where it would lie too far from its place
function boxAt(one, dx, dy, wide, tall, size) {
  let x = one.x + dx * wide, y = one.y + dy * tall;
  const inX = Math.min(Math.max(x, wide / 2 + 4), size.width - wide / 2 - 4);
  const inY = Math.min(Math.max(y, tall / 2 + 4), size.height - tall / 2 - 4);
  if (Math.abs(inX - x) > wide * 0.6 || Math.abs(inY - y) > tall) return null;
  return [inX - wide / 2, inY - tall / 2, inX + wide / 2, inY + tall / 2];
}

// A long name in two lines, broken where it is most even
function broken(text, context, widest) {
  const words = text.split(" ");
  if (words.length < 2 || context.measureText(text).width <= widest) return [text];
  let best = null;
  for (let at = 1; at < words.length; at++) {
    const lines = [words.slice(0, at).join(" "), words.slice(at).join(" ")];
    const width = Math.max(...lines.map((line) => context.measureText(line).width));
    if (!best || width < best.width) best = { lines, width };
  }
  return best.lines;
}

// Titles beside the best known films in view, where there is room
function placeTitles(context, films, view, size, counts, blocked, radius) {
  const [x0, y1] = view.toMap(0, 0), [x1, y0] = view.toMap(size.width, size.height), seen = [];
  within(films, x0, x1, y0, y1, (i) => {
    if (films.px[i] >= x0 && films.px[i] <= x1 && films.py[i] >= y0 && films.py[i] <= y1 && counts(i)) seen.push(i);
  });
  if (seen.length > TITLES_BELOW) return [];
  const taken = [...blocked], placed = [];
  context.font = `400 11px ${size.family}`;
  for (const i of seen.sort((a, b) => films.fame[b] - films.fame[a] || b - a)) {
    const [x, y] = view.toScreen(films.px[i], films.py[i]), wide = context.measureText(films.titles[i]).width;
    const places = [[x + radius + 3, y - 7], [x - radius - 3 - wide, y - 7], [x - wide / 2, y - radius - 16], [x - wide / 2, y + radius + 2]];
    const free = places.map(([a, b]) => [a, b, a + wide, b + 14]).find((box) =>
      box[0] > 2 && box[1] > 2 && box[2] < size.width - 2 && box[3] < size.height - 2 && !taken.some((other) => overlap(box, other)));
    if (!free) continue;
    taken.push(free);
    placed.push({ text: films.titles[i], box: free, film: i });
  }
  return placed;
}
