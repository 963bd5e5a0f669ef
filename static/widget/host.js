/**
 * The few words the panel says to the page around it. None carries anything a person wrote, so
 * the target may be any origin: we do not know, and do not want to know, whose page it is.
 */
const framed = window.parent !== window;

/** `what` is `close`, `exit`, `end` or `size` (with the height the panel would like). */
export function tellHost(what, height) {
  if (framed) window.parent.postMessage({ kindred: what, height }, "*");
}
