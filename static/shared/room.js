/**
 * What one visitor knows of one room: a pure (state, event) → state.
 *
 * The wire's order is proved by `seq`: an event already seen is skipped, a hole stops
 * everything until the room was joined again (`stale`), so nothing newer is ever shown in front
 * of something missing. My own messages wait in `pending` until the log brings them back; the
 * acknowledgement and that event may come in either order.
 */

import { applyEvent, put } from "./log-events.js";

/** Message entries kept, so that an hour's conversation stays light on an old phone. */
export const KEPT = 200;

/** A room nobody has joined yet. `me` is `{id, name}` of the welcome. */
export function openRoom(me) {
  return { me, room: null, epoch: null, seq: 0, entries: [], pending: [], typing: [], stale: null };
}

/** The next state. Unknown kinds of event change nothing. */
export function reduce(state, event) {
  const handler = handlers.get(event.type);
  return handler ? handler(state, event) : state;
}

/** `since` for the next join, or nothing where no position is known. */
export function position(state) {
  return state.epoch === null ? undefined : { epoch: state.epoch, seq: state.seq };
}

/**
 * Who wrote while I was away: `{names, answered}`, the names in the order of their words, and the first
 * who answered a message of mine. `before` and `after` are the states around a join.
 */
export function meanwhile(before, after) {
  const known = new Set(before.entries.map((entry) => entry.id));
  const fresh = after.entries.filter((entry) => entry.kind === "message" && !entry.gone && !known.has(entry.id));
  const others = fresh.filter((entry) => entry.from.id !== after.me.id);
  const mine = new Set(after.entries.filter((entry) => entry.from?.id === after.me.id).map((entry) => entry.id));
  const answer = others.find((entry) => mine.has(entry.reply_to));
  return { names: [...new Set(others.map((entry) => entry.from.name))], answered: answer?.from.name ?? null };
}

/** What is drawn of my own queue: a message whose event is already in the log is not drawn twice. */
export function shownPending(state) {
  return state.pending.filter((item) => !state.entries.some((entry) => entry.id === (item.id || item.twin)));
}

/** The acknowledgement of `join`: a snapshot, or the events missed. */
function joined(state, { ack }) {
  const sameLog = state.epoch === ack.position.epoch;
  const first = state.epoch === null;
  const next = { ...state, room: ack.room, epoch: ack.position.epoch, stale: null, typing: [] };
  if (ack.events) return settle({ ...replay({ ...next }, ack.events), seq: ack.position.seq });

  const kept = sameLog ? withoutTaken(state.entries, ack.messages) : state.entries;
  const marker = first || ack.complete !== false ? [] : [mark(sameLog ? "missed" : "epoch", ack.position)];
  const known = new Set(kept.map((entry) => entry.id));
  const fresh = ack.messages.some((message) => !known.has(message.id));
  let entries = sameLog && !fresh ? kept : [...kept, ...marker];
  for (const message of ack.messages) entries = put(entries, { veil: [], ...message, kind: "message", gone: false });
  return forgetConfirmed(settle({ ...next, entries, seq: ack.position.seq }));
}

/** Words that should be in the snapshot and are not were taken back while we were away. */
function withoutTaken(entries, messages) {
  if (!messages.length) return entries;
  const there = new Set(messages.map((message) => message.id));
  return entries.filter(
    (entry) => entry.kind !== "message" || there.has(entry.id) || entry.gone || entry.seq < messages[0].seq,
  );
}

const mark = (what, { epoch, seq }) => ({ kind: "marker", what, id: `marker-${epoch}-${seq}`, seq });

/** A confirmed message that the log no longer holds was taken out before we saw it come back. */
function forgetConfirmed(state) {
  return { ...state, pending: state.pending.filter((item) => item.state !== "confirmed") };
}

/** A batch of the log as it happens. */
function events(state, { batch }) {
  if (!state.room || batch.room !== state.room.id || state.stale) return state;
  if (batch.epoch !== state.epoch) return { ...state, stale: "epoch" };
  return settle(replay(state, batch.events));
}

function replay(state, batch) {
  let next = state;
  for (const event of batch) {
    if (event.seq <= next.seq) continue;
    if (event.seq !== next.seq + 1) return { ...next, stale: "gap" };
    next = step(next, event);
  }
  return next;
}

