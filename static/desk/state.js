/**
 * What one desk knows: the rooms it watches, the cases, and what is chosen. Pure (state, …) → state.
 *
 * A room's log is the visitors' own reducer (static/shared/room.js), so a volunteer reads what the room reads.
 */
import { openRoom, reduce } from "../shared/room.js";

/** Who needs a person most comes first (DESIGN section 8); then the oldest. */
export const NEED = ["crisis", "call", "held", "report", "unanswered", "appeal"];
const PACE_MS = 300_000;

/** Two clinics may each have a room of one name; their communities tell them apart. */
export const stopOf = ({ community = "", id }) => `room:${community}/${id}`;

export function openDesk() {
  return { me: null, rooms: [], queue: [], onDuty: [], duty: false, notes: [], acted: [], left: {}, cried: [], hard: [], handovers: [], coming: [], chosen: null, opened: null, message: null, asked: "" };
}

export function welcomed(state, { me, rooms, queue, on_duty, notes = [], hard: covered = [] }) {
  const known = new Map(state.rooms.map((room) => [stopOf(room), room.view]));
  const views = rooms.map((room) => ({ id: room.id, community: room.community, site: room.site, title: room.title, view: known.get(stopOf(room)) || { ...openRoom(me), room } }));
  return settled({ ...state, me, rooms: views, queue: sorted(queue), cried: cries(state.cried, queue), hard: hard(union(state.hard, covered), queue), ...onDuty({ me }, on_duty), notes });
}

/** The acknowledgement of `watch`: the room as it stands, or a room that was not known. */
export function watched(state, ack, site) {
  const known = state.rooms.find((room) => stopOf(room) === stopOf(ack.room));
  const view = reduce(known?.view || openRoom(state.me), { type: "joined", ack });
  const next = { id: ack.room.id, community: ack.room.community, site, title: ack.room.title, view };
  return { ...state, rooms: known ? state.rooms.map((room) => (room === known ? next : room)) : [...state.rooms, next] };
}

/** Who is on duty, and whether I am: it may have been pressed in another tab, or on a phone. */
export const onDuty = (state, there) => ({ ...state, onDuty: there, duty: there.some((one) => one.id === state.me.id) });

/** A batch of a room's log, or who came and went, as the room's own reducer has it. `packet` says of which room. */
export function heard(state, packet, event) {
  const at = stopOf({ community: packet.community, id: packet.room });
  const rooms = state.rooms.map((room) => (stopOf(room) === at ? { ...room, view: reduce(room.view, event) } : room));
  return { ...state, rooms };
}

/** Who left, and when; an open case says so. */
export function gone(state, ids, at) {
  return { ...state, left: { ...state.left, ...Object.fromEntries(ids.map((id) => [id, at])) } };
}

export function queued(state, { items, removed }) {
  const news = new Map(items.map((item) => [item.id, item]));
  const kept = state.queue.filter((item) => !news.has(item.id) && !removed.includes(item.id));
  return settled({ ...state, queue: sorted([...kept, ...items]), cried: cries(state.cried, items), hard: hard(state.hard, items) });
}

const union = (known, more) => [...new Set([...known, ...more])];

/** Who cried for help while this desk was open: the next person should know. */
const cries = (known, items) => union(known, items.filter((item) => item.kind === "crisis" && item.visitor).map((item) => item.visitor));

/** The messages that were cries for help: the wall shows them to nobody unasked, also once their case is ended. */
const hard = (known, items) => union(known, items.filter((item) => item.kind === "crisis" && item.message).map((item) => item.message));

/** The same for who may see no cases, and hears of their messages alone. */
export const hardened = (state, messages) => ({ ...state, hard: union(state.hard, messages) });

/** Colleagues before whom a room is open. */
export const watchers = (state, room) => state.onDuty.filter((one) => one.id !== state.me.id && one.watching?.includes(`${room.site}/${room.id}`)).map((one) => one.name);

/** An item with its context, as `claim` answers it. */
export const claimed = (state, item) => queued(state, { items: [item], removed: [] });

const rank = (item) => (item.escalated ? -1 : NEED.indexOf(item.kind));
const sorted = (queue) => [...queue].sort((one, other) => rank(one) - rank(other) || one.at - other.at);

/** What a search leaves: by a person's name, a room's title, or words. */
export function found({ asked, queue, rooms }) {
  const meant = (...texts) => !asked || texts.some((text) => (text || "").toLowerCase().includes(asked));
  const title = ({ community, room: id }) => rooms.find((room) => stopOf(room) === stopOf({ community, id }))?.title;
  return {
    cases: queue.filter((item) => meant(item.name, item.text, title(item))),
    rooms: rooms.filter((room) => meant(room.title, ...room.view.room.people.map((one) => one.name))),
  };
}

/** Everything that `j` and `k` walk, as it is shown: cases, then rooms. */
export function stops(state) {
  const { cases, rooms } = found(state);
  return [...cases.map((item) => `case:${item.id}`), ...rooms.map(stopOf)];
}

