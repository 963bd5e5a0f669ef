/** What the server tells this visitor, and which part of the panel takes it. */
import { fetchParts } from "./later.js";
import { words } from "./words.js";

/** `parts` of the panel by name, `stay` in a room, `topics(payload)` for the door. Returns `(name, payload)`. */
export function openPersonal({ parts, stay, memory, topics }) {
  /** Of a report or an appeal. It is told again after each connection, for an hour. */
  async function tellOutcome({ receipt, outcome }) {
    const later = await fetchParts();
    const told = `${receipt} ${outcome}`; // a decision can be taken back, and another one made
    if (!later || memory.seen("read", told)) return;
    memory.see("read", told);
    parts.status.tell(later.outcomes(outcome), 10_000);
  }

  const toRoom = (name, payload) => stay.conversation()?.receive(name, payload);

  const takers = {
    topics,
    support(payload) {
      parts.care.show(payload);
      parts.status.tell(words.help_shown, 6_000);
    },
    sanction(payload) {
      parts.limit.show(payload);
      stay.redraw();
    },
    lifted: ({ id }) => parts.limit.lifted(id),
    livelier: (payload) => parts.screens.current() === "room" && parts.livelier.show(payload),
    unanswered: (payload) => parts.unanswered.show(payload),
    whisper(payload) {
      if (parts.whisper.show(payload)) parts.announcer.say(`${words.whisper(payload.from.name)}: ${payload.text}`);
    },
    outcome(payload) {
      if (payload.receipt) return tellOutcome(payload);
      if (payload.outcome === "allow") parts.status.tell(words.released, 6_000);
      return toRoom("outcome", payload);
    },
    events(batch) {
      // what was let through may be taken out again within seconds, and is in the room no more
      if (batch.events.some((event) => event.type === "retracted" && event.by === "moderator")) parts.status.untell(words.released);
      toRoom("events", batch);
    },
    people(payload) {
      const { joined = [], left = [] } = payload;
      const gone = (stay.state()?.room?.people || []).filter(({ id }) => left.includes(id));
      toRoom("people", payload);
      if (stay.state()) parts.room.moves({ joined, left: gone.map(({ name }) => name) });
    },
  };

  return (name, payload) => {
    if (parts.screens.current() === "ended") return; // until the connection is closed
    if (takers[name]) takers[name](payload);
    else toRoom(name, payload);
  };
}
