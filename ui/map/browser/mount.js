// An element of a page that shows a map, or holds the films of one: the scripts, when they are there, do it.

export default function (component) {
  const page = (window.movieAtlasPage ||= { waiting: [] });
  if (page.run) page.run(component);
  else page.waiting.push(component);
  return () => page.end?.(component.parentElement);
}
