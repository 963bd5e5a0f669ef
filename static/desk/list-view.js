/** What waits, and the rooms: one list that j and k walk. */
import { el, say } from "../widget/dom.js";
import { openDrawn } from "./drawn.js";
import { found, pace, roomOf, stopOf, watchers } from "./state.js";
import { kindOf, words } from "./words.js";

const LAST = 90; // letters of the last words
const rate = new Intl.NumberFormat(words.lang, { maximumFractionDigits: 1 });

/** `choose(at)`: somebody tapped a case or room; `ask(text)`: somebody searches. */
export function openListView({ choose, ask }) {
  const cases = el("ul", { class: "stops" });
  const rooms = el("ul", { class: "stops" });
  const calm = el("p", { class: "note" });
  const none = el("p", { class: "note" });
  const search = el("input", { type: "search", id: "search", "aria-label": words.search, placeholder: words.search, autocomplete: "off", spellcheck: "false", oninput: () => ask(search.value.trim().toLowerCase()) });
  const node = el(
    "section",
    { class: "zone list", "aria-label": words.list },
    search,
    el("h2", {}, words.queue),
    calm,
    cases,
    el("h2", {}, words.rooms),
    none,
    rooms,
  );
  const drawCases = openDrawn();
  const drawRooms = openDrawn();

  function update(state, now) {
    const { cases: queue, rooms: shown } = found(state);
    say(calm, !state.queue.length ? words.calm : queue.length ? "" : words.not_found);
    say(none, !state.rooms.length ? words.no_rooms : shown.length ? "" : words.not_found);
    drawCases(cases, queue.map((item) => caseRow(state, item, now)));
    drawRooms(rooms, shown.map((room) => roomRow(state, room, now)));
    // Only the time goes on: a row drawn anew each second would be gone from under a finger.
    for (const age of cases.querySelectorAll("[data-since]")) age.textContent = since(now - Number(age.dataset.since));
  }

  function row(state, at, kind, ...parts) {
    const chosen = state.chosen === at;
    return el(
      "li",
      {},
      el("button", { type: "button", class: `stop ${kind}`, "data-at": at, "data-act": "choose", "aria-current": chosen ? "true" : null, onclick: () => choose(at) }, ...parts),
    );
  }

  function caseRow(state, item, now) {
    const at = `case:${item.id}`;
    const room = roomOf(state, at);
    const other = item.claimed_by && item.claimed_by !== state.me.id ? words.with_colleague(item.claimed_name || "") : "";
    const name = item.name || item.from?.name || "";
    const facts = [item, state.chosen === at, room?.title, other];
    return [at, facts, () => row(
      state,
      at,
      item.kind === "crisis" || item.escalated ? "needs" : "",
      el("strong", {}, item.escalated ? words.escalated : kindOf(item)),
      el("span", { class: "age", "data-since": item.at }, since(now - item.at)),
      el("span", { class: "what" }, el("bdi", {}, name), room && (name ? ` · ${room.title}` : room.title), item.reports > 1 && ` · ${words.reports(item.reports)}`),
      other && el("span", { class: "note" }, other),
    )];
  }

  function roomRow(state, room, now) {
    const at = stopOf(room);
    const { pace: speed, last } = pace(room, now);
    const { people, locked, slow_mode: slow } = room.view.room;
    const visitors = people.filter((one) => one.role === "visitor" || one.role === "simulated").length;
    const hard = last && (last.veil?.length || state.hard.includes(last.id));
    const said = last ? (hard ? words.hard : [...last.text].slice(0, LAST).join("")) : words.quiet_room;
    const along = watchers(state, room).join(", ");
    const facts = [room.title, speed, said, visitors, locked, slow, along, state.chosen === at];
    return [at, facts, () => row(
      state,
      at,
      "",
      el("strong", {}, room.title, ` ${room.id.split(".").at(-1)}`),
      el("span", { class: "age" }, words.people_here(visitors)),
      el("span", { class: "what", dir: "auto" }, last && el("bdi", {}, `${last.from.name}: `), said),
      el("span", { class: "note" }, [words.pace(rate.format(speed)), along && words.reads_along(along), locked && words.locked, slow > 0 && words.slow(slow)].filter(Boolean).join(" · ")),
    )];
  }

  return {
    node,
    search,
    update,
    /** The keyboard goes where the choice is. */
    focus: (at) => node.querySelector(`[data-at="${CSS.escape(at || "")}"]`)?.focus(),
  };
}

/** "0:18", as on a clock that a waiting person looks at. */
export function since(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [minutes, rest] = [Math.floor(seconds / 60), String(seconds % 60).padStart(2, "0")];
  return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")} h`;
}
