/**
 * Cards with what has helped others, kind by kind. Words alone: nothing is loaded, nothing is counted, nobody hears
 * which card was opened. docs/shelf.md says where they come from.
 */
import { button, el, say } from "../dom.js";
import { words } from "./words.js";

/** id in the catalogue: kind, and the topic it is for; without one it is for all. In the order of the shelf. */
const CARDS = {
  wave: ["emotional", "addiction"],
  slip: ["emotional", "addiction"],
  worry: ["emotional", "mental-health"],
  loss: ["emotional", "life-changes"],
  feeling: ["emotional"],
  small: ["emotional"],
  before: ["physical", "addiction"],
  four: ["physical", "addiction"],
  low: ["physical", "mental-health"],
  steady: ["physical", "life-changes"],
  body: ["physical"],
  sleep: ["physical"],
  tasks: ["social", "life-changes"],
  reach: ["social"],
  groups: ["social"],
  family: ["family", "addiction"],
  child: ["family", "life-changes"],
  home: ["family"],
  unsafe: ["family"],
  holds: ["spiritual"],
  faith: ["spiritual"],
};

/** The site's cards for somebody in `topic`, or who has none yet: of each kind the clinic's own, then ours. */
export function shelf({ kinds, own, without }, topic) {
  const shown = kinds[topic] || kinds[""];
  return el("div", { class: "lines" }, ...shown.flatMap((kind) => row(kind, topic, own, without)));
}

function row(kind, topic, own, without) {
  const theirs = own.filter(([of, topics]) => of === kind && (!topics.length || topics.includes(topic)));
  const fits = (id) => CARDS[id][0] === kind && [topic, undefined].includes(CARDS[id][1]) && !without.includes(id);
  const all = [...theirs.map(([, , ...text]) => text), ...Object.keys(CARDS).filter(fits).map((id) => words.cards[id])];
  return all.length ? [el("h3", {}, words.shelves[kind]), ...all.map((text) => card(...text))] : [];
}

function card(title, ...lines) {
  const done = el("p", { role: "status", class: "note" });
  const tell = (text) => say(done, text);
  const acts = [
    button(words.copy, () => tell(copy([title, ...lines].join("\n")) ? words.copied : words.not_copied)),
    button(words.print, () => tell(print(title, lines) ? "" : words.not_printed)),
  ];
  const attributes = (act) => act.setAttribute("aria-label", `${act.textContent}: ${title}`);
  acts.forEach(attributes);
  return el("details", { class: "line" }, el("summary", { dir: "auto" }, title), list(lines), el("div", { class: "acts" }, ...acts), done);
}

const list = (lines) => el("ul", { class: "rules" }, ...lines.map((line) => el("li", { dir: "auto" }, line)));

/** True where it is in the clipboard. The newer way needs a permission of the clinic's page; this asks nobody. */
function copy(text) {
  const field = el("textarea", { readonly: true, class: "sr-only", "aria-hidden": "true" }, text);
  const back = document.activeElement;
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  back?.focus();
  return copied;
}

/** The card alone on paper; no word of the chat. False where the page around us does not let us print. */
function print(title, lines) {
  let begun = false;
  document.querySelector(".paper")?.remove(); // not every browser says when it has printed; no screen shows it
  document.body.append(el("div", { class: "paper" }, el("h1", {}, title), list(lines)));
  window.addEventListener("beforeprint", () => (begun = true), { once: true });
  window.print();
  return begun;
}
