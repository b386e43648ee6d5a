// A box for titles: an ARIA combobox (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/) with the chosen films as chips.
// The server suggests and decides what Enter takes; nothing that comes from it is written as HTML.

const WAIT = 120; // ms of rest after a letter before the server is asked

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function build(root, id) {
  const label = element("label", { for: id, class: "label" });
  const help = element("span", { class: "help", id: `${id}-help` });
  const input = element("input", {
    id, type: "text", role: "combobox", autocomplete: "off", spellcheck: "false",
    "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${id}-list`, "aria-describedby": `${id}-help`,
  });
  const list = element("ul", { id: `${id}-list`, role: "listbox", hidden: "" });
  const field = element("div", { class: "field" }, input, list);
  const said = element("div", { class: "said", role: "status", "aria-live": "polite" });
  const chips = element("ul", { class: "chips" });
  root.append(element("div", { class: "box" }, label, field, said, chips, help));
  return { label, help, input, list, said, chips };
}

export default function (component) {
  const { data, key, parentElement, setStateValue, setTriggerValue } = component;
  const root = parentElement;
  const id = `films-${key || data.part}`;
  if (!root.filmBox) {
    root.filmBox = { parts: build(root, id), active: -1, timer: null, found: [], waits: null };
    wire(root.filmBox);
  }
  const box = root.filmBox;
  box.send = { setStateValue, setTriggerValue };
  draw(box, data);

  function wire(box) {
    const { input, list } = box.parts;
    input.addEventListener("input", () => {
      clearTimeout(box.timer);
      box.timer = setTimeout(() => box.send.setStateValue("typed", input.value), WAIT);
    });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const last = box.found.length - 1;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (last < 0) return;
        event.preventDefault();
        const step = event.key === "ArrowDown" ? 1 : -1;
        box.active = (box.active + step + last + 2) % (last + 2) === last + 1 ? -1 : (box.active + step + last + 2) % (last + 2);
        open(box, true);
      } else if (event.key === "Enter") {
        event.preventDefault();
        const chosen = box.active >= 0 && !list.hidden ? box.found[box.active] : null;
        if (chosen || input.value.trim()) pick(box, chosen ? { film: chosen.value } : { text: input.value });
      } else if (event.key === "Escape") {
        if (list.hidden) input.value = "";
        open(box, false);
      } else if (event.key === "Backspace" && !input.value && box.chosen.length) {
        box.send.setTriggerValue("removed", box.chosen[box.chosen.length - 1]);
      }
    });
    input.addEventListener("blur", () => setTimeout(() => open(box, false), 150));
    input.addEventListener("focus", () => { if (box.found.length && input.value) open(box, true); });
  }

  function pick(box, what) {
    clearTimeout(box.timer);
    box.parts.input.value = "";
    box.found = [];
    open(box, false);
    box.send.setTriggerValue("picked", what);
  }

  function open(box, isOpen) {
    const { input, list } = box.parts;
    list.hidden = !isOpen || !box.found.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    [...list.children].forEach((row, at) => {
      row.setAttribute("aria-selected", String(at === box.active));
      if (at === box.active) row.scrollIntoView({ block: "nearest" });
    });
    if (box.active >= 0 && !list.hidden) input.setAttribute("aria-activedescendant", `${id}-${box.active}`);
    else input.removeAttribute("aria-activedescendant");
  }

  function draw(box, data) {
    const { label, help, input, list, said, chips } = box.parts;
    label.textContent = data.label;
    help.textContent = data.help;
    input.placeholder = data.placeholder;
    said.replaceChildren(data.said, ...data.lost.map((lost) => {
      const line = element("div", {}, `“${lost.text}” is no film here.` + (lost.meant.length ? " Did you mean " : ""));
      lost.meant.forEach((one) => {
        const take = element("button", { type: "button", class: "meant" }, one.label);
        take.addEventListener("click", () => box.send.setTriggerValue("picked", { film: one.value, instead: lost.text }));
        line.append(take, " ");
      });
      return line;
    }));
    said.hidden = !data.said && !data.lost.length;
    const now = JSON.stringify(data.chosen);
    if (box.drawn !== now) {
      box.drawn = now;
      box.chosen = data.chosen.map((one) => one.value);
      chips.hidden = !data.chosen.length;
      chips.replaceChildren(...data.chosen.map((one) => {
        const remove = element("button", { type: "button", "aria-label": `Take ${one.label} out of “${data.label}”` }, "×");
        remove.addEventListener("click", () => { box.send.setTriggerValue("removed", one.value); input.focus(); });
        return element("li", one.here ? {} : { class: "lost", title: "Not among these films" }, element("span", {}, one.label), remove);
      }));
    }
    if (data.query === input.value && JSON.stringify(data.found) !== JSON.stringify(box.found)) {
      box.found = data.found;
      box.active = -1;
      list.replaceChildren(...data.found.map((one, at) => {
        const row = element("li", { id: `${id}-${at}`, role: "option", "aria-selected": "false" },
          element("span", {}, one.label), element("span", { class: "note" }, one.note));
        row.addEventListener("mousedown", (event) => { event.preventDefault(); pick(box, { film: one.value }); });
        return row;
      }));
      const isHere = root.activeElement === input || document.activeElement === input;
      open(box, isHere && Boolean(input.value));
    }
  }
}
