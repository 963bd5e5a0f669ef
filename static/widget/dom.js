/** Elements without HTML strings: text is only ever set as text. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element. `on…` attributes are listeners, `true` is an empty attribute, `null` and `false` are
 * left out; children are nodes or text.
 */
export function el(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** The same in the SVG namespace. */
export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** A 44 px button. */
export function button(label, onclick, attributes = {}, more = []) {
  return el("button", { type: "button", onclick, ...attributes }, label, ...more);
}

/** Sets a line of text only where it changed, so that a screen reader hears it once. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
  node.hidden = node.getAttribute("role") === "status" ? false : !text;
}

/** Makes `parent` hold exactly `nodes`, touching only what differs: focus and selection stay where they are. */
export function keep(parent, nodes) {
  const wanted = new Set(nodes);
  let cursor = parent.firstChild;
  for (const node of nodes) {
    while (cursor && !wanted.has(cursor)) cursor = drop(cursor);
    if (node === cursor) cursor = cursor.nextSibling;
    else parent.insertBefore(node, cursor);
  }
  while (cursor) cursor = drop(cursor);
}

function drop(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}
