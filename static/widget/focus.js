/** The focus is taken only from who is here. */

let next = null; // what takes it when they come back

window.addEventListener("focus", () => {
  next?.();
  next = null;
});

/**
 * `take()` sets the focus. Where it is in the page around us, or in another window, that waits until it comes back:
 * an answer of the server comes when it likes, and what is typed into the clinic's form must not become a message.
 */
export function whenHere(take) {
  if (document.hasFocus()) take();
  else next = take;
}
