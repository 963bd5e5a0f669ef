/** One's stay in a room: the way in, the words of mine and what becomes of them, the way out. */
import { openConversation } from "./conversation.js";
import { words } from "./words.js";

const BACK = 4_000; // ms that "You are back" stays
const MEANWHILE = 10_000; // ms that the line about an absence stays

/**
 * `parts` of the panel, by name, which this tells (main.js fills them in); `ask(event, payload)`, `me()` of the last
 * welcome, `online()`, `paused()` whether a limit keeps me from writing.
 */
export function openStay({ parts, ask, memory, me, online, paused }) {
  let conversation = null; // while in a room, or on the way into one
  let kept; // the last line about words that came back

  const state = () => conversation?.state();

  function start() {
    parts.room.reset();
    const on = { change: changed, returned, waiting, noted, shut, back };
    conversation = openConversation({ me: me(), ask, memory, on });
    return conversation;
  }

  /** The first line after an absence says who answered. */
  function back({ names, answered }) {
    if (answered) parts.status.tell(words.answered(answered), MEANWHILE);
    else if (names.length > 1) parts.status.tell(words.meanwhile_many(names.length), MEANWHILE);
    else if (names.length) parts.status.tell(words.meanwhile(names[0]), MEANWHILE);
  }

  function changed(now) {
    const { header, livelier, unanswered, screens, room, composer, announcer } = parts;
    header.update(now);
    livelier.update(now);
    unanswered.update(now);
    const entering = now.room && screens.current() === "door";
    // On a phone the keyboard would lie over the room before anything was read.
    const write = entering && matchMedia("(hover: hover) and (pointer: fine)").matches;
    if (entering) screens.show("room", write ? composer : header); // first, because a log that is not shown cannot be scrolled
    room.update(now, online());
    composer.pause(pausedBy(now.room));
    if (entering) announcer.say(room.here(now.room));
  }

  /** Why nobody, or I alone, can write here now. */
  function pausedBy(place) {
    if (paused()) return words.errors.muted;
    if (place?.locked) return words.errors.room_locked;
    return place && place.open === false ? words.errors.room_closed : "";
  }

  /** The room did not let us in; what is on screen stays. */
  function shut(error) {
    parts.status.tell(words.errors[error.code] || error.message);
    if (!state().room) toDoor();
  }

  /** Nobody's room is shown any more; whoever was in one is out of it. */
  function over() {
    const was = conversation;
    conversation = null;
    parts.livelier.update();
    parts.unanswered.update();
    parts.header.update(null);
    return was;
  }

  function toDoor() {
    over()?.leave();
    memory.set("room", null);
    parts.screens.show("door");
  }

  /** Refused words come back to the person alone. */
  function returned(text, error) {
    parts.composer.giveBack(text, error.spans);
    const why = words.blocked[error.category] || words.not_shared;
    if (error.category === "needs_person") parts.status.tell(words.needs_person);
    else parts.status.tell((kept = `${why} ${words.kept}`));
  }

  function waiting(seconds, code) {
    const text = code === "unavailable" ? words.unavailable : words.slow(seconds);
    parts.status.tell(text, seconds * 1000);
  }

  /** What the filter did stands under the message; a screen reader hears it here. */
  function noted(outcome) {
    if (words[outcome]) parts.announcer.say(words[outcome]);
  }

  return {
    state,
    over,
    toDoor,
    conversation: () => conversation,
    /** After something that only this tab knows: nothing came from the server. */
    redraw: () => state()?.room && changed(state()),
    enter(topic) {
      parts.status.tell("");
      start().join({ topic });
    },
    /** After each welcome: into the room that a reload, or a line that broke, took away. */
    welcomed(somebody) {
      if (conversation) {
        conversation.renamed(somebody);
        conversation.rejoin();
      } else if (memory.get("room")) {
        const unsent = memory.get("pending") || [];
        start().restore(unsent);
        parts.status.tell(words.back, BACK);
        conversation.join({ room: memory.get("room") });
      }
    },
    /** Into a livelier room, by my own choice. The seat there comes first: who finds it taken still has this one. */
    async moveTo(other) {
      const ack = await ask("join", { room: other }).catch(() => null);
      if (!ack?.ok) return parts.status.tell(words.errors[ack?.error.code] || words.not_done, 6_000);
      parts.composer.stop(); // an answer was to words of the room that is left
      conversation.leave();
      return start().join({ room: other });
    },
    send(text, answers) {
      if (!state().pending.length) parts.status.tell(""); // while some wait, the line says why
      conversation.say(text, answers);
    },
    typing: () => online() && conversation?.typing(),
    retry: (item) => conversation.retry(item),
    change(item) {
      conversation.drop(item);
      parts.composer.giveBack(item.text);
    },
    /** Nothing is in the box: the line that said that words came back is over. */
    emptied: () => parts.status.untell(kept),
    linked(up) {
      if (!up) conversation?.pause();
      if (conversation) changed(state());
    },
  };
}
