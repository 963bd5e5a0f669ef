/**
 * The words of the page's language. `main.<lang>.js` says which before anything is drawn; one language is
 * loaded, and of another only the words around help.
 */
export let words;
/** The language that the words around help are in: a screen reader has to be told where it is another. */
export let helpLang;

/** `text` as the room has it, the mark of what was hidden (moderation/hiding.py) in the words of this page. */
export const shown = (text) => text.split("[hidden]").join(words.hidden_part);

/**
 * Speak `catalogue`. Where nobody has reviewed it, what a person reads at the worst moment stands in `sure`, the
 * words around help of a language that was: better in plain English than wrong in one's own. `accepts`: the
 * languages that the site takes as they are.
 */
export function speak(catalogue, sure, accepts = []) {
  const whole = !sure || catalogue.reviewed_by || accepts.includes(catalogue.lang);
  words = whole ? catalogue : { ...catalogue, ...sure };
  helpLang = whole ? catalogue.lang : "en";
}
