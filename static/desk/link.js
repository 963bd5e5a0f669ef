/** The socket of the desk: asks, keeps watching, comes back after sleep, and says when it is not connected. */
import { openConnection } from "../widget/connection.js";

const BEAT = 5_000;
const SLEPT = 30_000; // ms between two beats that mean this computer slept; the ping's own limit is 25 s

/** `on` as openConnection's. `ask` never rejects: no answer is an `unavailable`. */
export function openLink(on) {
  const connection = openConnection({ namespace: "/desk", credentials: () => ({}), on });
  let beat = Date.now();
  const clock = setInterval(() => {
    const slept = Date.now() - beat > SLEPT;
    beat = Date.now();
    if (slept) again();
  }, BEAT);

  /** A socket that slept may look open for minutes. */
  function again() {
    connection.close();
    on.link("down");
    connection.open();
  }

  return {
    open: connection.open,
    up: connection.up,
    ask: (event, payload) => connection.ask(event, payload).catch(() => ({ ok: false, error: { code: "unavailable" } })),
    close() {
      clearInterval(clock);
      connection.close();
    },
  };
}
