/**
 * My messages leave in order, one at a time, each under its key until it has an answer.
 *
 * A connection that breaks leaves the queue as it is; `resume` sends the same keys again, and the
 * server answers a key it has seen with the first answer. Only refusals that invite it are
 * retried by themselves; every other comes to the person.
 */
const RETRY = new Set(["slow_mode", "rate_limited", "unavailable"]);
const RECEIPT = 14 * 60_000; // the server remembers a key for 15 minutes; later it could double
const TRIES = 3;

/**
 * `send(item)` → acknowledgement, or rejects. `on` is told `sending`, `waiting(item, seconds,
 * code)`, `acked(item, ack)`, `refused(item, error)` (the words go back), `failed(item, error)`, and
 * `lost()` when the server says we are in no room; `resume` is then called after the next join.
 */
export function openOutbox({ send, on, later = setTimeout, now = Date.now }) {
  let queue = [];
  let open = false; // joined, and nothing on its way
  let asleep = false;

  async function pump() {
    const item = queue[0];
    if (!item || !open || asleep || item.busy) return;
    if (item.firstTry && now() - item.firstTry > RECEIPT) return settle(item, "failed", { code: "stale" });
    item.firstTry = item.firstTry || now();
    item.busy = true;
    on.sending(item);
    const ack = await send(item).catch(() => null);
    item.busy = false;
    if (!queue.includes(item)) return;
    if (!ack) unanswered(item);
    else if (ack.ok) settle(item, "acked", ack);
    else if (RETRY.has(ack.error.code)) sleep(item, ack.error.retry_after || 2, ack.error.code);
    else if (ack.error.code === "blocked") settle(item, "refused", ack.error);
    else if (ack.error.code === "not_in_room" && again(item)) elsewhere();
    else settle(item, "failed", ack.error);
  }

  const again = (item) => (item.tries = (item.tries || 0) + 1) < TRIES;

  /** The server does not have us in the room (it restarted): join first, then the same key. */
  function elsewhere() {
    open = false;
    on.lost();
  }

  function settle(item, what, detail) {
    queue = queue.filter((other) => other !== item);
    on[what](item, detail);
    pump();
  }

  function unanswered(item) {
    on.waiting(item, 0, null);
    if (!open) return; // the connection went; `resume` comes
    if (again(item)) sleep(item, 2, null);
    else settle(item, "failed", { code: "timeout" });
  }

  function sleep(item, seconds, code) {
    asleep = true;
    on.waiting(item, Math.ceil(seconds), code);
    later(() => {
      asleep = false;
      pump();
    }, seconds * 1000);
  }

  return {
    add(item) {
      queue.push(item);
      pump();
    },
    resume() {
      open = true;
      pump();
    },
    pause() {
      open = false;
    },
    clear() {
      queue = [];
    },
    /** What a reload must bring back. */
    unsent: () => queue.map(({ key, text, reply_to, firstTry }) => ({ key, text, reply_to, firstTry })),
  };
}
