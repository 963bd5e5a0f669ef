/** What the lead's pages are made of. */
import { button, el } from "../widget/dom.js";
import { words } from "./words.js";

export const day = new Intl.DateTimeFormat(words.lang, { dateStyle: "medium" });
export const moment = new Intl.DateTimeFormat(words.lang, { dateStyle: "medium", timeStyle: "short" });

/** The line that says what came of it. */
export const lineOf = () => el("p", { class: "line", role: "status" });

/** A refusal in words; `own` are those of the page itself, by code. */
export const why = ({ body }, own = {}) => own[body.error?.code] || words.lead.errors[body.error?.code] || words.failed;

/** Whether somebody else was quicker to save. */
export const overtaken = ({ body }) => body.error?.code === "conflict";

/** What somebody else saved while one wrote: a text, a list of them, or texts by code; nothing hides it again. */
export function openTheirs() {
  const list = el("ul", { class: "facts-list" });
  const node = el("section", { class: "card-row", hidden: true, "aria-label": words.lead.theirs }, el("h3", {}, words.lead.theirs), list);
  const item = ([code, text]) => el("li", { dir: "auto" }, words.reasons[code] && el("strong", {}, `${words.reasons[code]}: `), text);
  return {
    node,
    show(told) {
      node.hidden = told === undefined;
      list.replaceChildren(...Object.entries(typeof told === "string" ? told.split("\n") : told || []).map(item));
    },
  };
}

/** A field with its label, as two nodes. */
export function labelled(id, label, control) {
  control.id = id;
  return el("div", { class: "labelled" }, el("label", { for: id }, label), control);
}

/** A choice; `[[value, text], …]`. */
export const choice = (options, value, attributes = {}) => el("select", attributes, ...options.map(([id, text]) => el("option", { value: id, selected: id === value }, text)));

/** What cannot be undone is pressed twice; the first press says so, and five seconds later it is as before. */
export function twice(label, again, go) {
  let armed;
  const node = button(label, () => {
    if (armed) {
      rest();
      return go();
    }
    node.textContent = again;
    armed = setTimeout(rest, 5_000);
  });
  function rest() {
    clearTimeout(armed);
    armed = undefined;
    node.textContent = label;
  }
  node.addEventListener("blur", rest);
  return node;
}
