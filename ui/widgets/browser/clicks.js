// What is clicked in HTML that the pages draw: an element says with data-do what is to be done, with data-what to what.
// Links keep their address, so that they open in a new tab as well.

export default function (component) {
  const { setTriggerValue } = component;
  const act = (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const at = event.composedPath().find((one) => one.dataset && one.dataset.do);
    if (!at) return;
    event.preventDefault();
    setTriggerValue("done", { do: at.dataset.do, what: at.dataset.what || "", rank: at.dataset.rank || "0" });
  };
  document.addEventListener("click", act);
  return () => document.removeEventListener("click", act);
}
