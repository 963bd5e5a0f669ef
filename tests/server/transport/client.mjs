// What the cases share: a bare client over node's own fetch and WebSocket, which keeps what it hears in line.
export const BASE = process.env.BASE;
// The suite itself has 300 and 200; on a busy machine an answer takes longer, and a ping would come in between.
export const PING = { interval: 30_000, timeout: 30_000 };
// Before a path: the same server, which pings (1 s and 1 s), gives up who is silent (300 and 200) or wants a CONNECT in 2 s.
export const LIVELY = "/lively";
export const BRIEF = "/brief";
export const HASTY = "/hasty";
const PATIENCE = 30_000;

export function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export class Socket {
  constructor(path, query = "EIO=4&transport=websocket") {
    this.socket = new WebSocket(`${BASE.replace("http", "ws")}${path}?${query}`);
    this.socket.binaryType = "arraybuffer";
    this.heard = [];
    this.waiting = [];
    this.closed = new Promise((resolve) => this.socket.addEventListener("close", resolve));
    this.opened = new Promise((resolve) => this.socket.addEventListener("open", resolve));
    this.socket.addEventListener("error", () => {});
    this.socket.addEventListener("message", ({ data }) => {
      const next = this.waiting.shift();
      next ? next(data) : this.heard.push(data);
    });
  }

  send(data) {
    this.socket.send(data);
  }

  // The next packet, pings included.
  next() {
    if (this.heard.length) return Promise.resolve(this.heard.shift());
    return inTime(new Promise((resolve) => this.waiting.push(resolve)), "a packet");
  }

  // The next packet that is no ping.
  async said() {
    for (;;) {
      const data = await this.next();
      if (data !== "2") return data;
    }
  }

  ends() {
    return inTime(this.closed, "the end");
  }

  async done() {
    this.socket.close();
    await this.closed;
  }
}

function inTime(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come`)), PATIENCE);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export class Poll {
  static async open(path) {
    const answer = await fetch(`${BASE}${path}?EIO=4&transport=polling`);
    const poll = new Poll();
    poll.status = answer.status;
    poll.greeting = await answer.text();
    poll.sid = JSON.parse(poll.greeting.slice(1)).sid;
    poll.path = path;
    poll.url = `${BASE}${path}?EIO=4&transport=polling&sid=${poll.sid}`;
    return poll;
  }

  async get() {
    const answer = await fetch(this.url);
    return [answer.status, await answer.text()];
  }

  async post(body) {
    const answer = await fetch(this.url, { method: "POST", body });
    return [answer.status, await answer.text()];
  }

  socket() {
    return new Socket(this.path, `EIO=4&transport=websocket&sid=${this.sid}`);
  }
}

// A poll that waits while something else is asked. Only the server can see that it does: where the other came first
// `met` says no, and it is tried again, in another session and with a longer pause.
export async function whilePolling(path, other, met) {
  for (let tries = 1; ; tries++) {
    const poll = await Poll.open(path);
    const answers = await Promise.all([poll.get(), sleep(20 * tries).then(() => other(poll))]);
    if (met(answers) || tries === 10) return [poll, ...answers];
  }
}

export async function status(path, query, method = "GET") {
  return (await fetch(`${BASE}${path}?${query}`, { method })).status;
}
