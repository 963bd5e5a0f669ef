/** What a volunteer does, as the server is asked for it; each answer becomes a line, and ten seconds to undo it. */
import { caseOf, roomOf, stopOf } from "./state.js";
import { words } from "./words.js";

const TRIES = 3;
const LONGEST = 2_000; // code points, as the service has it; a packet of more than 16 KiB would cost the connection
const RETRY_MS = 1_000;
const KEPT = new Set(["note", "whisper", "lift"]); // nothing takes these back here
const READ = new Set(["retract", "approve"]); // acts about words that a room may have read

/**
 * `ask(event, payload)`, `tell(text, act)` shows the line, `state()` is the desk now, `reopened(item)`: a
 * decision about it was taken back.
 */
export function openActing({ ask, tell, state, reopened }) {
  const decided = new Map(); // act -> the case that it decided about

  /** The same key for each try, so that one act is one act. */
  async function asked(event, payload) {
    if ([...(payload.text || "")].length > LONGEST) return { ok: false, error: { code: "too_long" } };
    const sent = { ...payload, key: crypto.randomUUID() };
    let ack;
    for (let n = 0; n < TRIES; n++) {
      ack = await ask(event, sent);
      if (ack.ok || ack.error.code !== "unavailable" || n === TRIES - 1) break;
      await new Promise((go) => setTimeout(go, RETRY_MS));
    }
    return ack;
  }

  const refused = (ack) => tell(words.errors[ack.error.code] || words.failed);

  /** An act on somebody, on words or on a room; `as` is what the line calls it. Answers whether it took effect. */
  async function act(payload, name, as = payload.action) {
    const item = payload.item && caseOf(state(), `case:${payload.item}`); // the queue has let it go when the answer is here
    const ack = await asked("act", payload);
    if (!ack.ok) return refused(ack), false;
    const line = [words.did[as]?.(name || "") || words.undone];
    const read = READ.has(as) && others(payload, item);
    if (read) line.push(words.read_already);
    if (ack.recorded === false) line.push(words.unrecorded);
    if (payload.item) decided.set(ack.act, payload.item);
    // what the room has read cannot be unshared, but it can be taken out
    const out = read && as === "approve" && item?.message && { action: "retract", room: item.room, site: item.site, message: item.message };
    tell(line.join(" "), KEPT.has(as) ? null : out ? () => act(out) : ack.act);
    return true;
  }

  /** Whether somebody besides the writer could read it. */
  function others({ room, site }, item) {
    const of = item ? roomOf(state(), stopOf({ community: item.community, id: item.room })) : null;
    const found = of || state().rooms.find((one) => one.id === room && one.site === site);
    return !found || found.view.room.people.filter((one) => one.role === "visitor").length > 1;
  }

  async function undo(act) {
    const ack = await ask("undo", { act });
    if (!ack.ok) return void refused(ack);
    tell(ack.undone ? words.undone : words.undo_why[ack.why] || words.failed);
    if (ack.undone && decided.has(act)) reopened(decided.get(act));
  }

  /** Words in a room. Answers whether they are in it. */
  async function say(room, text, reply_to) {
    const ack = await asked("message", { room: room.id, site: room.site, text, reply_to });
    if (!ack.ok) refused(ack);
    return ack.ok;
  }

  async function call(room) {
    const ack = await ask("call", { room: room.id, site: room.site });
    if (ack.ok) tell(words.did.call());
    else refused(ack);
  }

  return { act, undo, say, call, refused };
}
