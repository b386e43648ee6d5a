// The map as a page of its own, without a server: what a page would be told stands in the document.

(async () => {
  const { films, told } = JSON.parse(document.getElementById("told").textContent);
  const viewer = new Viewer(document.getElementById("map"), () => {});
  // a film that is clicked is seen; there is nobody to ask for its neighbours
  const said = document.getElementById("said"), find = document.getElementById("find");
  unpack(bytesOf(films));
  await viewer.show(told);
  find.addEventListener("input", () => {
    const words = find.value.trim().toLowerCase();
    const hits = new Set();
    if (words) viewer.films.titles.forEach((title, i) => title.toLowerCase().includes(words) && hits.add(viewer.films.item[i]));
    said.textContent = words ? `${hits.size.toLocaleString("en")} of ${viewer.films.n.toLocaleString("en")} films` : "";
    viewer.choose(words ? hits : null);
  });
})();
