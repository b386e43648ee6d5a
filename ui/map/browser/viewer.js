// One picture of a map: what it is told (`show`) it draws; what is done with it is in doing.js.

const CLOSE = 2.5; // times that a film in focus is enlarged at first
const PIXELS = { willReadFrequently: true }; // kept in memory, not on a graphics card: every frame writes them all
const LINKED = (window.movieAtlasLinked ||= new Set()); // pictures that share what is pointed at and chosen
const TOOLS = [
  ["zoom-in", "+", "Zoom in (+)"],
  ["zoom-out", "−", "Zoom out (−)"],
  ["fit", "⤢", "Show everything (0)"],
  ["loop", "◌", "Draw a loop around films to select them (or drag with Shift)"],
  ["box", "▭", "Draw a box around films to select them"],
  ["png", "PNG", "Save the picture as it is seen"],
  ["svg", "SVG", "Save the picture to be printed at any size"],
];

class Viewer {
  constructor(root, send) {
    Object.assign(this, { send, films: null, placed: [], titles: [], heights: [], pointed: -1, step: -1, picked: null, mode: "move", loop: null, chosen: null, view: new View() });
    [this.under, this.points, this.over] = ["under", "points", "over"].map((name) => make("canvas", { class: name, "aria-hidden": "true" }));
    this.stage = make("div", { class: "stage", tabindex: "0", role: "application" }, this.under, this.points, this.over);
    this.tools = make("div", { class: "tools", role: "toolbar", "aria-label": "The map" });
    this.tip = make("div", { class: "tip", hidden: "" });
    this.said = make("div", { class: "said", role: "status", "aria-live": "polite" });
    this.legend = make("div", { class: "legend" });
    this.title = make("div", { class: "title" });
    const picture = make("div", { class: "picture" }, this.stage, this.tip, this.said);
    this.frame = make("div", { class: "map" }, make("div", { class: "head" }, this.title, this.tools), picture, this.legend);
    root.append(this.frame);
    for (const [name, sign, words] of TOOLS) {
      const button = make("button", { type: "button", "data-tool": name, title: words, "aria-label": words }, sign);
      button.addEventListener("click", () => this.use(name));
      this.tools.append(button);
    }
    this.watch = new ResizeObserver(() => this.resize());
    this.watch.observe(this.stage);
  }

  // Draws what the server says; what has not changed is not made anew
  async show(told) {
    Object.assign(this, { told, step: -1 });
    const films = await filmsOf(told.films);
    if (this.told !== told) return; // something newer came while the films were unpacked
    const isNew = this.films !== films;
    this.films = films;
    this.ink = told.ink;
    this.frame.classList.toggle("is-still", Boolean(told.still));
    this.frame.classList.toggle("has-legend", !told.hides_legend);
    this.legend.hidden = Boolean(told.hides_legend);
    this.title.textContent = told.title || "";
    this.frame.style.setProperty("--height", `max(${told.still ? "10rem" : "24rem"}, ${told.height || "calc(100vh - 16.5rem)"})`);
    this.stage.setAttribute("aria-label", told.alt);
    if (isNew) this.begin(this.space === told.space);
    this.space = told.space;
    await this.colour(told.colours, isNew);
    const chosen = told.chosen === null || told.chosen === undefined ? null : new Set(new Uint32Array(await inflate(bytesOf(told.chosen))));
    if (this.told !== told) return;
    this.loop = told.loop || null;
    this.heights = (told.heights || []).map((one) => paintHeights(one, one.colour));
    this.ground = told.ground ? paintHeights(told.ground, this.ink.density, 1) : null;
    this.drawLegend();
    this.choose(chosen, true);
    this.ready = true;
  }

  // Other films: of the same map, those around what is in view now, which stays as it is
  begin(isSameMap) {
    this.pointed = -1;
    if (isSameMap) return;
    this.view.show(this.films.first);
    this.placed = [];
    this.picked = null;
    this.resize(true);
    const { view, focus } = this.told, at = focus ? this.films.at.get(focus.item) : undefined;
    if (view) this.view.go(view.x, view.y, view.zoom);
    else if (at !== undefined) this.view.go(this.films.px[at], this.films.py[at], CLOSE);
    if (!this.isWired && !this.told.still) {
      this.isWired = true;
      const does = {
        mode: () => this.mode,
        point: (x, y) => this.point(x, y),
        moved: () => this.moved(),
        looping: (polygon) => { this.loop = polygon; this.isOpen = true; this.refresh(true); },
        looped: (polygon) => this.looped(polygon),
        clicked: (x, y, isTouch) => this.clicked(x, y, isTouch),
        stepped: (step) => this.stepped(step),
        entered: () => this.entered(),
        escaped: () => this.clear(),
      };
      gestures(this.stage, this.view, does);
      LINKED.add(this);
    }
  }