function step(state, event) {
  const next = { ...state, seq: event.seq };
  if (event.type === "state") {
    const { type, seq, at, ...changed } = event;
    return { ...next, room: { ...state.room, ...changed } };
  }
  if (event.type === "message" && event.from.id === state.me.id) next.pending = twin(state.pending, event.id);
  else if (event.type === "message") next.typing = state.typing.filter((id) => id !== event.from.id);
  return { ...next, entries: applyEvent(state.entries, event).slice(-KEPT) };
}

/**
 * My event came before its acknowledgement. Messages leave one at a time, so the one on its way is
 * almost surely this one; the acknowledgement has the last word.
 */
function twin(pending, id) {
  if (pending.some((item) => item.id === id)) return pending;
  const sending = pending.find((item) => item.state === "sending" && !item.twin);
  return pending.map((item) => (item === sending ? { ...item, twin: id } : item));
}

/** My messages that the log has brought back leave the queue and keep what the filter did to them. */
function settle(state) {
  const back = state.pending.filter((item) => item.id && state.entries.some((entry) => entry.id === item.id));
  if (!back.length) return state;
  const notes = new Map(back.map((item) => [item.id, item.note]));
  return {
    ...state,
    pending: state.pending.filter((item) => !back.includes(item)),
    entries: state.entries.map((entry) => (notes.has(entry.id) ? { ...entry, note: notes.get(entry.id) } : entry)),
  };
}

const queued = (state, { key, text, reply_to }) => ({
  ...state,
  pending: [...state.pending, { key, text, reply_to, state: "waiting" }],
});

/** What the filter did to a message that was sent, as the id of a sentence; null where it did nothing. */
export function noteOf({ outcome, flags = [] }) {
  if (outcome !== "mask" && outcome !== "redact") return null;
  // What was cut out of words about danger is no number and no name, and must not be called one.
  return outcome === "redact" && flags.includes("crisis") && !flags.includes("personal") ? "redact_care" : outcome;
}

/** `ack` is the answer to `message`: its id joins it to the event in the log. */
function acked(state, { key, ack }) {
  const note = noteOf(ack);
  const change = { id: ack.id, note, text: ack.text ?? undefined, twin: undefined };
  const next = ack.outcome === "hold" ? { state: "held", id: ack.id } : { state: "confirmed", ...change };
  return settle(mine(state, key, next));
}

/** What became of a held message. Let through, it comes back as an event of the log. */
function outcome(state, { key, outcome: what, reason }) {
  if (what === "allow") return settle(mine(state, key, { state: "confirmed" }));
  return mine(state, key, { state: "failed", code: what, message: reason });
}

/** Waiting for a person takes long: only what still waits says so. */
const heldLong = (state, { key }) =>
  state.pending.some((item) => item.key === key && item.state === "held") ? mine(state, key, { long: true }) : state;
const failed = (state, { key, code, message }) => mine(state, key, { state: "failed", code, message, twin: undefined });
const sending = (state, { key }) => mine(state, key, { state: "sending" });
const waiting = (state, { key }) => mine(state, key, { state: "waiting" });
const dropped = (state, { key }) => ({ ...state, pending: state.pending.filter((item) => item.key !== key) });

function mine(state, key, change) {
  const kept = Object.fromEntries(Object.entries(change).filter(([name, value]) => value !== undefined || name === "twin"));
  return { ...state, pending: state.pending.map((item) => (item.key === key ? { ...item, ...kept } : item)) };
}

/** Who is here: passing state, never part of the log. */
function people(state, { change }) {
  if (!state.room || change.room !== state.room.id) return state;
  const gone = new Set([...(change.left || []), ...(change.joined || []).map((person) => person.id)]);
  const staying = state.room.people.filter((person) => !gone.has(person.id));
  const room = { ...state.room, people: [...staying, ...(change.joined || [])], count: change.count };
  return { ...state, room, typing: state.typing.filter((id) => !(change.left || []).includes(id)) };
}

const typing = (state, { id }) =>
  id === state.me.id || state.typing.includes(id) ? state : { ...state, typing: [...state.typing, id] };
const typingOver = (state, { id }) => ({ ...state, typing: state.typing.filter((other) => other !== id) });
const renamed = (state, { me }) => ({ ...state, me });

const handlers = new Map(
  Object.entries({
    joined, events, queued, sending, waiting, acked, failed, dropped, outcome, heldLong, people, typing, typingOver, renamed,
  }),
);
