/** The words of these parts, and those of the panel around them. They are loaded with the parts. */
export let words;

/** `more`: our own; `shared`: what the panel speaks, in which words around help may stand in another language. */
export function learn(more, shared) {
  words = { ...shared, ...more };
}
