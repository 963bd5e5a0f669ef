/** The door: what this place is and how we talk, on one screen; then one choice, which places the person. */
import { openDoorstep } from "./doorstep.js";
import { button, el, say } from "./dom.js";
import { words } from "./words.js";

const NAMES = 3; // times that a name may be drawn again (PROTOCOL section 3, `rename`)
const note = (text) => el("p", { class: "note" }, text);

/**
 * `enter(topic)`, `rename()` → the new name or nothing, `share(yes)`: somebody else uses this device. `first` is
 * the topic the clinic's page asked for, `lines` the country's, for the doorstep of a room that is not open.
 */
export function openDoor({ enter, rename, share, first, retention, lines }) {
  const hello = el("p", { class: "hello", role: "status" });
  let draws = 0;
  const another = button(words.another_name, redraw);
  const sharing = note(words.shared_note);
  sharing.hidden = true;
  const shared = el("input", { type: "checkbox", id: "shared", onchange: () => share(!(sharing.hidden = !shared.checked)) });
  const list = el("ul", { class: "topics" });
  const rules = el("ul", { class: "rules", "aria-label": words.guidelines });
  const watched = note(words.greet_watched);
  watched.hidden = true;
  const question = el("h2", { tabindex: "-1" }, words.choose);
  const greeting = el(
    "div",
    { class: "step" },
    el("p", {}, words.greet.join(" ")),
    rules,
    note(seen(retention)),
    watched,
    note(words.greet_help),
    el("label", { class: "check", for: "shared" }, shared, words.shared_device),
    sharing,
    el("div", { class: "onward" }, button(words.come_in, toChoice, { class: "primary" })),
  );
  const choice = el("div", { class: "step", hidden: true }, question, list, el("div", { class: "naming" }, hello, another));
  const step = openDoorstep({ enter, back: toChoice, lines });
  const node = el("section", { class: "door", "aria-label": words.launcher }, greeting, choice, step.node);

  function show(part) {
    for (const one of [greeting, choice, step.node]) one.hidden = one !== part;
    node.scrollTop = 0;
  }

  function toChoice() {
    show(choice);
    question.focus();
  }

  function choose(topic) {
    if (topic.open) return enter(topic.id);
    step.at(topic);
    return show(step.node);
  }

  function update({ me, topics, guidelines, site }) {
    say(hello, words.hello(me.name));
    watched.hidden = !topics.some((topic) => topic.covered);
    const order = [...topics].sort((one, other) => (other.id === first) - (one.id === first));
    list.replaceChildren(...order.map((topic) => el("li", {}, topicButton(topic, choose, site.lang))));
    rules.replaceChildren(...guidelines.map((line) => el("li", {}, el("bdi", {}, line))));
    step.update(topics);
  }

  async function redraw() {
    another.disabled = true;
    const name = await rename();
    if (name) say(hello, words.hello(name));
    draws += name ? 1 : 0;
    another.disabled = false;
    another.hidden = draws >= NAMES || name === null;
  }

  return { node, update };
}

function topicButton(topic, choose, siteLang) {
  return button(el("strong", {}, el("bdi", {}, topic.title)), () => choose(topic), { class: "topic" }, [
    el("span", { class: "about" }, el("bdi", {}, topic.about)),
    el("span", { class: "here" }, here(topic, siteLang)),
  ]);
}

/** Who is there, never a zero; whether somebody watches over it, and speaks a language that is not everybody's here. */
function here({ open, people, covered, langs = [] }, siteLang) {
  if (!open) return words.closed;
  const speaks = langs.includes(words.lang) && !siteLang.startsWith(words.lang);
  return [people ? words.here(people) : words.quiet, covered && words.covered, speaks && words.speaks].filter(Boolean).join(" · ");
}

/** The promise names the time the server really keeps a message. */
function seen(minutes) {
  return minutes ? words.greet_seen(minutes === 60 ? words.hour : words.minutes(minutes)) : null;
}

/** How long the server keeps a message, in words. */
export function span(minutes) {
  return minutes === 60 ? words.an_hour : words.minutes(minutes);
}