  async colour(colours, isNew) {
    if (!isNew && this.colourKey === colours.key) return;
    const values = new Uint8Array(await inflate(bytesOf(colours.values)));
    const masks = colours.masks ? new Uint16Array(await inflate(bytesOf(colours.masks))) : null;
    const palette = Uint8Array.from(colours.palette.flatMap(rgb));
    if (this.colourKey !== colours.key) this.picked = null;
    Object.assign(this, { colourKey: colours.key, masks, values, palette });
    this.look = { values, palette };
    this.nameColours = null;
    this.glow = null;
  }

  drawLegend() {
    drawLegend(this.legend, this.told, this.picked, (index) => {
      this.picked = index;
      this.drawLegend();
      this.choose(this.chosen, true);
    });
  }

  // Who counts: films that are chosen and of the category picked in the legend
  choose(chosen, isQuiet) {
    this.chosen = chosen;
    const { films, picked, masks, values } = this;
    if (chosen === null && picked === null) this.state = null;
    else {
      this.state = new Uint8Array(films.n);
      for (let i = 0; i < films.n; i++) {
        const isPicked = picked === null || (masks ? (masks[i] >> picked) & 1 : values[i] === picked);
        this.state[i] = isPicked && (chosen === null || chosen.has(films.item[i])) ? 0 : 1;
      }
    }
    this.look.state = this.state;
    this.counted = null;
    this.glow = null;
    this.refresh();
    if (!isQuiet && this.told.linked) for (const other of LINKED) if (other !== this && other.films && other.told.linked) other.choose(chosen, true);
  }

  counts(i) {
    return !this.state || !this.state[i];
  }

  radius() {
    const base = Math.min(5.5, Math.max(0.7, 6.6 - 1.2 * Math.log10(Math.max(this.films.n, 10))));
    return (base * Math.pow(Math.max(this.view.zoom, 0.7), 0.42) * (this.told.still ? 0.75 : 1));
  }

  resize(isQuiet) {
    const box = this.stage.getBoundingClientRect();
    if (!this.view.first || !box.width || !box.height) return;
    this.view.resize(box.width, box.height);
    this.dpr = Math.min(window.devicePixelRatio || 1, 2);
    for (const canvas of [this.under, this.points, this.over]) {
      canvas.width = Math.round(box.width * this.dpr);
      canvas.height = Math.round(box.height * this.dpr);
    }
    this.image = new ImageData(this.points.width, this.points.height);
    if (!isQuiet && this.films && this.look) this.draw();
  }

  // Draws before the next frame; `isOverOnly` where the points stay as they are
  refresh(isOverOnly) {
    this.all = this.all || !isOverOnly;
    this.waits ||= requestAnimationFrame(() => {
      this.waits = null;
      if (this.look) this.draw(!this.all);
      this.all = false;
    });
  }

  draw(isOverOnly) {
    if (!this.image || !this.films) return;
    const began = performance.now(), own = getComputedStyle(this.frame);
    // the page may have changed its theme before the server knows
    this.ink = { ...this.told.ink, text: own.color, ground: getComputedStyle(this.frame.querySelector(".picture")).backgroundColor };
    if (!isOverOnly) this.drawPoints();
    this.drawOver();
    this.took = performance.now() - began;
    this.frame.dataset.drawn = String(Number(this.frame.dataset.drawn || 0) + 1);
  }

