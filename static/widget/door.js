/** The door: what this place is, and one choice. */
import { button, el, say } from "./dom.js";
import { words } from "./words.js";

const clock = new Intl.DateTimeFormat(words.lang, { hour: "numeric", minute: "2-digit" });

const NAMES = 3; // times that a name may be drawn again (PROTOCOL section 3, `rename`)

/**
 * `enter(topic)`, `rename()` → the new name or nothing, `share(yes)`: somebody else uses this device. `first` is
 * the topic the clinic's page asked for.
 */
export function openDoor({ enter, rename, share, first, retention }) {
  const hello = el("p", { class: "hello", role: "status" });
  let draws = 0;
  const another = button(words.another_name, redraw);
  const shared = el("input", { type: "checkbox", id: "shared", onchange: () => share(shared.checked) });
  const list = el("ul", { class: "topics" });
  const rules = el("ul", {});
  const watched = el("p", { class: "note", hidden: true }, words.greet_watched);
  const node = el(
    "section",
    { class: "door", "aria-label": words.launcher },
    ...words.greet.map((line) => el("p", {}, line)),
    el("div", { class: "naming" }, hello, another),
    el("h2", {}, words.choose),
    list,
    el("label", { class: "check", for: "shared" }, shared, words.shared_device),
    el("p", { class: "note" }, words.shared_note),
    el("p", { class: "note" }, seen(retention)),
    watched,
    el("p", { class: "note" }, words.greet_help),
    el("h2", {}, words.guidelines),
    rules,
  );

  function update({ me, topics, guidelines }) {
    say(hello, words.hello(me.name));
    watched.hidden = !topics.some((topic) => topic.covered);
    const order = [...topics].sort((one, other) => (other.id === first) - (one.id === first));
    list.replaceChildren(...order.map((topic) => el("li", {}, choice(topic, enter))));
    rules.replaceChildren(...guidelines.map((line) => el("li", { dir: "auto" }, line)));
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

function choice(topic, enter) {
  return el(
    "button",
    { type: "button", class: "topic", disabled: !topic.open, onclick: () => enter(topic.id) },
    el("strong", {}, topic.title),
    el("span", { class: "about" }, topic.about),
    el("span", { class: "here" }, here(topic)),
  );
}

function here({ open, people, next }) {
  if (open) return people ? words.here(people) : words.quiet;
  return Number.isFinite(next) && next ? words.opens(clock.format(next)) : words.closed;
}

/** The promise names the time the server really keeps a message. */
function seen(minutes) {
  return minutes ? words.greet_seen(minutes === 60 ? words.hour : words.minutes(minutes)) : null;
}

/** How long the server keeps a message, in words. */
export function span(minutes) {
  return minutes === 60 ? words.an_hour : words.minutes(minutes);
}
