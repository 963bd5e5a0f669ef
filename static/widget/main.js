/** The panel: wires the parts and says which screen is shown. Each part knows nothing of the others. */
import { openActs } from "./acts.js";
import { openAnnouncer } from "./announcer.js";
import { openCare } from "./care.js";
import { openComposer } from "./composer.js";
import { readConfig } from "./config.js";
import { openConnection } from "./connection.js";
import { openConversation } from "./conversation.js";
import { el } from "./dom.js";
import { openDoor, span } from "./door.js";
import { openEnded } from "./ended.js";
import { openEnding } from "./ending.js";
import { needsAsking, openGate } from "./gate.js";
import { openHeader } from "./header.js";
import { openHelp } from "./help.js";
import { openHidden } from "./hidden.js";
import { tellHost } from "./host.js";
import { openIdle } from "./idle.js";
import { leaveFast } from "./leave.js";
import { fetchParts } from "./later.js";
import { openLeaveKeys } from "./leave-keys.js";
import { openLimit } from "./limit.js";
import { openLivelier } from "./livelier.js";
import { openMemory } from "./memory.js";
import { openRoomView } from "./room-view.js";
import { openScreens } from "./screens.js";
import { openShelf } from "./shelf.js";
import { openStatus } from "./status.js";
import { openUnanswered } from "./unanswered.js";
import { openWhisper } from "./whisper.js";
import { words } from "./words.js";

const HEIGHT = 700; // px the panel would like on a large screen

const config = readConfig();
const memory = openMemory(config.site);
const hidden = openHidden(memory);
const status = openStatus();
const announcer = openAnnouncer();
let lobby = { me: null, topics: [], guidelines: [], limits: { text: 2000 } }; // the last welcome
const whenIdle = window.requestIdleCallback || setTimeout; // Safari has only the second
const MEANWHILE = 10_000; // ms that the line about an absence stays
let conversation = null; // while in a room, or on the way into one
let online = false;
let kept; // the last line about words that came back

const header = openHeader({
  framed: config.framed,
  hidden,
  exitKeys: memory.get("exitKeys") !== false,
  on: {
    help: seekHelp,
    exit: leave,
    hide: () => tellHost("close"),
    topics: backToDoor,
    shelf: toShelf,
    call,
    end: () => screens.show("ending"),
    exitKeys: (yes) => memory.set("exitKeys", yes),
    show: (person) => acts.show(person),
  },
});
const help = openHelp({
  support: config.support,
  region: config.region,
  ask: (region) => connection.ask("support", { region }),
  close: () => screens.toggleHelp(),
});
const care = openCare({ more: () => screens.toggleHelp(), open: (yes) => main.classList.toggle("crisis", yes) });
const door = openDoor({ enter, rename, share, first: config.topic, retention: config.retention, lines: config.support.lines });
const composer = openComposer({ memory, limit: () => lobby.limits.text, on: { send, typing, emptied, hint: announcer.say, reword: (entry, text) => acts.reword(entry, text) } });
const acts = openActs({ conversation: () => conversation, composer, status, hidden, redraw });
const room = openRoomView({ announcer, composer, care, hidden, acts: { ...acts, retry, change } });
const ended = openEnded({ framed: config.framed, close: () => tellHost("end") });
const ask = (event, payload) => connection.ask(event, payload);
const limit = openLimit({ ask, memory, tell: status.tell, said: announcer.say, over: () => (status.tell(words.paused_over, 6_000), redraw()) });
const livelier = openLivelier({ state: () => conversation?.state(), go: moveTo, said: announcer.say });
const unanswered = openUnanswered({ state: () => conversation?.state(), memory, said: announcer.say, more: seekHelp });
const whisper = openWhisper({ ask, memory, thank: acts.thank, over: () => main.focus() });
const ending = openEnding({ heard, end, back: () => screens.show(conversation ? "room" : "door") });
const shelf = openShelf({ site: config.shelf, back: (screen) => screens.show(screen) });
const gate = openGate({ name: memory.get("me"), go: passGate });
const idle = openIdle({ on: { over: () => end(false) } });
const screens = openScreens({ gate, door, room, help, shelf, ending, ended }, header, document.getElementById("panel"));

const main = el("main", { tabindex: "-1" }, limit.node, whisper.node, livelier.node, unanswered.node, gate.node, door.node, room.node, help.node, shelf.node, ending.node, ended.node, idle.node);
document.getElementById("panel").replaceChildren(header.node, status.node, main, announcer.node);
tellHost("size", HEIGHT); // also the sign of life that the loader waits for

