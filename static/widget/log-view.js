/** The log on screen: keeps its place while people write, marks what is unread, jumps to the newest. */
import { shownPending } from "../shared/room.js";
import { button, el, keep } from "./dom.js";
import { whenHere } from "./focus.js";
import { markerNode, messageNode, noticeNode, pendingNode, support } from "./message.js";
import { words } from "./words.js";

const NEAR = 48; // px from the end that still count as "at the end"
const draw = { message: messageNode, notice: noticeNode, marker: markerNode };

/**
 * `acts.retry(item)`, `acts.change(item)` for messages that failed, the others of acts.js for all; `announcer`
 * hears what is new, but not of people who are `hidden`.
 */
export function openLogView({ acts, announcer, hidden }) {
  const log = el("div", { class: "log", role: "log", "aria-live": "off", "aria-label": words.log, "aria-describedby": "walk", tabindex: "0" });
  const hint = el("p", { id: "walk", class: "sr-only" }, words.walk);
  const jump = button("", toEnd, { class: "jump", hidden: true });
  const unread = el("p", { class: "unread", role: "separator" }, words.unread);
  const opened = new Set();
  const unfolded = new Set();
  let drawn = new Map(); // id or key -> what was drawn of it
  let begun = false; // what stood here when I came is no news, and there may have been nothing
  let newest = 0;
  let unseen = 0;
  let pinned = true; // the end is in view, and stays so while the panel changes its height
  let waiting = 0;
  let firstUnseen = null;

  const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;

  function toEnd() {
    pinned = true;
    log.scrollTop = log.scrollHeight;
    seen();
  }

  function seen() {
    unseen = 0;
    jump.hidden = true;
  }

  function scrolled() {
    pinned = atEnd();
    if (pinned && !document.hidden) seen();
  }

  /** Up and down walk from message to message; Tab goes on to the composer. */
  function walk(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    const stops = [...log.querySelectorAll(".more")];
    const here = stops.indexOf(event.target.closest("[data-id]")?.querySelector(".more"));
    const next = stops[here < 0 ? stops.length - 1 : here + step];
    if (!next || (here < 0 && step > 0)) return;
    event.preventDefault();
    next.focus();
  }

  log.addEventListener("keydown", walk);
  log.addEventListener("scroll", scrolled, { passive: true });
  new ResizeObserver(() => pinned && toEnd()).observe(log);

  /** The node of an entry or of a waiting message; drawn again only where it changed. */
  function node(id, thing, facts, make) {
    const old = drawn.get(id);
    const same = old && old.thing === thing && facts.every((fact, n) => fact === old.facts[n]);
    return same ? old : { thing, facts, node: make() };
  }

  function nodes(state, online) {
    const next = new Map();
    const byId = new Map(state.entries.map((entry) => [entry.id, entry]));
    for (const entry of state.entries) {
      const unseen = Boolean(entry.from) && hidden.has(entry.from.id);
      const reported = hidden.reported(entry.id);
      const answered = byId.get(entry.reply_to);
      const about = { mine: entry.from?.id === state.me.id, room: state.room.id, opened, unfolded, acts, answered, unseen, reported };
      const facts = [unseen, reported, answered, acts.given(entry.id)];
      next.set(entry.id, node(entry.id, entry, facts, () => draw[entry.kind](entry, about)));
    }
    for (const item of shownPending(state)) {
      next.set(item.key, node(item.key, item, [online], () => pendingNode(item, { online, ...acts })));
    }
    drawn = next;
    return [...next].flatMap(([id, { node: one }]) => (unseen && id === firstUnseen ? [unread, one] : [one]));
  }

  /** Messages of others above the newest this view has shown. */
  function arrivals(state) {
    const fresh = state.entries.filter((entry) => entry.kind === "message" && entry.seq > newest && !entry.gone);
    newest = state.seq;
    return fresh.filter((entry) => entry.from.id !== state.me.id && !hidden.has(entry.from.id));
  }

  /** Support for my own words is said: whoever waits for an answer has that. */
  function sayFelt({ entries, me }) {
    const felt = entries.find((entry) => {
      const before = drawn.get(entry.id)?.thing;
      return before && before !== entry && entry.from?.id === me.id && support(entry).length > support(before).length;
    });
    if (felt) announcer.say(words.heard(support(felt)));
  }

  function update(state, online) {
    if (state.pending.length > waiting) pinned = true; // who writes wants to see it
    waiting = state.pending.length;
    if (state.seq < newest) newest = state.seq; // a new epoch counts from 1 again
    const arrived = arrivals(state);
    const fresh = begun ? arrived : [];
    begun = true;
    fresh.forEach((entry) => announcer.message(entry));
    if (fresh.length && (!pinned || document.hidden)) count(fresh);
    sayFelt(state);
    const held = heldControl();
    keep(log, nodes(state, online));
    if (held) whenHere(() => log.querySelector(held)?.focus());
    if (pinned) log.scrollTop = log.scrollHeight;
  }

  /** The control under the keyboard, to be found again where its message is drawn anew. */
  function heldControl() {
    const { act } = document.activeElement?.dataset || {};
    const id = act && document.activeElement.closest("[data-id]")?.dataset.id;
    return id ? `[data-id="${CSS.escape(id)}"] [data-act="${act}"]` : null;
  }

  function count(fresh) {
    if (!unseen) firstUnseen = fresh[0].id;
    unseen += fresh.length;
    jump.textContent = words.jump(unseen);
    jump.hidden = false;
  }

  function reset() {
    drawn = new Map();
    unfolded.clear();
    newest = 0;
    begun = false;
    pinned = true;
    seen();
    keep(log, []);
  }

  return { log, hint, jump, update, reset, toEnd };
}
