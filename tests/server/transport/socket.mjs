// Socket.IO 5, case by case as its own test suite has them (github.com/socketio/socket.io-protocol), in our words.
// The server at BASE says `auth` after CONNECT, and sends back what it hears.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { HASTY, LIVELY, Socket } from "./client.mjs";

const PATH = "/socket.io/";

async function opened(path = PATH) {
  const socket = new Socket(path);
  await socket.next(); // Engine.IO's greeting
  return socket;
}

async function connected(namespace = "", path = PATH) {
  const socket = await opened(path);
  await connect(socket, namespace);
  return socket;
}

async function connect(socket, namespace, auth = "") {
  socket.send(`40${namespace}${namespace && ","}${auth}`);
  const answer = await socket.said();
  const head = `40${namespace}${namespace && ","}`;
  assert.equal(answer.slice(0, head.length), head);
  const told = JSON.parse(answer.slice(head.length));
  assert.deepEqual(Object.keys(told), ["sid"]);
  assert.equal(typeof told.sid, "string");
  return socket.said();
}

describe("connect", { concurrency: true }, () => {
  for (const namespace of ["", "/custom"]) {
    for (const auth of ["", '{"token":"123"}']) {
      test(`to ${namespace || "/"} with ${auth || "nothing"}`, async () => {
        const socket = await opened();
        const said = await connect(socket, namespace, auth);
        assert.equal(said, `42${namespace}${namespace && ","}["auth",${auth || "{}"}]`);
        await socket.done();
      });
    }
  }

  test("an unknown namespace is refused", async () => {
    const socket = await opened();
    socket.send("40/random");
    assert.equal(await socket.said(), '44/random,{"message":"Invalid namespace"}');
    await socket.done();
  });

  test("what is no packet ends the connection", async () => {
    const socket = await opened();
    socket.send("4abc");
    await socket.ends();
  });

  test("who never connects is sent away", async () => {
    const socket = await opened(HASTY + PATH);
    const answering = setInterval(() => socket.heard.splice(0).includes("2") && socket.send("3"), 10);
    await socket.ends().finally(() => clearInterval(answering));
  });
});

describe("disconnect", { concurrency: true }, () => {
  test("from the only namespace leaves the connection", async () => {
    const socket = await connected("", LIVELY + PATH);
    socket.send("41");
    assert.equal(await socket.next(), "2");
    await socket.done();
  });

  test("from one namespace leaves the other", async () => {
    const socket = await connected();
    await connect(socket, "/custom");
    socket.send("41/custom");
    socket.send('42["message","to the main one"]');
    assert.equal(await socket.said(), '42["message-back","to the main one"]');
    await socket.done();
  });
});

describe("message", { concurrency: true }, () => {
  test("of text comes back", async () => {
    const socket = await connected();
    socket.send('42["message",1,"2",{"3":[true]}]');
    assert.equal(await socket.said(), '42["message-back",1,"2",{"3":[true]}]');
    await socket.done();
  });

  test("of text is acknowledged", async () => {
    const socket = await connected();
    socket.send('42456["message-with-ack",1,"2",{"3":[false]}]');
    assert.equal(await socket.said(), '43456[1,"2",{"3":[false]}]');
    await socket.done();
  });

  const holes = '{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}';
  for (const [sent, back] of [
    [`452-["message",${holes}]`, `452-["message-back",${holes}]`],
    [`452-789["message-with-ack",${holes}]`, `462-789[${holes}]`],
  ]) {
    test(`with attachments: ${sent.slice(0, 24)}`, async () => {
      const socket = await connected();
      socket.send(sent);
      socket.send(Uint8Array.from([1, 2, 3]));
      socket.send(Uint8Array.from([4, 5, 6]));
      assert.equal(await socket.said(), back);
      assert.deepEqual(new Uint8Array(await socket.said()), Uint8Array.from([1, 2, 3]));
      assert.deepEqual(new Uint8Array(await socket.said()), Uint8Array.from([4, 5, 6]));
      await socket.done();
    });
  }

  for (const packet of ["4abc", "42{}", '42abc["message-with-ack",1]']) {
    test(`${packet} ends the connection`, async () => {
      const socket = await connected();
      socket.send(packet);
      await socket.ends();
    });
  }
});