/** What was chosen and is gone leaves its place to nothing: a key must never hit the next one by accident. */
function settled(state) {
  const there = new Set(stops({ ...state, asked: "" }));
  const opened = there.has(state.opened) ? state.opened : null;
  return { ...state, chosen: there.has(state.chosen) ? state.chosen : null, opened, message: opened ? state.message : null };
}

/** One step down (1) or up (-1); from nowhere to the first. */
export function moved(state, step) {
  const all = stops(state);
  if (!all.length) return state;
  const here = all.indexOf(state.chosen);
  return { ...state, chosen: all[here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, here + step))] };
}

/** The first case that nobody else has; `pass` leaves out one that is hard to read. */
export function nextCase(state, pass = false) {
  const free = state.queue.filter((item) => !item.claimed_by || item.claimed_by === state.me.id);
  const others = free.filter((item) => `case:${item.id}` !== state.opened && !(pass && item.kind === "crisis"));
  return others[0] || null;
}

export const caseOf = (state, at = state.opened) => state.queue.find((item) => `case:${item.id}` === at) || null;

/** What `f` and `d` mean for a case, as the server calls it. */
export const answers = (item) => (item?.kind === "held" || item?.kind === "appeal" ? { f: "approve", d: "reject" } : { f: "dismiss", d: "acknowledge" });

/** The room of a case; of one without, such as a call, where its visitor is now. */
export function roomOf(state, at = state.opened) {
  const item = caseOf(state, at);
  const stop = item ? stopOf({ community: item.community, id: item.room }) : at;
  const meant = (room) => (item && !item.room ? item.visitor && room.view.room?.people.some((one) => one.id === item.visitor) : stopOf(room) === stop);
  return state.rooms.find(meant) || null;
}

const wrote = (entry) => entry.kind === "message" && !entry.gone && entry.from?.role === "visitor";
export const messagesOf = (room) => room.view.entries.filter(wrote);

/** Opens a case or a room. The message in question is chosen then and does not move by itself. */
export function openedAt(state, at) {
  const item = caseOf(state, at);
  const room = roomOf(state, at);
  const message = item ? item.message || null : room ? messagesOf(room).at(-1)?.id || null : null;
  return { ...state, chosen: at, opened: at, message };
}

/** A case ended under somebody's eyes: its room stays before them, and nobody in it is chosen. */
export const stayedIn = (state, room) => ({ ...state, chosen: stopOf(room), opened: stopOf(room), message: "nobody" });

/** The message above or below, among those of visitors. */
export function stepped(state, step) {
  const room = roomOf(state);
  const ids = room ? messagesOf(room).map((entry) => entry.id) : [];
  const here = ids.indexOf(state.message);
  const next = ids[here < 0 ? ids.length - 1 : Math.min(ids.length - 1, Math.max(0, here + step))];
  return next ? { ...state, message: next } : state;
}

/**
 * Whom and what an act would meet: `{visitor, name, room, message, item}`; null where nobody is meant. Of what is
 * open; else of what is chosen in the list, so that a case can be answered without opening it.
 */
export function target(state) {
  const at = state.opened || state.chosen;
  const item = caseOf(state, at);
  const room = roomOf(state, at);
  const entries = room ? room.view.entries : [];
  // Who was chosen and is not there any more leaves nobody: a key must never hit whoever spoke last.
  const entry = entries.find((one) => one.id === state.message) || (item || state.message ? null : room && messagesOf(room).at(-1));
  if (entry?.from?.role === "visitor") return meant(entry.from.id, entry.from.name, room, entry.id, item);
  if (!item?.visitor) return null;
  return meant(item.visitor, item.name || nameIn(room, item.visitor), room, item.message || null, item);
}

const meant = (visitor, name, room, message, item) => ({ visitor, name, room: room?.id || null, site: room?.site, message, item: item?.id || null });

function nameIn(room, id) {
  if (!room) return null;
  const known = room.view.room?.people?.find((one) => one.id === id);
  return known?.name || room.view.entries.find((entry) => entry.from?.id === id)?.from.name || null;
}

/** Messages a minute over the last five, and the last words. */
export function pace(room, now) {
  const said = room.view.entries.filter((entry) => entry.kind === "message" && !entry.gone);
  return { pace: said.filter((entry) => entry.at > now - PACE_MS).length / 5, last: said.at(-1) || null };
}

/** What colleagues and I did, the newest first, and a limit with its end. */
export const acted = (state, act) => ({ ...state, acted: [act, ...state.acted.filter((one) => one.act !== act.act)].slice(0, 200), notes: noted(state.notes, act) });
const noted = (notes, act) => (act.action === "note" && act.text ? [...notes, { id: act.act, visitor: act.visitor, text: act.text, name: act.name, at: act.at }] : notes);

/** What is known of one visitor here. */
export function person(state, visitor) {
  const acts = state.acted.filter((act) => act.visitor === visitor);
  return {
    mutes: acts.filter((act) => act.action === "mute").length,
    acts,
    notes: state.notes.filter((note) => note.visitor === visitor),
    cases: state.queue.filter((item) => item.visitor === visitor),
    left: state.left[visitor] || null,
  };
}