const connection = openConnection({
  credentials: () => ({ ...config.credentials, token: memory.get("token") }),
  on: { welcome, event: receive, link },
});
if (needsAsking(memory, Date.now())) screens.show("gate");
else begin();

function begin() {
  screens.show(memory.get("room") ? "room" : "door");
  composer.restore();
  status.down(true);
  connection.open();
}

function passGate(asThem) {
  if (!asThem) memory.anew();
  begin();
}

/** Asked for here too: somebody without a connection gets the steadying cards as soon as there is one. */
function seekHelp() {
  fetchParts();
  screens.toggleHelp();
}

function toShelf() {
  const from = screens.current();
  if (from !== "shelf") shelf.show(conversation?.state().room?.topic || config.topic, from);
  screens.show("shelf");
}

async function rename() {
  const ack = await connection.ask("rename", {}).catch(() => null);
  if (!ack?.ok) return ack ? null : undefined; // refused for good, or no answer: ask again
  lobby = { ...lobby, me: { ...lobby.me, name: ack.name } };
  memory.set("me", ack.name);
  return ack.name;
}

/** Somebody else uses this device. Switched off again before anything was said, the record is kept anew. */
function share(yes) {
  memory.keep(!yes);
  idle.watch(yes);
}

function welcome(payload) {
  lobby = { ...lobby, ...payload };
  memory.set("token", payload.token);
  memory.set("me", payload.me.name);
  door.update(lobby);
  whenIdle(() => fetchParts()); // after the door: whoever waits for it waits for nothing else
  if (conversation) {
    conversation.renamed(payload.me);
    conversation.rejoin();
  } else if (memory.get("room")) {
    const unsent = memory.get("pending") || [];
    start().restore(unsent);
    conversation.join({ room: memory.get("room") });
  }
}

function start() {
  room.reset();
  const on = { change: changed, returned, waiting, noted, shut, back };
  conversation = openConversation({ me: lobby.me, ask: connection.ask, memory, on });
  return conversation;
}

/** The first line after an absence says who answered. */
function back({ names, answered }) {
  if (answered) status.tell(words.answered(answered), MEANWHILE);
  else if (names.length > 1) status.tell(words.meanwhile_many(names.length), MEANWHILE);
  else if (names.length) status.tell(words.meanwhile(names[0]), MEANWHILE);
}

function enter(topic) {
  status.tell("");
  start().join({ topic });
}

function changed(state) {
  header.update(state);
  livelier.update(state);
  unanswered.update(state);
  const entering = state.room && screens.current() === "door";
  if (entering) screens.show("room"); // first, because a log that is not shown cannot be scrolled
  room.update(state, online);
  composer.pause(pausedBy(state.room));
  // On a phone the keyboard would lie over the room before anything was read.
  if (entering && matchMedia("(hover: hover) and (pointer: fine)").matches) composer.focus();
}

/** Why nobody, or I alone, can write here now. */
function pausedBy(place) {
  if (limit.muted()) return words.errors.muted;
  if (place?.locked) return words.errors.room_locked;
  return place && place.open === false ? words.errors.room_closed : "";
}

/** Asks for a private word with a volunteer, and says truthfully whether one is there. */
async function call() {
  const ack = await connection.ask("call", {}).catch(() => null);
  const said = ack?.ok ? (ack.when === "now" ? words.called : words.called_nobody) : words.not_done;
  status.tell(said, 10_000);
}

/** Of a report or an appeal. It is told again after each connection, for an hour. */
async function tellOutcome({ receipt, outcome }) {
  const parts = await fetchParts();
  const told = `${receipt} ${outcome}`; // a decision can be taken back, and another one made
  if (!parts || memory.seen("read", told)) return;
  memory.see("read", told);
  status.tell(parts.outcomes(outcome), 10_000);
}

async function heard(answer) {
  return (await connection.ask("feedback", { felt_heard: answer }).catch(() => null))?.ok;
}

/** The room did not let us in; what is on screen stays. */
function shut(error) {
  status.tell(words.errors[error.code] || error.message);
  if (!conversation.state().room) backToDoor();
}

function backToDoor() {
  conversation?.leave();
  conversation = null;
  memory.set("room", null);
  livelier.update();
  unanswered.update();
  header.update(null);
  screens.show("door");
}

/** Into a livelier room, by my own choice. The seat there comes first: who finds it taken still has this one. */
async function moveTo(other) {
  const ack = await connection.ask("join", { room: other }).catch(() => null);
  if (!ack?.ok) return status.tell(words.errors[ack?.error.code] || words.not_done, 6_000);
  composer.stop(); // an answer was to words of the room that is left
  conversation.leave();
  return start().join({ room: other });
}