  drawPoints() {
    const { view, films, look, dpr } = this;
    this.glow ||= this.ground || paintGlow(films, look, films.n < 50 ? 0 : this.ink.glow);
    const context = this.under.getContext("2d", PIXELS);
    context.setTransform(dpr, 0, 0, dpr, 0, 0);
    context.clearRect(0, 0, view.width, view.height);
    context.imageSmoothingQuality = "high";
    for (const { canvas, box } of this.heights.length ? this.heights : [this.glow]) {
      const [x0, y0] = view.toScreen(box[0], box[3]), [x1, y1] = view.toScreen(box[1], box[2]);
      context.globalAlpha = 1 / (1 + 0.35 * Math.max(0, Math.log2(view.zoom)));
      context.drawImage(canvas, x0, y0, x1 - x0, y1 - y0);
    }
    context.globalAlpha = 1;
    Object.assign(look, { radius: this.radius() * dpr, opacity: this.told.opacity || 0.85, dimmed: 0.13 });
    const scaled = { scale: view.scale * dpr, left: (view.width / 2 - view.x * view.scale) * dpr, top: (view.height / 2 + view.y * view.scale) * dpr };
    paintPoints(this.image, films, scaled, look);
    this.points.getContext("2d", PIXELS).putImageData(this.image, 0, 0);
  }

  drawOver() {
    const { view, films, told, ink } = this, context = this.over.getContext("2d", PIXELS);
    const family = getComputedStyle(this.frame).fontFamily;
    context.setTransform(this.dpr, 0, 0, this.dpr, 0, 0);
    context.clearRect(0, 0, view.width, view.height);
    const isInView = (x, y) => x > -20 && y > -20 && x < view.width + 20 && y < view.height + 20;
    if (this.loop) drawLoop(context, view, this.loop, ink, this.isOpen);
    for (const way of told.ways || []) drawWay(context, view, way, ink);
    let boxes = drawWords(context, films, view, told.words || [], ink, family);
    if (told.focus) boxes = boxes.concat(drawFocus(context, films, view, told.focus, ink, family, this.step));
    boxes = drawMarks(context, films, view, told.marks || [], ink, family, isInView, { taken: boxes, focused: told.focus?.item });
    const size = { width: view.width, height: view.height, family };
    this.placed = told.names ? placeNames(context, films.names, view, size, this.placed, boxes) : [];
    for (const name of this.placed) {
      name.colour = this.nameColour(name.index);
      context.globalAlpha = this.isEmpty(name.index) ? 0.25 : 1;
      context.font = `${name.weight} ${name.font}px ${family}`;
      name.lines.forEach((line, n) =>
        drawText(context, line, (name.box[0] + name.box[2]) / 2, name.box[1] + 2 + (n + 0.5) * name.font * 1.14, ink, name.colour, "center"));
    }
    context.globalAlpha = 1;
    const taken = [...boxes, ...this.placed.map((name) => name.box)];
    this.titles = told.still ? [] : placeTitles(context, films, view, size, (i) => this.counts(i), taken, this.radius());
    context.font = `400 11px ${family}`;
    for (const title of this.titles) drawText(context, title.text, title.box[0], title.box[1] + 7, ink, ink.text);
    if (this.pointed >= 0) {
      const [x, y] = view.toScreen(films.px[this.pointed], films.py[this.pointed]);
      context.lineWidth = 2;
      context.strokeStyle = ink.text;
      strokeMark(context, "ring", x, y, this.radius() * 1.6 + 3);
    }
  }

  // The colour of most films that a name stands for, towards the colour of text so that it can be read
  nameColour(index) {
    if (this.told.colours.legend.low !== undefined) return this.ink.text;
    if (!this.nameColours) {
      const { films, values } = this, votes = films.names.map(() => new Map());
      eachName(films, (name, i) => votes[name].set(values[i], (votes[name].get(values[i]) || 0) + 1));
      const text = rgb(this.ink.text);
      this.nameColours = votes.map((found) => {
        const most = [...found].sort((a, b) => b[1] - a[1])[0];
        if (!most) return this.ink.text;
        const mixed = text.map((part, c) => Math.round(part * 0.38 + this.palette[most[0] * 3 + c] * 0.62));
        return `rgb(${mixed.join(",")})`;
      });
    }
    return this.nameColours[index];
  }

  // Whether none of the films that a name stands for counts
  isEmpty(index) {
    if (!this.state) return false;
    if (!this.counted) {
      this.counted = new Uint32Array(this.films.names.length);
      eachName(this.films, (name, i) => (this.counted[name] += 1 - this.state[i]));
    }
    return !this.counted[index];
  }

  end() {
    this.watch.disconnect();
    clearTimeout(this.rest);
    LINKED.delete(this);
  }
}
