// Reads histories as JSON lines: a snapshot, the events after it, and a fresh snapshot of the end.
// Says for each what the widget's own state makes of the first two, and of the third alone.
import { createInterface } from "node:readline";
import { openRoom, reduce } from "../../static/shared/room.js";

const me = { id: "nobody", name: "Quiet Reader" };

function shown(state) {
  return state.entries
    .filter((entry) => entry.kind === "message" && !entry.gone)
    .sort((a, b) => a.seq - b.seq)
    .map(({ id, seq, at, text, reply_to, edited, reactions }) => ({
      id,
      seq,
      at,
      text,
      reply_to: reply_to ?? null,
      edited: Boolean(edited),
      reactions: Object.fromEntries(Object.entries(reactions ?? {}).sort()),
    }));
}

for await (const line of createInterface({ input: process.stdin })) {
  const { before, batch, after } = JSON.parse(line);
  const watched = reduce(reduce(openRoom(me), { type: "joined", ack: before }), { type: "events", batch });
  const fresh = reduce(openRoom(me), { type: "joined", ack: after });
  console.log(JSON.stringify({ watched: shown(watched), fresh: shown(fresh), stale: watched.stale }));
}