/** After something that only this tab knows: nothing came from the server. */
function redraw() {
  if (conversation?.state().room) changed(conversation.state());
}

function send(text, answers) {
  if (!conversation.state().pending.length) status.tell(""); // while some wait, the line says why
  conversation.say(text, answers);
}

function typing() {
  if (online) conversation?.typing();
}

function retry(item) {
  conversation.retry(item);
}

function change(item) {
  conversation.drop(item);
  composer.giveBack(item.text);
}

/** Refused words come back to the person alone. */
function returned(text, error) {
  composer.giveBack(text, error.spans);
  const why = words.blocked[error.category] || words.not_shared;
  if (error.category === "needs_person") status.tell(words.needs_person);
  else status.tell((kept = `${why} ${words.kept}`));
}

/** Nothing is in the box: the line that said so is over. */
function emptied() {
  status.untell(kept);
}

function waiting(seconds, code) {
  const text = code === "unavailable" ? words.unavailable : words.slow(seconds);
  status.tell(text, seconds * 1000);
}

/** What the filter did stands under the message; a screen reader hears it here. */
function noted(outcome) {
  if (words[outcome]) announcer.say(words[outcome]);
}

const personal = {
  topics: (payload) => door.update((lobby = { ...lobby, ...payload })),
  support: (payload) => {
    care.show(payload);
    status.tell(words.help_shown, 6_000);
  },
  sanction(payload) {
    limit.show(payload);
    redraw();
  },
  lifted: ({ id }) => limit.lifted(id),
  livelier: (payload) => screens.current() === "room" && livelier.show(payload),
  unanswered: (payload) => unanswered.show(payload),
  whisper(payload) {
    if (whisper.show(payload)) announcer.say(words.whisper(payload.from.name));
  },
  outcome(payload) {
    if (payload.receipt) return tellOutcome(payload);
    if (payload.outcome === "allow") status.tell(words.released, 6_000);
    return conversation?.receive("outcome", payload);
  },
  events(batch) {
    // what was let through may be taken out again within seconds, and is in the room no more
    if (batch.events.some((event) => event.type === "retracted" && event.by === "moderator")) status.untell(words.released);
    conversation?.receive("events", batch);
  },
  people: (payload) => {
    if (!conversation) return;
    const before = conversation.state();
    const left = (before.room?.people || []).filter((person) => (payload.left || []).includes(person.id));
    conversation.receive("people", payload);
    room.moves({ joined: payload.joined || [], left: left.map((person) => person.name) });
  },
};

function receive(name, payload) {
  if (screens.current() === "ended") return; // until the connection is closed
  if (personal[name]) personal[name](payload);
  else conversation?.receive(name, payload);
}

function link(state, detail) {
  online = state === "up";
  if (online) status.up();
  else conversation?.pause();
  if (state === "down") status.down(!lobby.me);
  if (state === "refused") status.stop(words.errors[detail.code] || words.failed);
  if (detail?.code === "full") status.tell(words.errors.full);
  if (conversation) changed(conversation.state());
}

/** This screen first, at once and whatever the network does; then my words in the room, where they are to go. */
async function end(takeOut) {
  const leaving = conversation;
  conversation = null;
  idle.watch(false); // else its question would lie over the last screen ten minutes later
  memory.wipe();
  room.reset();
  limit.clear();
  whisper.clear();
  livelier.update();
  unanswered.update();
  composer.restore();
  header.update(null);
  screens.show("ended");
  ended.tell(takeOut ? words.taking_out : "");
  const ack = takeOut ? await connection.ask("erase", {}).catch(() => null) : null;
  if (takeOut) ended.tell(outOfTheRoom(ack));
  leaving?.leave();
  connection.close();
  status.stop("");
  status.tell("");
}

/** What became of my words, truthfully: out, none there, or there until their time is over. */
function outOfTheRoom(ack) {
  if (ack?.ok) return ack.erased ? words.taken_out(ack.erased) : words.nothing_to_take;
  return config.retention ? words.not_taken_out(span(config.retention)) : "";
}

function leave() {
  leaveFast({ framed: config.framed, memory, connection });
}

openLeaveKeys({
  wanted: () => memory.get("exitKeys") !== false,
  on: { leave, progress: (left) => status.tell(words.exit_more(left), 5_000) },
});
// When this page was last looked at; a tab opened later is asked who is there.
const seen = () => connection.up() && memory.set("seen", Date.now());
setInterval(seen, 15_000);
window.addEventListener("pagehide", seen);
window.addEventListener("offline", () => status.down(false));
window.addEventListener("online", () => connection.up() && status.up());
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing) return;
  if (!header.closeMenu() && !screens.closeHelp() && !composer.stop()) tellHost("close");
});
