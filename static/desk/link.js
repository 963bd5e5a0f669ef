/** The socket of the desk: asks, keeps watching, comes back after sleep, and says when it is not connected. */
import { openConnection } from "../widget/connection.js";

const DEAF = 5_000; // ms without any word from the service after it was asked something

/** `on` as openConnection's. `ask` never rejects: no answer is an `unavailable`. */
export function openLink(on) {
  let word = 0; // how many we heard: no clock, which a computer's sleep would put wrong
  const connection = openConnection({
    namespace: "/desk",
    credentials: () => ({}),
    on: { ...on, welcome: (payload) => (heard(), on.welcome(payload)), event: (name, payload) => (heard(), on.event(name, payload)) },
  });

  function heard() {
    word += 1;
  }

  /** A line may be gone, or this computer may have slept, and the socket looks open for 25 s more. The wall asks every few seconds, so silence is found soon. */
  function listen() {
    const before = word;
    return setTimeout(() => word === before && connection.up() && again(), DEAF);
  }

  function again() {
    connection.close();
    on.link("down");
    connection.open();
  }

  async function ask(event, payload) {
    const limit = listen();
    try {
      const ack = await connection.ask(event, payload);
      heard();
      return ack;
    } catch {
      return { ok: false, error: { code: "unavailable" } };
    } finally {
      clearTimeout(limit);
    }
  }

  return { open: connection.open, up: connection.up, ask, close: connection.close };
}
