/** The status line, always in the page: how the connection is, and what became of the last act. */
import { el, say } from "./dom.js";
import { words } from "./words.js";

const BACK = 4_000;

export function openStatus() {
  const link = el("p", { class: "link-line", hidden: true });
  const notice = el("p", { class: "notice-line", hidden: true });
  const node = el("div", { class: "status", role: "status" }, link, notice);
  let wasDown = false;
  let timer;

  /** `ms` leaves it until the next notice. */
  function tell(text, ms) {
    clearTimeout(timer);
    say(notice, text);
    if (ms) timer = setTimeout(say, ms, notice, "");
  }

  return {
    node,
    tell,
    /** `text` is true no more; another notice stays. */
    untell: (text) => notice.textContent === text && tell(""),
    up() {
      say(link, "");
      if (wasDown) tell(words.back, BACK);
      wasDown = false;
    },
    /** The browser knows whether there is a network at all; that is the more helpful sentence. */
    down(first) {
      wasDown = !first;
      say(link, navigator.onLine === false ? words.offline : first ? words.connecting : words.reconnecting);
    },
    stop: (text) => say(link, text),
  };
}
