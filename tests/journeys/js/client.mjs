// Real socket.io-client visitors for tests: commands in, facts out, one JSON object a line.
//
// In: {"id", "who", "do", …}. Out: {"id", "answer"} for each command, and {"who", "say", …} for
// everything a client hears, as it hears it. Many clients live in one process, each with its own manager.
import { createInterface } from "node:readline";

import { io } from "socket.io-client";

const clients = new Map();

const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

function listen(who, socket) {
  const say = (what, more) => tell({ who, say: what, ...more });
  socket.on("connect", () => say("connect", {}));
  socket.on("disconnect", (reason) => say("disconnect", { reason }));
  socket.on("connect_error", (error) => say("connect_error", { message: error.message, data: error.data }));
  socket.onAny((event, data) => {
    if (event === "welcome") socket.auth.token = data.token;
    say("event", { event, data });
  });
  // "flush" hands everything that waits to the transport: with long-polling, one POST.
  socket.io.on("open", () => {
    const { engine } = socket.io;
    say("transport", { name: engine.transport.name });
    engine.on("upgrade", (transport) => say("transport", { name: transport.name }));
    engine.on("flush", () => say("flush", {}));
    engine.on("packetCreate", (packet) => say("sent", { data: String(packet.data ?? "") }));
  });
}

const commands = {
  /** Connect; `options` are those of io(). */
  open({ who, url, auth, options }) {
    const socket = io(url, { forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 200, ...options, auth });
    clients.set(who, socket);
    listen(who, socket);
  },

  /** Emit, and the acknowledgement; with the options `retries` and `ackTimeout` an error may come instead. */
  ask({ who, event, payload }) {
    return clients.get(who).emitWithAck(event, payload);
  },

  /** Lose the connection, emit everything in the same breath, and answer the acknowledgements as they come. */
  async offline({ who, emits }) {
    const socket = clients.get(who);
    // What is being sent by polling is sent first: closed at once, or a little later.
    const lost = new Promise((done) => socket.once("disconnect", done));
    socket.io.engine.close();
    await lost;
    if (socket.connected) throw new Error("still connected");
    const answers = [];
    await Promise.all(
      emits.map(async ([event, payload], n) => {
        const answer = await socket.emitWithAck(event, payload);
        answers.push({ n, answer });
      }),
    );
    return answers;
  },

  close({ who }) {
    clients.get(who).disconnect();
    clients.delete(who);
  },
};

createInterface({ input: process.stdin })
  .on("line", async (line) => {
    const command = JSON.parse(line);
    try {
      tell({ id: command.id, answer: (await commands[command.do](command)) ?? null });
    } catch (error) {
      tell({ id: command.id, failed: String(error) });
    }
  })
  .on("close", () => process.exit(0));
