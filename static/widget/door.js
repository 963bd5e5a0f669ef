/** The door: what this place is, and one choice. */
import { button, el } from "./dom.js";
import { words } from "./words.js";

const clock = new Intl.DateTimeFormat(words.lang, { hour: "numeric", minute: "2-digit" });

/** `enter(topic)`; `first` is the topic the clinic's page asked for. */
export function openDoor({ enter, first, retention }) {
  const hello = el("p", { class: "hello" });
  const list = el("ul", { class: "topics" });
  const rules = el("ul", {});
  const watched = el("p", { class: "note", hidden: true }, words.greet_watched);
  const node = el(
    "section",
    { class: "door", "aria-label": words.launcher },
    ...words.greet.map((line) => el("p", {}, line)),
    hello,
    el("h2", {}, words.choose),
    list,
    el("p", { class: "note" }, seen(retention)),
    watched,
    el("p", { class: "note" }, words.greet_help),
    el("h2", {}, words.guidelines),
    rules,
  );

  function update({ me, topics, guidelines }) {
    hello.replaceChildren(words.hello(me.name));
    watched.hidden = !topics.some((topic) => topic.covered);
    const order = [...topics].sort((one, other) => (other.id === first) - (one.id === first));
    list.replaceChildren(...order.map((topic) => el("li", {}, choice(topic, enter))));
    rules.replaceChildren(...guidelines.map((line) => el("li", { dir: "auto" }, line)));
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
  if (!minutes) return null;
  return words.greet_seen(minutes === 60 ? words.hour : words.minutes(minutes));
}
