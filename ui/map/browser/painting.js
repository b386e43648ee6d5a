// Points and the glow behind them, written pixel by pixel: no WebGL, so it draws alike in every browser.

const DISKS = new Map();

// The pixels of a disk and how far each is covered
function disk(radius) {
  const key = Math.round(radius * 4);
  if (!DISKS.has(key)) {
    const r = key / 4, reach = Math.ceil(r), dx = [], dy = [], cover = [];
    for (let y = -reach; y <= reach; y++)
      for (let x = -reach; x <= reach; x++) {
        const covered = Math.min(1, Math.max(0, r + 0.5 - Math.hypot(x, y)));
        if (covered > 0.05) dx.push(x), dy.push(y), cover.push(covered);
      }
    DISKS.set(key, { reach, dx: Int16Array.from(dx), dy: Int16Array.from(dy), cover: Float32Array.from(cover) });
  }
  return DISKS.get(key);
}

// Writes points over each other into a picture with a transparent ground
function paintPoints(image, films, view, look) {
  const { width, height, data } = image;
  const { scale, left, top } = view; // pixels of the picture
  const base = look.radius, passes = look.state ? [1, 0] : [0];
  data.fill(0);
  for (const pass of passes) {
    const opacity = pass ? look.dimmed : look.opacity;
    for (let i = 0; i < films.n; i++) {
      if (look.state && look.state[i] !== pass) continue;
      const cx = Math.round(films.px[i] * scale + left), cy = Math.round(top - films.py[i] * scale);
      const { reach, dx, dy, cover } = disk(base * (0.72 + (0.9 * films.fame[i]) / 255));
      if (cx < -reach || cy < -reach || cx >= width + reach || cy >= height + reach) continue;
      const at = look.values[i] * 3, r = look.palette[at], g = look.palette[at + 1], b = look.palette[at + 2];
      for (let p = 0; p < dx.length; p++) {
        const x = cx + dx[p], y = cy + dy[p];
        if (x < 0 || y < 0 || x >= width || y >= height) continue;
        const to = (y * width + x) * 4, over = cover[p] * opacity, under = (data[to + 3] / 255) * (1 - over), all = over + under;
        data[to] = (r * over + data[to] * under) / all;
        data[to + 1] = (g * over + data[to + 1] * under) / all;
        data[to + 2] = (b * over + data[to + 2] * under) / all;
        data[to + 3] = all * 255;
      }
    }
  }
}

const GLOW = 300; // cells of the glow's longer side

// Where many films lie, in the mean colour of those that lie there
function paintGlow(films, look, strength) {
  const [left, right, low, high] = films.bounds;
  const margin = 0.12 * Math.max(right - left, high - low);
  const box = [left - margin, right + margin, low - margin, high + margin];
  const cell = Math.max(box[1] - box[0], box[3] - box[2]) / GLOW;
  const width = Math.ceil((box[1] - box[0]) / cell), height = Math.ceil((box[3] - box[2]) / cell);
  const sums = [0, 1, 2, 3].map(() => new Float32Array(width * height));
  for (let i = 0; i < films.n; i++) {
    if (look.state && look.state[i]) continue;
    const to = Math.floor((box[3] - films.py[i]) / cell) * width + Math.floor((films.px[i] - box[0]) / cell);
    const at = look.values[i] * 3;
    for (let c = 0; c < 3; c++) sums[c][to] += look.palette[at + c];
    sums[3][to]++;
  }
  sums.forEach((sum) => blur(sum, width, height, 4));
  const weights = sums[3], sorted = weights.filter((w) => w > 0.02).sort();
  const most = sorted.length ? sorted[Math.floor(sorted.length * 0.97)] : 1;
  const image = new ImageData(width, height);
  for (let p = 0; p < weights.length; p++) {
    if (!weights[p]) continue;
    for (let c = 0; c < 3; c++) image.data[p * 4 + c] = sums[c][p] / weights[p];
    image.data[p * 4 + 3] = 255 * Math.sqrt(Math.min(1, weights[p] / most)) * strength;
  }
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  canvas.getContext("2d").putImageData(image, 0, 0);
  return { canvas, box };
}

// A grid of heights in one colour
function paintHeights(told, colour, strength = 0.55) {
  const values = bytesOf(told.grid), { side } = told, [r, g, b] = rgb(colour);
  const image = new ImageData(side, side);
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const value = values[row * side + column] / 255, to = ((side - 1 - row) * side + column) * 4;
      image.data.set([r, g, b, 255 * strength * value], to);
    }
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  canvas.getContext("2d").putImageData(image, 0, 0);
  return { canvas, box: told.bounds };
}

// Three means over a window in each direction: nearly a Gaussian
function blur(values, width, height, radius) {
  const line = new Float32Array(Math.max(width, height));
  const along = (count, first, step) => {
    for (let n = 0; n < count; n++) line[n] = values[first + n * step];
    let sum = 0;
    for (let n = -radius; n < count; n++) {
      if (n + radius < count) sum += line[n + radius];
      if (n - radius - 1 >= 0) sum -= line[n - radius - 1];
      if (n >= 0) values[first + n * step] = sum / (2 * radius + 1);
    }
  };
  for (let turn = 0; turn < 3; turn++) {
    for (let row = 0; row < height; row++) along(width, row * width, 1);
    for (let column = 0; column < width; column++) along(height, column, width);
  }
}

function rgb(colour) {
  const hex = /^#([0-9a-f]{6})$/i.exec(colour);
  if (hex) return [0, 2, 4].map((at) => parseInt(hex[1].slice(at, at + 2), 16));
  return (colour.match(/[\d.]+/g) || [128, 128, 128]).slice(0, 3).map(Number);
}
