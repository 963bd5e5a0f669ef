/** Before a room that is not open: when somebody means to be there, who can be called now, and a word when it opens. */
import { button, el, say } from "./dom.js";
import { lineCard } from "./lines.js";
import { words } from "./words.js";

const clock = new Intl.DateTimeFormat(words.lang, { weekday: "long", hour: "numeric", minute: "2-digit" });

/** `enter(topic)`, `back()`; `lines` of the visitor's country. Nothing outlives the page: the word comes while it is open. */
export function openDoorstep({ enter, back, lines }) {
  let topic = null;
  let waiting = false;
  const heading = el("h2", { tabindex: "-1" });
  const when = el("p", {});
  const pinned = el("p", { class: "quote", dir: "auto" });
  const news = el("p", { role: "status" });
  const go = button(words.go_in, () => enter(topic.id), { class: "primary" });
  const tell = button(words.tell_me, () => {
    waiting = !waiting;
    draw();
  });
  const node = el(
    "div",
    { class: "step", hidden: true },
    heading,
    when,
    pinned,
    news,
    go,
    tell,
    el("p", {}, words.meanwhile_lines),
    el("ul", { class: "lines" }, ...lines.slice(0, 3).map(lineCard)),
    button(words.other_topics, back),
  );

  function draw() {
    heading.textContent = topic.title;
    say(when, topic.open ? "" : Number.isFinite(topic.next) && topic.next ? words.opens(clock.format(topic.next)) : words.opens_later);
    say(pinned, topic.open ? "" : topic.pinned || "");
    say(news, topic.open ? words.open_now : waiting ? words.will_tell : "");
    go.hidden = !topic.open;
    tell.hidden = topic.open;
    tell.setAttribute("aria-pressed", String(waiting));
  }

  return {
    node,
    at(next) {
      topic = next;
      waiting = false;
      draw();
      setTimeout(() => heading.focus());
    },
    update(topics) {
      topic = topics.find(({ id }) => id === topic?.id) || topic;
      if (topic) draw();
    },
  };
}
