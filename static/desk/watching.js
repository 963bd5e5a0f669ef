/**
 * All rooms of my sites, live. A room whose log has a hole is read again; which rooms there are, and who is on duty, is
 * asked every few seconds. Where that is not answered the link knows that there is none.
 */
import * as desk from "./state.js";

const MOST = 64; // rooms that one desk may watch
const LOOK = 4_000; // ms between two looks: with the second of the clock that asks, who is on duty is at most five old
const PLAN = 60_000; // and at who is planned, which seldom changes

export function openWatching({ ask, change, state }) {
  let looked = Date.now();
  let planned = 0;
  const busy = new Map(); // site/room -> the answer that is on its way

  function watch(id, site) {
    const asked = `${site}/${id}`;
    if (!busy.has(asked)) busy.set(asked, read(id, site).finally(() => busy.delete(asked)));
    return busy.get(asked);
  }

  async function read(id, site) {
    const ack = await ask("watch", { room: id, site });
    if (ack.ok && state().me) change(desk.watched(state(), ack, site));
  }

  /** Rooms that a case names and nobody watches yet. */
  function missing() {
    const known = new Set(state().rooms.map(desk.stopOf));
    for (const item of state().queue) if (item.room && !known.has(desk.stopOf({ community: item.community, id: item.room }))) watch(item.room, item.site);
  }

  /** Who comes next. Where the records are away what was known stands, and it is asked for again at the next look. */
  async function plan() {
    if (Date.now() - planned < PLAN) return;
    const ack = await ask("roster", {});
    if (!ack.ok) return;
    planned = Date.now();
    change({ ...state(), coming: ack.coming });
  }

  async function look() {
    const before = state().duty;
    const ack = await ask("wall", {});
    if (!ack.ok || !state().me) return;
    if (state().duty === before) change(desk.onDuty(state(), ack.on_duty)); // else it was read before it was pressed
    change({ ...state(), handovers: ack.handovers || [] });
    plan();
    const known = new Set(state().rooms.map(desk.stopOf));
    const fresh = ack.rooms.filter((room) => !known.has(desk.stopOf(room))).slice(0, Math.max(0, MOST - known.size));
    for (const room of fresh) watch(room.id, room.site);
  }

  return {
    all() {
      for (const room of state().rooms.slice(0, MOST)) watch(room.id, room.site);
      missing();
    },
    missing,
    /** One room, known afterwards. */
    room: async ({ community, room, site }) => state().rooms.some((one) => desk.stopOf(one) === desk.stopOf({ community, id: room })) || watch(room, site),
    events(batch) {
      change(desk.heard(state(), batch, { type: "events", batch }));
      const at = desk.stopOf({ community: batch.community, id: batch.room });
      const room = state().rooms.find((one) => desk.stopOf(one) === at);
      if (room?.view.stale) watch(room.id, room.site);
    },
    tick(now) {
      if (now - looked < LOOK || !state().me) return;
      looked = now;
      look();
    },
  };
}
