/** The words of the desk's language. `main.<lang>.js` says which before anything is drawn. */
export let words;

/** Speak `catalogue`. */
export function speak(catalogue) {
  words = catalogue;
}
