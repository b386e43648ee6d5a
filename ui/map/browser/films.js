// The films of a map: packed by ui/map/payload.py, unpacked here once and kept for every picture of them.
// The files of this folder are joined in the order that ui/map/element.py names; they share one scope.

const KEPT = 6; // maps whose films stay in memory, the last ones used
const SHELF = (window.movieAtlasFilms ||= { films: new Map(), waiting: new Map() });
const KINDS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array };
const LINE = 10; // a line break

const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

// What `PackedFilms` of payload.py says; films that are here already stay as they are
async function unpack(content) {
  const text = new TextDecoder(), end = content.indexOf(LINE), key = text.decode(content.subarray(0, end));
  if (SHELF.films.has(key)) return;
  const bytes = new Uint8Array(await inflate(content.subarray(end + 1)));
  let at = bytes.indexOf(LINE);
  const { columns, ...films } = JSON.parse(text.decode(bytes.subarray(0, at++)));
  films.key = key;
  for (const [name, width] of columns) {
    const values = (films[name] = new KINDS[width](films.n));
    for (let shift = 0; shift < 8 * width; shift += 8) for (let i = 0; i < films.n; i++) values[i] |= bytes[at++] << shift;
  }
  for (let i = 1; i < films.n; i++) films.item[i] += films.item[i - 1];
  films.titles = text.decode(bytes.subarray(at)).split("\n");
  const [left, right, low, high] = films.bounds;
  films.px = Float32Array.from(films.x, (v) => left + (v / 65535) * (right - left));
  films.py = Float32Array.from(films.y, (v) => low + (v / 65535) * (high - low));
  films.at = new Map();
  films.item.forEach((item, index) => films.at.set(item, index));
  films.grid = makeGrid(films);
  shelve(films);
}

function shelve(films) {
  SHELF.films.delete(films.key);
  SHELF.films.set(films.key, films);
  while (SHELF.films.size > KEPT) SHELF.films.delete(SHELF.films.keys().next().value);
  for (const tell of SHELF.waiting.get(films.key) || []) tell(films);
  SHELF.waiting.delete(films.key);
}

// The films of a key, as soon as they are there
function filmsOf(key) {
  const films = SHELF.films.get(key);
  if (films) return Promise.resolve(films);
  return new Promise((tell) => SHELF.waiting.set(key, [...(SHELF.waiting.get(key) || []), tell]));
}

// Which films lie in which cell, so that the one below the pointer is found without looking at all
function makeGrid(films) {
  const side = Math.max(8, Math.min(256, Math.round(Math.sqrt(films.n / 3))));
  const [left, right, low, high] = films.bounds;
  const across = side / Math.max(right - left, 1e-9), up = side / Math.max(high - low, 1e-9);
  const cell = (x, y) =>
    Math.min(side - 1, Math.max(0, Math.floor((y - low) * up))) * side +
    Math.min(side - 1, Math.max(0, Math.floor((x - left) * across)));
  const start = new Uint32Array(side * side + 1);
  for (let i = 0; i < films.n; i++) start[cell(films.px[i], films.py[i]) + 1]++;
  for (let c = 0; c < side * side; c++) start[c + 1] += start[c];
  const next = start.slice(), order = new Uint32Array(films.n);
  for (let i = 0; i < films.n; i++) order[next[cell(films.px[i], films.py[i])]++] = i;
  return { side, across, up, left, low, start, order };
}

// Calls back with every film whose cell touches a box of the map
function within(films, x0, x1, y0, y1, tell) {
  const { side, across, up, left, low, start, order } = films.grid;
  const clip = (v) => Math.min(side - 1, Math.max(0, Math.floor(v)));
  const [c0, c1] = [clip((x0 - left) * across), clip((x1 - left) * across)];
  const [r0, r1] = [clip((y0 - low) * up), clip((y1 - low) * up)];
  for (let row = r0; row <= r1; row++)
    for (let i = start[row * side + c0]; i < start[row * side + c1 + 1]; i++) tell(order[i]);
}

// The film nearest to a place of the map and not farther than a reach; -1 = none
function nearestFilm(films, x, y, reach, counts) {
  let best = -1, least = reach * reach;
  within(films, x - reach, x + reach, y - reach, y + reach, (i) => {
    const far = (films.px[i] - x) ** 2 + (films.py[i] - y) ** 2;
    if (far <= least && counts(i)) [best, least] = [i, far];
  });
  return best;
}

// Whether a place lies in a polygon, by the even-odd rule, as core/exploration/selection.py decides it
function isInside(x, y, polygon) {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [xi, yi] = polygon[i], [xj, yj] = polygon[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

// Calls back with every film of every name: a film's narrowest place, and those around it
function eachName(films, tell) {
  for (let i = 0; i < films.n; i++)
    for (let name = films.place[i] - 1; name >= 0; name = films.names[name].parent) tell(name, i);
}
