/**
 * What each Event of a room's log does to the list of entries on screen. Pure.
 *
 * An entry is one line of the conversation: `message` (also as an empty place, `gone: true`),
 * `notice`, or `marker` (ours: "epoch", "missed"). Types this page does not know are skipped:
 * a newer server may say more than we understand.
 */

const message = (entries, event) => put(entries, { ...event, kind: "message" });

/** The whole message as it stands now; it keeps the place and the time of its first version. */
const edited = (entries, event) =>
  put(entries, { ...event, kind: "message", edited: true, gone: false, veil: event.veil || [] });

const veiled = (entries, event) => patch(entries, event.id, { veil: event.veil });

/** The place stays: a moderator's "restore" comes back as `edited` with this id. */
const retracted = (entries, event) => patch(entries, event.id, { text: "", gone: true, by: event.by });

const reacted = (entries, event) => patch(entries, event.id, { reactions: event.reactions });

const notice = (entries, event) => [...entries, { ...event, kind: "notice", id: `notice-${event.at}-${event.seq}` }];

const gone = (entries, event) => put(entries, { ...event, kind: "message", text: "", gone: true });

const handlers = new Map(Object.entries({ message, edited, veiled, retracted, reacted, notice, gone }));

/** (entries, one Event) → entries. */
export function applyEvent(entries, event) {
  const handler = handlers.get(event.type);
  return handler ? handler(entries, event) : entries;
}

/** In its place where the id is known, else at the end. `seq` and `at` of the first version stay. */
export function put(entries, entry) {
  const known = entries.find((old) => old.id === entry.id);
  if (!known) return [...entries, entry];
  return patch(entries, entry.id, { ...entry, seq: known.seq, at: known.at });
}

function patch(entries, id, change) {
  return entries.map((entry) => (entry.id === id ? { ...entry, ...change } : entry));
}
