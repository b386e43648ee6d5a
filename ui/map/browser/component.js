// The map inside a page. The scripts come in an element of their own, which Streamlit sends once; an element that shows
// a map is only mount.js, and waits for them.

const PAGE = (window.movieAtlasPage ||= { waiting: [] });

PAGE.run = ({ data, parentElement, setStateValue, setTriggerValue }) => {
  if (data instanceof Uint8Array) {
    unpack(data);
    return;
  }
  const send = (what, value) => (what === "view" ? setStateValue(what, value) : setTriggerValue(what, value));
  parentElement.atlasMap ||= new Viewer(parentElement, send);
  parentElement.atlasMap.send = send;
  parentElement.atlasMap.show(data);
};

PAGE.end = (parentElement) => {
  parentElement.atlasMap?.end();
  parentElement.atlasMap = null;
};

export default function () {
  for (const component of PAGE.waiting.splice(0)) PAGE.run(component);
}
