/**
 * What is done with messages: answers, support, other words for one's own, taking back, hiding a person.
 *
 * Nothing is drawn here ahead of the log: what was done shows when its event comes back, so that the screen
 * never says of a message what the room does not. What could not be done is said in the status line.
 */
import { words } from "./words.js";

const NONE = new Set();

/**
 * `conversation()` the one in progress, or null; `redraw()` after something that only this tab knows.
 * `given(id)` is the set of kinds of support that I gave a message.
 */
export function openActs({ conversation, composer, status, hidden, redraw }) {
  const support = new Map(); // message id -> kinds; the wire tells counts only, so this tab remembers its own

  const given = (id) => support.get(id) || NONE;

  async function tried(request, done) {
    const ack = await request.catch(() => null);
    if (ack?.ok) return done?.(ack);
    return status.tell(words.act_errors[ack?.error.code] || words.not_done, 6_000);
  }

  /** What happens with a report, truthfully: a person is there now, later, or it is only hidden. */
  function thank({ when }) {
    status.tell(when === "now" ? words.report_thanks : words.report_later, 10_000);
  }

  return {
    given,
    reply: (entry) => composer.answer(entry),
    edit: (entry) => composer.reword(entry),
    takeBack: (entry) => tried(conversation().retract(entry.id), () => status.tell(words.taken_back, 6_000)),
    react(entry, kind) {
      const on = !given(entry.id).has(kind);
      return tried(conversation().react(entry.id, kind, on), () => {
        const kinds = new Set(given(entry.id));
        kinds[on ? "add" : "delete"](kind);
        support.set(entry.id, kinds);
        redraw();
      });
    },
    report: (entry, reason) =>
      tried(conversation().report(entry.id, reason), (ack) => {
        hidden.report(entry.id);
        thank(ack);
        redraw();
      }),
    thank,
    hide(from) {
      hidden.hide(from);
      status.tell(words.person_hidden(from.name), 6_000);
      redraw();
    },
    show({ id, name }) {
      hidden.show(id);
      status.tell(words.person_shown(name), 6_000);
      redraw();
    },
    /** Other words for a message of mine. Words that did not go come back into the box, still as a change. */
    async reword(entry, text) {
      const ack = await conversation().edit(entry.id, text).catch(() => null);
      if (ack?.ok) return words[ack.outcome] ? status.tell(words[ack.outcome], 6_000) : null;
      composer.reword(entry, text);
      const why = ack?.error.code === "blocked" ? words.blocked[ack.error.category] || words.not_shared : null;
      return status.tell(`${why || words.act_errors[ack?.error.code] || words.send_fail} ${words.kept}`);
    },
  };
}
