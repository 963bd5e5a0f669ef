/** Single keys. They rest while somebody writes, with a modifier, and where they are switched off (WCAG 2.1.4). */

const WRITES = "input, textarea, select";

/** `on[key]()` or `on.digit(n)`; `on.Escape` and, on the list, Enter work also with single keys off. */
export function openKeys({ on, wanted }) {
  function pressed(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") return on.Escape(event);
    if (!wanted() || event.target.closest(WRITES)) return;
    if (/^[1-7]$/.test(event.key)) return on.digit(Number(event.key)) && event.preventDefault();
    if (event.key === "Enter" && event.target.closest("button, a, summary")) return;
    if (event.repeat && !["j", "k", "ArrowUp", "ArrowDown"].includes(event.key)) return; // a held key is one act
    if (!Object.hasOwn(on, event.key)) return;
    event.preventDefault();
    on[event.key](event);
  }
  document.addEventListener("keydown", pressed);
  return () => document.removeEventListener("keydown", pressed);
}
