// Engine.IO 4, case by case as its own test suite has them (github.com/socketio/engine.io-protocol), in our words.
// A case's name begins with what it is about: "websocket" or "polling". BASE is where the server is, PATHS at which
// paths it serves: an echo at /engine.io/, and a Socket.IO server, which must keep the same rules below its own.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { BRIEF, LIVELY, PING, Poll, Socket, sleep, status, whilePolling } from "./client.mjs";

const ECHO = "/engine.io/";

for (const path of [ECHO, "/socket.io/"]) {
  describe(path, { concurrency: true }, () => {
    for (const transport of ["polling", "websocket"]) {
      test(`${transport}: greets with the session and the times it keeps`, async () => {
        const socket = transport === "websocket" ? new Socket(path) : null;
        const said = socket ? await socket.next() : (await Poll.open(path)).greeting;
        assert.equal(said[0], "0");
        const { sid, ...rest } = JSON.parse(said.slice(1));
        assert.equal(typeof sid, "string");
        assert.deepEqual(rest, {
          upgrades: socket ? [] : ["websocket"],
          pingInterval: PING.interval,
          pingTimeout: PING.timeout,
          maxPayload: 1_000_000,
        });
        if (socket) await socket.done();
      });
    }

    for (const query of ["transport=polling", "EIO=abc&transport=polling", "EIO=4", "EIO=4&transport=abc"]) {
      test(`polling: refuses ?${query}`, async () => assert.equal(await status(path, query), 400));
      const upgrade = query.replace("polling", "websocket");
      test(`websocket: refuses ?${upgrade}`, () => new Socket(path, upgrade).ends());
    }

    for (const method of ["POST", "PUT"]) {
      test(`polling: a session cannot begin with ${method}`, async () => {
        assert.equal(await status(path, "EIO=4&transport=polling", method), 400);
      });
    }

    test("polling: pings, and goes on for who answers", async () => {
      const poll = await Poll.open(LIVELY + path);
      for (let n = 0; n < 3; n++) {
        assert.deepEqual(await poll.get(), [200, "2"]);
        assert.equal((await poll.post("3"))[0], 200);
      }
    });

    test("polling: ends a session that is silent", async () => {
      const poll = await Poll.open(BRIEF + path);
      await sleep(1_500); // at the third of it; a server that is late by less has kept the rule
      assert.equal((await poll.get())[0], 400);
    });

    test("websocket: pings, and goes on for who answers", async () => {
      const socket = new Socket(LIVELY + path);
      await socket.next();
      for (let n = 0; n < 3; n++) {
        assert.equal(await socket.next(), "2");
        socket.send("3");
      }
      await socket.done();
    });

    test("websocket: ends a session that is silent", () => new Socket(BRIEF + path).ends());

    test("polling: an end by the client answers the poll that waits", async () => {
      const met = ([heard]) => heard[0] === 200;
      const [poll, heard] = await whilePolling(path, (poll) => poll.post("1"), met);
      assert.deepEqual(heard, [200, "6"]);
      assert.equal((await poll.get())[0], 400);
    });

    test("websocket: ends where the client says so", async () => {
      const socket = new Socket(path);
      await socket.next();
      socket.send("1");
      await socket.ends();
    });

    test("polling: two polls at once end the session", async () => {
      const met = ([first, second]) => first[0] === 200 && second[0] === 400;
      const [poll, first, second] = await whilePolling(path, (poll) => poll.get(), met);
      assert.deepEqual(first, [200, "1"]);
      assert.equal(second[0], 400);
      assert.equal((await poll.get())[0], 400);
    });

    test("polling: what is no packet ends the session", async () => {
      const poll = await Poll.open(path);
      assert.equal((await poll.post("abc"))[0], 400);
      assert.equal((await poll.get())[0], 400);
    });

    test("websocket: what is no packet ends the session", async () => {
      const socket = new Socket(path);
      await socket.next();
      socket.send("abc");
      await socket.ends();
    });

    test("websocket: after an upgrade the session is nobody else's", async () => {
      const poll = await Poll.open(LIVELY + path);
      const socket = poll.socket();
      await socket.opened;
      socket.send("2probe");
      assert.equal(await socket.next(), "3probe");
      socket.send("5");
      await socket.next(); // a ping: the upgrade is complete
      socket.send("3");
      assert.equal((await poll.get())[0], 400);
      await poll.socket().ends();
      if (path === ECHO) {
        socket.send("4still here");
        assert.equal(await socket.said(), "4still here");
      }
      await socket.done();
    });
  });
}

describe("echo", { concurrency: true }, () => {
  for (const body of ["4hello", "4one\x1e4two\x1e4three", "4hello\x1ebAQIDBA=="]) {
    test(`polling: brings back ${JSON.stringify(body)}`, async () => {
      const poll = await Poll.open(ECHO);
      assert.deepEqual(await poll.post(body), [200, "ok"]);
      assert.deepEqual(await poll.get(), [200, body]);
    });
  }

  test("websocket: brings back text", async () => {
    const socket = new Socket(ECHO);
    await socket.next();
    socket.send("4héllo 😀");
    assert.equal(await socket.said(), "4héllo 😀");
    await socket.done();
  });

  test("websocket: brings back bytes", async () => {
    const socket = new Socket(ECHO);
    await socket.next();
    socket.send(Uint8Array.from([1, 2, 3, 4]));
    assert.deepEqual(new Uint8Array(await socket.said()), Uint8Array.from([1, 2, 3, 4]));
    await socket.done();
  });

  test("websocket: takes a session over from polling, and no noop comes with it", async () => {
    const poll = await Poll.open(ECHO);
    const waiting = poll.get();
    const socket = poll.socket();
    await socket.opened;
    socket.send("2probe");
    assert.equal(await socket.next(), "3probe");
    assert.deepEqual(await waiting, [200, "6"]);
    assert.deepEqual(await poll.get(), [200, "6"]);
    assert.equal((await poll.post("4before"))[0], 200);
    socket.send("5");
    socket.send("4after");
    assert.deepEqual([await socket.said(), await socket.said()], ["4before", "4after"]);
    await socket.done();
  });
});
