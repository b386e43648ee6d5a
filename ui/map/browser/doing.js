// What is done with a picture of a map: it is seen at once, and told to the server by `send`.

const REST = 450; // ms of rest after which the server is told what is in view

Object.assign(Viewer.prototype, {
  moved() {
    this.refresh();
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.send("view", this.view.told()), REST);
  },

  point(x, y) {
    const found = x < 0 ? -1 : this.filmAt(x, y, 12);
    if (found !== this.pointed) {
      this.pointAt(found);
      if (this.told.linked) for (const other of LINKED) if (other !== this && other.films && other.told.linked) other.pointAt(found < 0 ? -1 : (other.films.at.get(this.films.item[found]) ?? -1));
    }
    this.stage.style.cursor = this.mode !== "move" ? "crosshair" : found >= 0 || this.nameAt(x, y) ? "pointer" : "grab";
  },

  pointAt(film) {
    this.pointed = film;
    this.tip.hidden = film < 0;
    if (film >= 0) {
      const [x, y] = this.view.toScreen(this.films.px[film], this.films.py[film]);
      const entry = this.told.colours.legend.entries.find((one) => one.index === this.values[film]);
      const notes = (this.told.marks || []).filter((mark) => mark.items.includes(this.films.item[film])).map((mark) => mark.title);
      this.tip.replaceChildren(make("b", {}, this.films.titles[film]), ...[entry?.name, ...notes].filter(Boolean).map((text) => make("div", {}, text)));
      const isRight = x > this.view.width / 2;
      this.tip.style.cssText = `top:${Math.max(4, y - 12)}px;${isRight ? `right:${this.view.width - x + 16}px` : `left:${x + 16}px`}`;
    }
    this.refresh(true);
  },

  filmAt(x, y, reach) {
    return nearestFilm(this.films, ...this.view.toMap(x, y), reach / this.view.scale, (i) => this.counts(i));
  },

  nameAt(x, y) {
    return this.placed.find(({ box }) => x > box[0] && x < box[2] && y > box[1] && y < box[3]);
  },

  clicked(x, y, isTouch) {
    const film = this.filmAt(x, y, isTouch ? 22 : 10), name = this.nameAt(x, y);
    if (film >= 0) this.goTo(this.films.item[film]);
    else if (name) this.tell("group", { level: name.level, group: name.index - this.films.levels[name.level] });
    else if (this.chosen) this.clear();
  },

  goTo(item) {
    const film = this.films.at.get(item);
    this.step = -1;
    this.told = { ...this.told, focus: { item, near: [] } }; // seen at once; its neighbours come from the server
    this.said.textContent = this.films.titles[film];
    this.refresh(true);
    this.tell("film", { item });
  },

  looped(polygon) {
    const chosen = new Set();
    for (let i = 0; i < this.films.n; i++) if (isInside(this.films.px[i], this.films.py[i], polygon)) chosen.add(this.films.item[i]);
    Object.assign(this, { loop: polygon, isOpen: false });
    this.use("move");
    this.choose(chosen);
    this.tell("loop", { polygon });
  },

  stepped(step) {
    const near = this.told.focus?.near.filter((one) => this.films.at.has(one.item)) || [];
    if (!near.length) return false;
    this.step = (this.step + step + near.length + (this.step < 0 && step < 0 ? 1 : 0)) % near.length;
    this.said.textContent = `Neighbour ${this.step + 1}: ${this.films.titles[this.films.at.get(near[this.step].item)]}`;
    this.refresh(true);
    return true;
  },

  entered() {
    const near = this.told.focus?.near || [];
    if (this.step >= 0) this.goTo(near[this.step].item);
    else if (this.told.focus) this.tell("open", { item: this.told.focus.item });
  },

  clear() {
    Object.assign(this, { loop: null, step: -1 });
    this.told = { ...this.told, focus: null };
    this.choose(null);
    this.tell("clear", {});
  },

  tell(what, more) {
    this.send("done", { do: what, space: this.told.space, ...more });
  },

  use(tool) {
    const [w, h] = [this.view.width / 2, this.view.height / 2];
    if (tool === "zoom-in") this.view.zoomAt(1.6, w, h);
    else if (tool === "zoom-out") this.view.zoomAt(1 / 1.6, w, h);
    else if (tool === "fit") this.view.fit();
    else if (tool === "png") return savePng(this, this.told.file);
    else if (tool === "svg") return saveSvg(this, this.told.file);
    else {
      this.mode = tool === this.mode ? "move" : tool;
      for (const button of this.tools.children) if (["loop", "box"].includes(button.dataset.tool)) button.setAttribute("aria-pressed", String(button.dataset.tool === this.mode));
      this.stage.style.cursor = this.mode === "move" ? "grab" : "crosshair";
      return;
    }
    this.moved();
  },
});
