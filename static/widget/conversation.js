/**
 * One visitor in one room: joins, keeps the room's state, sends, and heals what broke.
 *
 * The state itself is `shared/room.js`; here is only what has to be asked of the server because
 * of it.
 */
import { meanwhile, noteOf, openRoom, position, reduce } from "../shared/room.js";
import { newKey } from "./key.js";
import { openOutbox } from "./outbox.js";

const TYPING_EVERY = 3_000; // ms between two of ours
const LONG = 60_000; // ms that a message waits before the sentence says sorry
const JOIN_AGAIN = 2; // seconds, where the server named no time
const TYPING_LASTS = 5_000; // ms a name stays after its last sign
const RETRY = new Set(["rate_limited", "unavailable"]);

/**
 * `ask(event, payload)` → acknowledgement, or rejects where there is no connection.
 * `on.change(state)`, `on.returned(text, error)` (a refused message's words), `on.waiting(seconds,
 * code)`, `on.noted(outcome)`, `on.shut(error)` (the room did not let us in), `on.back({names,
 * answered})` (we were away, and these wrote).
 */
export function openConversation({ me, ask, memory, on }) {
  let state = openRoom(me);
  let joining = false;
  let wanted = null; // the join that has not been answered yet
  let lastTyping = 0;
  const typers = new Map();

  function dispatch(event) {
    state = reduce(state, event);
    memory.set("pending", outbox.unsent());
    on.change(state);
    if (state.stale && !joining) rejoin();
  }

  const outbox = openOutbox({
    send: ({ key, text, reply_to }) => ask("message", { room: state.room.id, key, text, reply_to }),
    on: {
      sending: ({ key }) => dispatch({ type: "sending", key }),
      waiting: ({ key }, seconds, code) => {
        dispatch({ type: "waiting", key });
        if (code) on.waiting(seconds, code);
      },
      acked: ({ key }, ack) => {
        dispatch({ type: "acked", key, ack });
        on.noted(noteOf(ack) || ack.outcome);
        if (ack.outcome === "hold") setTimeout(dispatch, LONG, { type: "heldLong", key });
      },
      refused: ({ key, text }, error) => {
        dispatch({ type: "dropped", key });
        on.returned(text, error);
      },
      failed: ({ key }, error) => {
        dispatch({ type: "failed", key, code: error.code, message: error.message });
      },
      lost: () => rejoin(),
    },
  });

  async function join(want) {
    wanted = want;
    if (joining) return;
    joining = true;
    outbox.pause();
    const ack = await ask("join", want).catch(() => null);
    joining = false;
    if (!ack) again(want, JOIN_AGAIN);
    else if (ack.ok) arrived(ack);
    else if (RETRY.has(ack.error.code)) again(want, ack.error.retry_after || JOIN_AGAIN);
    else if (ack.error.code === "no_such_room" && state.room) join({ topic: state.room.topic });
    else on.shut(ack.error);
  }

  function again(want, seconds) {
    setTimeout(() => wanted === want && join(want), seconds * 1000);
  }

  function arrived(ack) {
    wanted = null;
    memory.set("room", ack.room.id);
    const before = state;
    dispatch({ type: "joined", ack });
    if (before.room) on.back(meanwhile(before, state));
    if (!state.stale) outbox.resume();
  }

  function rejoin() {
    if (state.room) join({ room: state.room.id, since: position(state) });
  }

  function queue({ key = newKey(), text, reply_to, firstTry }) {
    dispatch({ type: "queued", key, text, reply_to });
    outbox.add({ key, text, reply_to, firstTry });
    memory.set("pending", outbox.unsent());
  }

  function typingFrom(id) {
    dispatch({ type: "typing", id });
    clearTimeout(typers.get(id));
    typers.set(id, setTimeout(() => dispatch({ type: "typingOver", id }), TYPING_LASTS));
  }

  const inbox = {
    events: (batch) => dispatch({ type: "events", batch }),
    people: (change) => dispatch({ type: "people", change }),
    outcome: (result) => dispatch({ ...result, type: "outcome" }),
    typing: ({ room, id }) => room === state.room?.id && typingFrom(id),
  };

  return {
    state: () => state,
    join,
    rejoin,
    /** A reload's unsent messages, under their old keys. */
    restore: (items) => items.forEach(queue),
    say: (text, reply_to) => queue({ text, reply_to }),
    edit: (id, text) => ask("edit", { room: state.room.id, id, text, key: newKey() }),
    retract: (id) => ask("retract", { room: state.room.id, id }),
    report: (id, reason) => ask("report", { room: state.room.id, id, reason }),
    react: (id, kind, on) => ask("react", { room: state.room.id, id, kind, on }),
    /** The same words once more, under the same key: should the first have arrived after all, it stays one. */
    retry({ key, text, reply_to }) {
      dispatch({ type: "dropped", key });
      queue({ key, text, reply_to });
    },
    /** The welcome named somebody else: the token had run out while we were away. */
    renamed: (somebody) => dispatch({ type: "renamed", me: somebody }),
    drop: (item) => dispatch({ type: "dropped", key: item.key }),
    pause: () => outbox.pause(),
    receive: (name, payload) => inbox[name]?.(payload),
    typing() {
      if (Date.now() - lastTyping < TYPING_EVERY) return;
      lastTyping = Date.now();
      ask("typing", { room: state.room.id }).catch(() => {}); // passing state: a lost one is no loss
    },
    leave() {
      wanted = null;
      outbox.pause();
      outbox.clear();
      memory.set("pending", []);
      if (state.room) ask("leave", { room: state.room.id }).catch(() => {}); // presence ends by itself too
    },
  };
}
