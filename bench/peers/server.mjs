// The chat server that Socket.IO's own guide teaches: join a room, send to it, be acknowledged.
// PORT; UWS=1: on uWebSockets.js instead of ws. REDIS=<unix socket>: several processes, joined by the sharded
// adapter. JOB=1: what ours does too, a filter on each message and a place in a capped log before it is told.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { createShardedAdapter } from "@socket.io/redis-adapter";
import { Redis } from "ioredis";
import { englishDataset, englishRecommendedTransformers, RegExpMatcher, TextCensor } from "obscenity";
import { Server } from "socket.io";

const { PORT, UWS, REDIS, JOB } = process.env;
const io = new Server({ transports: ["websocket", "polling"], pingInterval: 15_000, pingTimeout: 10_000 });
const redis = REDIS && new Redis(REDIS);
if (REDIS) io.adapter(createShardedAdapter(redis, redis.duplicate()));
const matcher = new RegExpMatcher({ ...englishDataset.build(), ...englishRecommendedTransformers });
const censor = new TextCensor();
let last = 0;

async function pass(room, message) {
  const found = matcher.getAllMatches(message.text, true);
  if (found.length) message.text = censor.applyTo(message.text, found);
  await redis.xadd(`log:${room}`, "MAXLEN", "~", 1000, "*", "m", JSON.stringify(message));
}

io.on("connection", (socket) => {
  const from = { id: socket.id, name: "Gentle Otter", role: "visitor" };
  socket.on("join", async ({ room }, ack) => {
    await socket.join(room);
    ack({ ok: true, room: { id: room } });
  });
  socket.on("leave", ({ room }, ack) => {
    socket.leave(room);
    ack?.({ ok: true });
  });
  socket.on("message", async ({ room, text }, ack) => {
    const message = { id: `${process.pid}-${++last}`, at: Date.now(), from, text };
    if (JOB) await pass(room, message);
    io.to(room).emit("message", { room, ...message });
    ack({ ok: true, id: message.id });
  });
});

if (UWS) {
  const app = createRequire(import.meta.url)("@trufflesuite/uws-js-unofficial").App();
  io.attachApp(app);
  app.listen("127.0.0.1", Number(PORT), (listening) => console.log(listening ? "ready" : "in use"));
} else {
  const http = createServer();
  io.attach(http);
  http.listen({ port: Number(PORT), host: "127.0.0.1", backlog: 1024 }, () => console.log("ready"));
}
