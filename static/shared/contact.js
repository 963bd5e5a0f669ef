/**
 * Whether words look as if they told how to reach somebody: a hint before they leave the device. It may be wrong both
 * ways; what is hidden is decided by the server alone. Pure.
 */
const NUMBER = /(?:\+|\b)(?:\d[ ().\/-]{0,2}){7,}/; // crisis numbers are shorter
const ADDRESS = /\S@\S+\.|https?:\/\/|\bwww\.|\b[\w-]+\.(?:com|org|net|me|gg|io)\b/i;
const DATE = /\b\d{4}-\d\d?-\d\d?\b|\b\d\d?[./]\d\d?[./]\d{2,4}\b/g;

export function looksLikeContact(text) {
  return ADDRESS.test(text) || NUMBER.test(text.replace(DATE, " "));
}
