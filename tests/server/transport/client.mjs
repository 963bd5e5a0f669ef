// What the cases share: a bare client over node's own fetch and WebSocket, which keeps what it hears in line.
export const BASE = process.env.BASE;
// The suite itself has 300 and 200; a busy machine needs longer than 200 ms to answer in time, a silent one is silent for ever.
export const PING = { interval: 600, timeout: 2_000 };
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

// Of two requests the first must be there first, which only the server can see: where it was not, again in a session of
// its own, with a longer pause between them (all of them shorter than a ping's interval).
export async function inOrder(path, first, second, wereInOrder) {
  for (let pause = 20; ; pause *= 2) {
    const poll = await Poll.open(path);
    const answers = await Promise.all([first(poll), sleep(pause).then(() => second(poll))]);
    if (wereInOrder(answers) || pause > 300) return [poll, ...answers];
  }
}

export async function status(path, query, method = "GET") {
  return (await fetch(`${BASE}${path}?${query}`, { method })).status;
}
