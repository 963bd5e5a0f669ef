/** One line of the conversation as an element. Built anew when its entry changes; never patched. */
import { avatar } from "./avatar.js";
import { button, el } from "./dom.js";
import { messageActs } from "./message-acts.js";
import { shown, words } from "./words.js";

const clock = new Intl.DateTimeFormat(words.lang, { hour: "numeric", minute: "2-digit" });

const QUOTE = 80; // letters of the words that are answered

/**
 * A message of the log. `mine` is drawn on the other side; `opened` veils stay open; `answered` is the entry it
 * answers, where that is still here; somebody `unseen` is hidden by this visitor.
 */
export function messageNode(entry, about) {
  const { mine, room, opened, answered, unseen, reported } = about;
  if ((entry.gone && !entry.by) || unseen) return el("div", { hidden: true });
  if (reported) return el("p", { class: "entry room-note" }, words.reported);
  const [more, acts] = entry.gone ? [] : messageActs(entry, { ...about, given: about.acts.given(entry.id) });
  return el(
    "div",
    { class: `entry ${mine ? "mine" : "peer"}`, "data-id": entry.id },
    who(entry, mine, room, more),
    entry.reply_to && quote(answered),
    entry.gone ? note(entry.by === "moderator" ? words.taken_by_staff : words.taken) : bubble(entry, mine, opened),
    entry.note && note(words[entry.note]),
    support(entry) && note(mine ? words.heard(support(entry)) : support(entry)),
    acts,
  );
}

/** What a message answers. Veiled and taken words are named by their writer alone. */
function quote(answered) {
  if (!answered?.from) return note(words.answers_gone);
  const said = answered.gone || answered.veil?.length ? "" : [...shown(answered.text)].slice(0, QUOTE).join("");
  return el("p", { class: "quote", dir: "auto" }, words.answers(answered.from.name), said && ` ${said}`);
}

function who({ from, at, edited }, mine, room, more) {
  const role = from.badge || words.roles[from.role];
  return el(
    "p",
    { class: "who" },
    el(
      "span",
      { class: "by" }, // what is too wide goes to a second line in here, and "More" stays beside the name
      avatar(room, from.id),
      el("bdi", {}, from.name),
      mine && ` (${words.you})`,
      role && el("span", { class: `role role-${from.role}` }, role),
      el("time", { datetime: new Date(at).toISOString() }, clock.format(at)),
      edited && el("span", {}, words.edited),
    ),
    more,
  );
}

function bubble(entry, mine, opened) {
  const text = el("p", { class: "words", dir: "auto" }, shown(entry.text));
  if (!entry.veil?.length || mine || opened.has(entry.id)) return text;
  // A button with words on it, never blurred text: blur invites, and can be read by accident.
  const veil = button(words.veil(entry.from.name), () => {
    opened.add(entry.id);
    veil.replaceWith(text);
  });
  veil.className = "veil";
  return veil;
}

/** The kinds of support that a message was given, in words; "" for none. */
export function support({ reactions: given = {} }) {
  const kinds = Object.keys(given).filter((kind) => given[kind] > 0 && words.reactions[kind]);
  return kinds.map((kind) => words.reactions[kind]).join(", ");
}

const note = (text) => el("p", { class: "note" }, text);

/** A message of mine that the log has not brought back yet. */
export function pendingNode(item, { online, retry, change }) {
  const failed = item.state === "failed";
  return el(
    "div",
    { class: "entry mine pending", "data-state": item.state },
    el("p", { class: "words", dir: "auto" }, shown(item.text)),
    item.note && note(words[item.note]),
    item.state !== "confirmed" && note(state(item, online)),
    failed &&
      el("div", { class: "acts" }, item.code !== "reject" && button(words.try_again, () => retry(item)), button(words.change, () => change(item))),
  );
}

function state({ state: now, code, long }, online) {
  if (now === "held") return long ? words.held_long : words.hold;
  if (now === "failed") return (code === "reject" ? words.not_shared : words.errors[code] || words[code]) || words.send_fail;
  return online ? words.sending : words.will_send;
}

/** A word of the room itself. */
export function noticeNode({ text, from }) {
  return el("p", { class: "entry room-note", dir: "auto" }, from ? `${from.name}: ${text}` : text);
}

/** Our own line about the log: it began again, or a part is missing. */
export function markerNode({ what }) {
  return el("p", { class: "entry room-note" }, words[what]);
}
