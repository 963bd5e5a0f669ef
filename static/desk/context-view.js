/** What was said around a case, or a whole room, live; and the box for words of one's own. */
import { button, el, say } from "../widget/dom.js";
import { openDrawn } from "./drawn.js";
import { keyed } from "./keyed.js";
import { openPrepared } from "./prepared.js";
import { caseOf, roomOf } from "./state.js";
import { did, kindOf, seenAs, words } from "./words.js";

const clock = new Intl.DateTimeFormat(words.lang, { hour: "numeric", minute: "2-digit" });
const NEAR = 60; // px from the end that still count as there

/** `on.select(id)`, `on.act(name)`, `on.send(text, about)`, `on.prepared(about)`, `on.roomAct(action, more)`. */
export function openContextView({ on }) {
  const title = el("h2", { tabindex: "-1" }, words.context);
  const facts = el("div", { class: "facts" });
  const log = el("div", { class: "log", role: "log", "aria-live": "off", "aria-label": words.context, tabindex: "0" });
  const hint = el("p", { class: "note" }, words.choose_first, el("span", { class: "by-key" }, ` ${words.choose_keys}`));
  const decide = el("div", { class: "acts decide" });
  const roomActs = el("div", { class: "acts" });
  const more = el("details", { class: "room-acts" }, el("summary", {}, words.room_acts), roomActs);
  const about = el("p", { class: "about", hidden: true });
  const field = el("textarea", { id: "write", rows: "1", "aria-label": words.write_room, placeholder: words.write_room, autocomplete: "off" });
  const ready = openPrepared({ field, read: () => on.prepared(mode) });
  const form = el("form", { class: "composer", onsubmit: submit }, about, ready.list, field, ready.node, button(words.send, () => {}, { type: "submit", class: "primary" }));
  const node = el("section", { class: "zone context", "aria-label": words.context }, title, facts, log, hint, decide, form, more);
  const draw = openDrawn();
  const opened = new Set(); // veils that were opened at this desk
  let mode = null; // whom the words are for: null is the room
  let shown = null;
  let latest = null;
  let before = null;
  let drawn = [];

  function submit(event) {
    event.preventDefault();
    const text = field.value.trim();
    if (text) on.send(text, mode);
  }
  // A bar below, or facts above, take room away: what the case is about stays in sight. The log alone does not tell:
  // where it is as low as it may be, what is around it moves it out of the zone.
  const settled = new ResizeObserver(() => {
    const question = log.querySelector(".question");
    if (question) question.scrollIntoView({ block: "nearest" });
    else if (atEnd) log.scrollTop = log.scrollHeight; // of a room: its newest words
  });
  const near = () => log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
  let atEnd = true; // where somebody left it
  log.addEventListener("scroll", () => (atEnd = near()));
  for (const part of [node, facts, log]) settled.observe(part);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) submit(event);
  });

  function entryNode(entry, state, item) {
    if (entry.kind === "marker") return el("p", { class: "note" }, words.marker[entry.what]);
    if (entry.kind === "notice") return el("p", { class: "note", dir: "auto" }, entry.from ? `${entry.from.name}: ${entry.text}` : entry.text);
    const question = item && item.message === entry.id;
    const chosen = state.message === entry.id;
    const theirs = entry.from?.role === "visitor" && !entry.gone;
    return el(
      "article",
      { class: `entry${question ? " question" : ""}${chosen ? " chosen" : ""}`, "data-id": entry.id },
      question && el("p", { class: "note" }, words.in_question),
      el(
        "p",
        { class: "who" },
        theirs
          ? button(el("bdi", {}, entry.from.name), () => on.select(entry.id), { class: "name", "data-act": "name", "aria-pressed": String(chosen) })
          : el("bdi", {}, entry.from?.name || ""),
        entry.from && (entry.from.badge || words.roles[entry.from.role]) && el("span", { class: "role" }, entry.from.badge || words.roles[entry.from.role]),
        entry.at && el("time", { datetime: new Date(entry.at).toISOString() }, clock.format(entry.at)),
      ),
      body(entry.id, entry.gone ? null : entry.text, entry.veil?.length || state.hard.includes(entry.id), entry.by === "moderator"),
    );
  }

  function body(id, text, veil, byUs) {
    if (text === null) return el("p", { class: "note" }, byUs ? words.removed_by_you : words.taken);
    if (!veil || opened.has(id)) return el("p", { class: "words", dir: "auto" }, text);
    return button(keyed(words.veiled, "o"), () => open(id), { class: "veil", "data-act": "veil" });
  }

  function open(id) {
    opened.add(id);
    update(latest);
  }

  /** What the case itself says: the rules that spoke, its words where no room has them, who reported it and why. */
  function caseFacts(item, state, inRoom) {
    const rules = (item.rules || []).map((rule) => el("li", {}, words.rule(rule.rule, rule.version)));
    return [
      el("p", {}, el("strong", {}, kindOf(item)), item.name && !inRoom && !item.text && el("span", {}, " · ", el("bdi", {}, item.name)), item.reports > 1 && ` · ${words.reports(item.reports)}`),
      item.labels?.length > 0 && el("p", { class: "note" }, item.kind === "report" ? words.reported_for(item.labels.map((label) => words.reasons[label] || label).join(", ")) : words.labels(seenAs(item.labels))),
      rules.length > 0 && el("div", {}, el("p", { class: "note" }, words.why_flag), el("ul", { class: "plain note" }, ...rules)),
      item.sanction && el("p", {}, [did(item.sanction.kind, item.name || ""), words.reasons[item.sanction.reason], words.until(clock.format(item.sanction.until))].filter(Boolean).join(" · ")),
      item.author_here === false && el("p", { class: "note" }, words.author_gone),
      item.text && !inRoom && el("div", { class: "entry question" }, el("p", { class: "who" }, el("bdi", {}, item.name || "")), body(`text-${item.id}-${item.version}`, item.text, item.kind !== "call" || item.labels?.includes("crisis"))),
      item.note && body(`note-${item.id}`, item.note, true),
      item.kind === "crisis" && state.left[item.visitor] && el("p", { class: "care" }, words.left_at(clock.format(state.left[item.visitor]))),
    ].filter(Boolean);
  }

  /** New buttons; the one that had the keyboard gives it to the new one of its words. */
  function again(parent, nodes) {
    const had = parent.contains(document.activeElement) ? document.activeElement.textContent : null;
    parent.replaceChildren(...nodes);
    nodes.find((one) => one.textContent === had)?.focus();
  }

  const act = (label, key, attributes) => button(keyed(label, key), () => on.act(key), attributes);

  function decisions(item, may) {
    if (!item || !may) return [];
    const held = item.kind === "held";
    const appeal = item.kind === "appeal";
    // What comes last lies under the thumb. A cry for help is answered before it is ended, and never "fine" by a slip.
    return [
      act(words.ask_colleague, "e"),
      act(words.skip, "s"),
      held || appeal ? act(appeal ? words.uphold : words.reject, "d") : act(words.dismiss, "f"),
      held || appeal ? act(appeal ? words.lift : words.share, "f", { class: "primary" }) : act(words.acknowledge, "d"),
      !held && !appeal && item.visitor && act(words.person_keys.whisper, "w", { class: "primary" }),
    ].filter(Boolean);
  }

  function ofRoom(room, may) {
    if (!room || !may) return [];
    const { locked, slow_mode: slow } = room.view.room;
    return [
      locked ? button(words.unlock, () => on.roomAct("unlock")) : button(words.lock, () => on.roomAct("lock")),
      slow > 0 ? button(words.slow_off, () => on.roomAct("slow", { seconds: 0 })) : button(words.slow_on, () => on.roomAct("slow", { seconds: 20 })),
      button(words.shield, () => on.roomAct("shield")),
      button(words.announce, () => address({ announce: true })),
    ];
  }

  function update(state) {
    latest = state;
    const item = caseOf(state);
    const room = roomOf(state);
    // A wall of rooms talks all the time: what is not about this one costs this one no layout.
    const about = [item, room, state.opened, state.message, state.left, state.hard.length, state.me, opened.size];
    if (about.every((fact, n) => fact === drawn[n])) return;
    drawn = about;
    const may = state.me.role !== "greeter";
    const moved = shown !== state.opened;
    const end = moved || near();
    shown = state.opened;
    say(title, room ? `${room.title} ${room.id.split(".").at(-1)}` : words.context);
    hint.hidden = Boolean(room || item);
    log.hidden = !room;
    fit(room);
    more.hidden = !room || !may;
    const there = room?.view.entries.some((entry) => entry.id === item?.message && !entry.gone);
    const now = JSON.stringify([item, there, item && state.left[item.visitor], room?.id, room?.view.room.locked, room?.view.room.slow_mode, may, opened.size]);
    if (now !== before) {
      // else what somebody is about to press would be gone from under the finger, each second
      before = now;
      facts.replaceChildren(...(item ? caseFacts(item, state, there) : []));
      again(decide, decisions(item, may));
      again(roomActs, ofRoom(room, may));
    }
    const entries = room ? room.view.entries : [];
    draw(log, entries.map((entry) => [entry.id, [entry, state.message === entry.id, item?.message === entry.id, opened.has(entry.id), state.hard.includes(entry.id), state.opened], () => entryNode(entry, state, item)]));
    const question = moved && item && log.querySelector(".question");
    if (question) question.scrollIntoView({ block: "center" });
    else if (end) log.scrollTop = log.scrollHeight;
    atEnd = end;
  }

  /** A note needs no room. */
  function fit(room) {
    form.hidden = !room && !mode?.note;
  }

  /** Whom the next words are for: `{name, reply_to}`, `{announce}`, `{note}` or nobody in particular. */
  function address(next) {
    mode = next;
    ready.shut();
    const line = !next ? "" : next.announce ? words.announce : next.note ? `${words.add_note}: ${next.name}. ${words.note_kept}` : words.write_to(next.name);
    about.replaceChildren(el("span", { dir: "auto" }, line), button(words.stop, () => address(null)));
    about.hidden = !next;
    const label = next?.note ? words.add_note : next?.announce ? words.announce : words.write_room;
    field.placeholder = label;
    field.setAttribute("aria-label", label);
    fit(latest && roomOf(latest));
    if (next) field.focus();
  }

  return {
    node,
    update,
    address,
    clear: () => {
      field.value = "";
      address(null);
    },
    focus: () => title.focus(),
    /** True where words were begun for somebody, and are now for the room. */
    stop: () => Boolean(mode) && (address(null), true),
    /** Shows the message that is chosen. */
    reveal: (id) => log.querySelector(`[data-id="${CSS.escape(id || "")}"]`)?.scrollIntoView({ block: "nearest" }),
    /** Opens what is veiled: of the chosen message, else of the case. */
    unveil: () => (node.querySelector(".chosen .veil, .question .veil") || node.querySelector(".veil"))?.click(),
  };
}
