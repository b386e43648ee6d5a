// What part of the map is in view: a centre and pixels for each of the map's units.

const NEAREST = 90; // times the first zoom

class View {
  constructor() {
    [this.width, this.height] = [1, 1];
  }

  // Another map: all of it
  show(first) {
    this.first = first;
    this.fit();
  }

  resize(width, height) {
    const zoom = this.zoom;
    [this.width, this.height] = [width, height];
    this.scale = zoom * this.fitted;
  }

  get fitted() {
    const [left, right, low, high] = this.first;
    return Math.min(this.width / Math.max(right - left, 1e-6), this.height / Math.max(high - low, 1e-6)) * 0.95;
  }

  get zoom() {
    return this.scale ? this.scale / this.fitted : 1;
  }

  fit() {
    const [left, right, low, high] = this.first;
    [this.x, this.y] = [(left + right) / 2, (low + high) / 2];
    this.scale = this.fitted;
  }

  go(x, y, zoom) {
    [this.x, this.y] = [x, y];
    this.scale = this.fitted * Math.min(Math.max(zoom, 0.6), NEAREST);
  }

  toScreen(x, y) {
    return [(x - this.x) * this.scale + this.width / 2, this.height / 2 - (y - this.y) * this.scale];
  }

  toMap(px, py) {
    return [(px - this.width / 2) / this.scale + this.x, (this.height / 2 - py) / this.scale + this.y];
  }

  pan(dx, dy) {
    const [left, right, low, high] = this.first;
    this.x = Math.min(right + (right - left), Math.max(left - (right - left), this.x - dx / this.scale));
    this.y = Math.min(high + (high - low), Math.max(low - (high - low), this.y + dy / this.scale));
  }

  zoomAt(times, px, py) {
    const [x, y] = this.toMap(px, py);
    this.scale = this.fitted * Math.min(Math.max(this.zoom * times, 0.6), NEAREST);
    const [nx, ny] = this.toMap(px, py);
    this.x += x - nx;
    this.y += y - ny;
  }

  told() {
    const short = (value) => Math.round(value * 1e4) / 1e4;
    return { x: short(this.x), y: short(this.y), zoom: Math.round(this.zoom * 100) / 100 };
  }
}
