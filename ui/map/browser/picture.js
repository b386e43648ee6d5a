// The map as a file: PNG as it is seen, or SVG to be printed at any size.

function save(name, blob) {
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function savePng(viewer, name) {
  const { width, height } = viewer.over, whole = make("canvas", { width, height }), context = whole.getContext("2d");
  context.fillStyle = viewer.ink.ground;
  context.fillRect(0, 0, width, height);
  for (const layer of [viewer.under, viewer.points, viewer.over]) context.drawImage(layer, 0, 0);
  whole.toBlob((blob) => save(`${name}.png`, blob));
}

const escaped = (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

function svgOf(viewer) {
  const { view, films, look, ink, state } = viewer, parts = [];
  const number = (value) => Math.round(value * 100) / 100;
  for (const pass of state ? [1, 0] : [0])
    for (let i = 0; i < films.n; i++) {
      if (state && state[i] !== pass) continue;
      const [x, y] = view.toScreen(films.px[i], films.py[i]);
      if (x < -9 || y < -9 || x > view.width + 9 || y > view.height + 9) continue;
      const at = look.values[i] * 3, colour = Array.from(look.palette.slice(at, at + 3)).join(",");
      const radius = number(viewer.radius() * (0.72 + (0.9 * films.fame[i]) / 255) + 0.5);
      parts.push(`<circle cx="${number(x)}" cy="${number(y)}" r="${radius}" fill="rgb(${colour})" fill-opacity="${pass ? 0.14 : 0.85}"/>`);
    }
  for (const name of viewer.placed)
    name.lines.forEach((line, n) => {
      const x = (name.box[0] + name.box[2]) / 2, y = name.box[1] + 2 + (n + 0.5) * name.font * 1.14;
      parts.push(
        `<text x="${number(x)}" y="${number(y)}" font-size="${name.font}" font-weight="${name.weight}" text-anchor="middle" dominant-baseline="central"` +
          ` fill="${name.colour}" stroke="${ink.ground}" stroke-width="3" paint-order="stroke">${escaped(line)}</text>`,
      );
    });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${view.width} ${view.height}" width="${view.width}" height="${view.height}" font-family="sans-serif">` +
    `<rect width="100%" height="100%" fill="${ink.ground}"/>${parts.join("")}</svg>`
  );
}

const saveSvg = (viewer, name) => save(`${name}.svg`, new Blob([svgOf(viewer)], { type: "image/svg+xml" }));
