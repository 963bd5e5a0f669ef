/** The panel: wires the parts and says which screen is shown. Each part knows nothing of the others. */
import { openActs } from "./acts.js";
import { openAnnouncer } from "./announcer.js";
import { openCare } from "./care.js";
import { openComposer } from "./composer.js";
import { readConfig } from "./config.js";
import { openConnection } from "./connection.js";
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
import { openPersonal } from "./personal.js";
import { openRoomView } from "./room-view.js";
import { refusedText } from "./sanction.js";
import { openScreens } from "./screens.js";
import { openShelf } from "./shelf.js";
import { openStatus } from "./status.js";
import { openStay } from "./stay.js";
import { openUnanswered } from "./unanswered.js";
import { openWhisper } from "./whisper.js";
import { words } from "./words.js";

const HEIGHT = 700; // px the panel would like on a large screen

const config = readConfig();
const memory = openMemory(config.site);
const hidden = openHidden(memory);
const status = openStatus();
const aloud = () => memory.get("aloud") || "all";
const announcer = openAnnouncer(aloud);
let lobby = { me: null, topics: [], guidelines: [], limits: { text: 2000 } }; // the last welcome
const whenIdle = window.requestIdleCallback || setTimeout; // Safari has only the second
let online = false;

const ask = (event, payload) => connection.ask(event, payload);
const parts = { status, announcer };
const stay = openStay({ parts, ask, memory, me: () => lobby.me, online: () => online, paused: () => limit.muted() });
const { state, redraw } = stay;

const header = openHeader({
  framed: config.framed,
  hidden,
  exitKeys: memory.get("exitKeys") !== false,
  aloud: aloud(),
  on: {
    help: seekHelp,
    exit: leave,
    hide: () => tellHost("close"),
    topics: stay.toDoor,
    shelf: toShelf,
    call,
    end: () => screens.show("ending"),
    exitKeys: (yes) => memory.set("exitKeys", yes),
    aloud: (how) => memory.set("aloud", how),
    show: (person) => acts.show(person),
  },
});
const help = openHelp({ support: config.support, region: config.region, ask: (region) => ask("support", { region }), close: () => screens.toggleHelp() });
const care = openCare({ more: () => screens.toggleHelp(), open: (yes) => main.classList.toggle("crisis", yes) });
const door = openDoor({ enter: stay.enter, rename, share, first: config.topic, retention: config.retention, lines: config.support.lines });
const composer = openComposer({
  memory,
  limit: () => lobby.limits.text,
  on: { send: stay.send, typing: stay.typing, emptied: stay.emptied, hint: announcer.say, reword: (entry, text) => acts.reword(entry, text) },
});
const acts = openActs({ conversation: stay.conversation, composer, status, hidden, redraw });
const room = openRoomView({ announcer, composer, care, hidden, acts: { ...acts, retry: stay.retry, change: stay.change } });
const ended = openEnded({ framed: config.framed, close: () => tellHost("end") });
const limit = openLimit({ ask, memory, tell: status.tell, said: announcer.say, over: () => (status.tell(words.paused_over, 6_000), redraw()) });
const livelier = openLivelier({ state, go: stay.moveTo, said: announcer.say });
const unanswered = openUnanswered({ state, memory, said: announcer.say, more: seekHelp });
const whisper = openWhisper({ ask, memory, thank: acts.thank, over: () => main.focus() });
const ending = openEnding({ heard, end, back: () => screens.show(stay.conversation() ? "room" : "door") });
const shelf = openShelf({ site: config.shelf, back: (screen) => screens.show(screen) });
const gate = openGate({ name: memory.get("me"), go: passGate });
const idle = openIdle({ on: { over: () => end(false) } });
const screens = openScreens({ gate, door, room, help, shelf, ending, ended }, header, document.getElementById("panel"));
Object.assign(parts, { header, care, composer, room, limit, livelier, unanswered, whisper, screens });

const main = el("main", { tabindex: "-1" }, limit.node, whisper.node, livelier.node, unanswered.node, gate.node, door.node, room.node, help.node, shelf.node, ending.node, ended.node, idle.node);
document.getElementById("panel").replaceChildren(header.node, status.node, main, announcer.node);
tellHost("size", HEIGHT); // also the sign of life that the loader waits for

const connection = openConnection({
  credentials: () => ({ ...config.credentials, token: memory.get("token") }),
  on: { welcome, event: openPersonal({ parts, stay, memory, topics: lobbied }), link },
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
  if (from !== "shelf") shelf.show(state()?.room?.topic || config.topic, from);
  screens.show("shelf");
}

async function rename() {
  const ack = await ask("rename", {}).catch(() => null);
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

function lobbied(payload) {
  lobby = { ...lobby, ...payload };
  if (lobby.me) door.update(lobby); // they can be told a moment before the welcome
}

function welcome(payload) {
  memory.set("token", payload.token);
  memory.set("me", payload.me.name);
  lobbied(payload);
  whenIdle(() => fetchParts()); // after the door: whoever waits for it waits for nothing else
  stay.welcomed(payload.me);
}

/** Asks for a private word with a volunteer, and says truthfully whether one is there. */
async function call() {
  const ack = await ask("call", {}).catch(() => null);
  const said = ack?.ok ? (ack.when === "now" ? words.called : words.called_nobody) : words.not_done;
  status.tell(said, 10_000);
}

async function heard(answer) {
  return (await ask("feedback", { felt_heard: answer }).catch(() => null))?.ok;
}

function link(to, detail) {
  online = to === "up";
  if (online) status.up();
  if (to === "down") status.down(!lobby.me);
  if (to === "refused") status.stop(refusedText(detail));
  if (detail?.code === "full") status.tell(words.errors.full);
  stay.linked(online);
}

/** This screen first, at once and whatever the network does; then my words in the room, where they are to go. */
async function end(takeOut) {
  idle.watch(false); // else its question would lie over the last screen ten minutes later
  memory.wipe();
  room.reset();
  limit.clear();
  whisper.clear();
  announcer.clear();
  const leaving = stay.over();
  composer.restore();
  screens.show("ended");
  ended.tell(takeOut ? words.taking_out : "");
  const ack = takeOut ? await ask("erase", {}).catch(() => null) : null;
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
