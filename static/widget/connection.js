/**
 * The socket: connects, comes back by itself, and knows whether the server said welcome.
 *
 * Nothing is buffered here. What could not be asked is the caller's to keep, because a buffered
 * message would leave without its place in the queue.
 */
import { io } from "../vendor/socket.io.esm.min.js";

const ANSWER = 10_000; // ms; a slower answer counts as none, the key makes asking again safe
const OPENING = 8_000; // ms that a try may take; after that the other transport is tried, since some lines swallow everything
const AFTER_REFUSAL = 5_000; // ms, where the server named no time
const FINAL = new Set(["no_such_site", "origin_not_allowed", "banned", "forbidden"]);

/**
 * `on.welcome(payload)`, `on.event(name, payload)`, `on.link(state, detail)` with state `up`,
 * `down`, or `refused` (detail: the refusal's data; nothing more will be tried).
 */
export function openConnection({ credentials, on, namespace = "/" }) {
  let welcomed = false;
  let timer;

  const socket = io(namespace, {
    autoConnect: false,
    auth: (give) => give(credentials()),
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    reconnectionDelayMax: 5_000,
    timeout: OPENING,
  });

  function later(ms) {
    clearTimeout(timer);
    timer = setTimeout(() => socket.connect(), ms);
  }

  socket.onAny((name, payload) => {
    if (name === "welcome") {
      welcomed = true;
      on.welcome(payload);
      on.link("up");
    } else if (name === "drain") {
      // The process goes away: come back when it asks, spread over its time, and resume.
      socket.disconnect();
      later(payload.reconnect_in);
    } else {
      on.event(name, payload);
    }
  });

  socket.on("disconnect", (reason) => {
    welcomed = false;
    on.link("down");
    // The client comes back by itself, except where the server ended it in so many words.
    if (reason === "io server disconnect") later(1_000 + 2_000 * Math.random());
  });

  socket.on("connect_error", (error) => {
    if (socket.active) {
      // The network, and it is trying again; the other way round, because some swallow a WebSocket without a word.
      socket.io.opts.transports.reverse();
      return on.link("down");
    }
    const refusal = error.data || {};
    if (FINAL.has(refusal.code)) return on.link("refused", refusal);
    on.link("down", refusal);
    return later((refusal.retry_after || 0) * 1000 || AFTER_REFUSAL * (1 + Math.random()));
  });

  const hurry = () => socket.connected || socket.connect();

  return {
    open() {
      window.addEventListener("online", hurry);
      socket.connect();
    },
    up: () => welcomed,
    /** The acknowledgement; rejects where there is no connection or no answer in time. */
    async ask(event, payload) {
      if (!welcomed) throw new Error("not connected");
      return socket.timeout(ANSWER).emitWithAck(event, payload);
    },
    close() {
      clearTimeout(timer);
      window.removeEventListener("online", hurry);
      socket.disconnect();
    },
  };
}
