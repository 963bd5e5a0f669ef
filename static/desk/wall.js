/** The desk of somebody who is signed in: wires state, socket, views and keys. Each view knows nothing of the others. */
import { button, el, say } from "../widget/dom.js";
import { openActing } from "./acting.js";
import { openAsked } from "./asked.js";
import { openReasons, openUndo } from "./bars.js";
import { openBell } from "./bell.js";
import * as care from "./care.js";
import { openContextView } from "./context-view.js";
import { openHeader } from "./header.js";
import { openKeys } from "./keys.js";
import { openLead } from "./lead.js";
import { openLink } from "./link.js";
import { openListView } from "./list-view.js";
import { openPersonView } from "./person-view.js";
import { openPrivateView } from "./private-view.js";
import * as desk from "./state.js";
import { openTakingOver } from "./taking-over.js";
import { openWatching } from "./watching.js";
import { words } from "./words.js";

const TICK = 1_000;
const CLAIM = 30_000; // a claim ends after 60 s; while somebody is at work it is made again
const IDLE = 60_000; // no key and no tap for so long: others may have the case
const LIFTS = { approve: "lift", reject: "uphold" }; // acts on an appeal, by the words that say them
const LIMITS = { mute: 10, longer: 60, warn: undefined, kick: undefined, ban: 1_440 };

/** `root` is filled; `over(note)` when the session is. `link` as link.js has it. Answers how to read what it knows. */
export function openWall({ root, settings, over, link: linkOf = openLink }) {
  let state = desk.openDesk();
  let shift = care.openShift();
  let touched = Date.now();
  let claimedAt = 0;
  let passing = false;
  let welcomed = false;
  let frame = 0;
  let decided; // the case that was ended here
  let looking; // the room that colleagues see open here
  let down = true;
  let title = "";
  const tired = new Set();

  const link = linkOf({ welcome, event: heard, link: linked });
  const bell = openBell(() => settings.get("ring"));
  const undo = openUndo({ undo: (act) => acting.undo(act) });
  const acting = openActing({ ask: link.ask, tell: undo.tell, state: () => state, reopened });
  const reasons = openReasons();
  const list = openListView({ choose: open, ask: (asked) => change({ ...state, asked }) });
  const context = openContextView({ on: { select, act: (key) => keys[key](), send, roomAct, prepared } });
  const privately = openPrivateView({ ask: link.ask, prepared, send: (visitor, text, name) => acting.act({ action: "whisper", visitor, text }, name), stop: () => context.focus() });
  const person = openPersonView({ on: { act: (key) => keys[key](), limit, note: (meant) => (show("context"), context.address({ ...meant, note: true })) }, between: privately.node });
  const lead = openLead({ shown: (open) => shell.toggleAttribute("data-lead", open) });
  const header = openHeader({ settings, bell, ask: link.ask, leads: lead.leads, on: { duty, over: leave, zone: (name) => (header.close(), show(name)), lead: leadPages, covers } });
  const taking = openTakingOver({ ask: link.ask, sheet: header.sheet, taken });
  const offline = el("p", { class: "offline", role: "alert" });
  const kind = el("div", { class: "bar-line care", role: "status", hidden: true });
  const asked = openAsked({ open: goTo });
  const zones = el("div", { class: "zones" }, list.node, context.node, person.node);
  const shell = el("div", { class: "shell", "data-zone": "list" }, header.node, el("main", {}, offline, kind, asked.node, taking.node, lead.node, zones, reasons.node, undo.node), header.tabs);
  const watching = openWatching({ ask: link.ask, change, state: () => state });
  root.replaceChildren(shell);
  say(offline, words.connecting);

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    Enter: () => state.chosen && open(state.chosen),
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    n: next,
    m: () => limit("mute"),
    M: () => limit("longer"),
    r: retract,
    w: writePrivately,
    a: write,
    f: () => decide(desk.answers(desk.caseOf(state)).f),
    d: () => (desk.caseOf(state)?.kind === "held" ? because(words.reject, (reason) => decide("reject", reason)) : decide(desk.answers(desk.caseOf(state)).d)),
    s: skip,
    e: colleague,
    o: () => context.unveil(),
    u: () => undo.run(),
    l: leadPages,
    "/": () => (show("list"), list.search.focus()),
    "?": () => header.help(),
    digit: (n) => reasons.digit(n),
    Escape: back,
  };
  const quiet = openKeys({ on: keys, wanted: () => settings.get("keys") && !lead.isOpen() });
  const ticking = setInterval(tick, TICK);
  for (const event of ["keydown", "pointerdown"]) document.addEventListener(event, touch);
  link.open();

  // --- what the server says ---

  function welcome(payload) {
    const again = welcomed;
    welcomed = true;
    // Whoever went on duty stays so through a lost connection; the server's lease says the rest.
    follow(desk.welcomed(state, payload));
    if (again) payload.queue.forEach((item) => bell.ring(item)); // what came while there was no line
    else bell.known(payload.queue);
    watching.all();
    looking = undefined;
    privately.again();
    if (again) undo.tell(words.back);
  }

  const events = {
    queue(payload) {
      follow(desk.queued(state, payload));
      payload.items.forEach((item) => bell.ring(item));
      watching.missing();
      privately.heard(payload.items.filter((item) => item.kind === "call").map((item) => item.visitor));
    },
    alert({ item }) {
      bell.ring(item, true);
      if (item.name && state.me.role === "greeter") asked.ask(item);
    },
    acted(payload) {
      change(desk.acted(state, payload));
      if (payload.action === "whisper") privately.heard([payload.visitor]);
    },
    on_duty: (payload) => change(desk.onDuty(state, payload.on_duty)),
    hard: ({ messages }) => change(desk.hardened(state, messages)),
    events: (batch) => watching.events(batch),
    people(payload) {
      change(desk.gone(desk.heard(state, payload, { type: "people", change: payload }), payload.left || [], Date.now()));
    },
  };

  function heard(name, payload) {
    events[name]?.(payload);
  }

  function linked(now, detail) {
    shell.dataset.link = now;
    down = now !== "up";
    entitle();
    say(offline, now === "up" ? "" : welcomed ? words.down : words.connecting);
    if (now === "refused" && detail?.code === "forbidden") leave(words.signed_out);
  }

  // --- drawing: at most once a frame, however fast a room talks ---

  function change(next) {
    state = next;
    entitle();
    if (!frame) frame = requestAnimationFrame(draw);
  }

  /** What ends under somebody's eyes leaves them in its room, with whoever they just answered; what they end themselves, nowhere. */
  function follow(next) {
    const [was, room] = [desk.caseOf(state), desk.roomOf(state)];
    change(next);
    if (!was || state.opened || was.id === decided) return;
    undo.quietly(room ? words.case_over_here : words.case_over);
    if (!room) return show("list");
    change(desk.stayedIn(state, room));
    if (shell.dataset.zone === "person" && !privately.writing()) show("context");
  }

  /** At once: a tab behind another one draws nothing, and its title is all that is seen of it. */
  function entitle() {
    const next = down && welcomed ? words.title_down : words.title(state.queue.length);
    if (next !== title) document.title = title = next;
  }

  function draw() {
    frame = 0;
    if (!state.me) return;
    const now = Date.now();
    list.update(state, now);
    context.update(state);
    person.update(state);
    privately.show(state.me.role === "greeter" ? null : desk.target(state));
    header.update(state, shift, now);
    taking.update(state);
    look(desk.roomOf(state));
    lead.update(state);
  }

  function look(room) {
    if (room?.id === looking) return;
    looking = room?.id;
    link.ask("look", room ? { room: room.id, site: room.site } : {});
  }

  /** A handover that is somebody's now. */
  function taken(id, text) {
    if (id) change({ ...state, handovers: state.handovers.filter((one) => one.id !== id) });
    if (id) header.close();
    undo.tell(text);
  }

  /** Nobody's focus goes, and no finger, to what is half under a sheet (WCAG 2.4.11, 2.5.8). */
  function covers(yes) {
    person.node.inert = yes;
  }

  function show(zone) {
    shell.dataset.zone = zone;
    header.zone(zone);
  }

  // --- moving and opening ---

  function move(by) {
    change(desk.moved(state, by));
    draw();
    list.focus(state.chosen);
  }

  function step(by) {
    change(desk.stepped(state, by));
    draw();
    context.reveal(state.message);
  }

  function select(id) {
    change({ ...state, message: id });
  }

  async function open(at) {
    letGo();
    reasons.close();
    privately.close();
    context.address(null); // what was begun for somebody is never for the next one
    change(desk.openedAt(state, at));
    show("context");
    draw();
    context.focus();
    if (desk.caseOf(state)) await claim();
  }

  /** A room that may have begun a moment ago: it is read first. */
  async function goTo({ community, room, site }) {
    await watching.room({ community, room, site });
    return open(desk.stopOf({ community, id: room }));
  }

  async function claim() {
    const item = desk.caseOf(state);
    claimedAt = Date.now();
    const ack = await link.ask("claim", { item: item.id });
    if (ack.ok) change(desk.claimed(state, ack.item));
    else if (ack.error.code !== "forbidden") acting.refused(ack);
  }

  function letGo() {
    const item = desk.caseOf(state);
    if (item?.claimed_by === state.me?.id) link.ask("release", { item: item.id });
  }

  function next() {
    const item = desk.nextCase(state, passing);
    if (!item) return undo.tell(state.queue.length ? words.all_taken : words.calm);
    passing = false;
    return open(`case:${item.id}`);
  }

  /** A decision was taken back: the case is there again, in these hands, before the queue says so. */
  async function reopened(id) {
    const ack = await link.ask("claim", { item: id });
    if (!ack.ok) return; // shared words that were taken out leave no case
    change(desk.claimed(state, ack.item));
    await open(`case:${id}`);
  }

  function skip() {
    const skipped = state.opened;
    letGo();
    if (desk.caseOf(state)) undo.tell(words.skipped, () => open(skipped));
    const item = desk.nextCase(state);
    if (item) return open(`case:${item.id}`);
    change({ ...state, opened: null, message: null });
    return show("list");
  }

  function back() {
    if (lead.isOpen() && document.activeElement?.matches("input, textarea, select")) return void document.activeElement.blur();
    if (reasons.close() || header.close() || lead.close() || context.stop()) return;
    if (privately.close()) return context.focus();
    if (document.activeElement?.matches("input, textarea")) return void document.activeElement.blur();
    letGo();
    const chosen = state.chosen;
    change({ ...state, opened: null, message: null });
    draw();
    show("list");
    list.focus(chosen);
  }

  function leadPages() {
    reasons.close();
    lead.open(state.me);
  }

  // --- acts ---

  /** Asks for the reason; whom it meets was decided when the key was pressed, not when the answer comes. */
  function because(line, go, name = "") {
    return reasons.ask(name ? words.why(line, name) : line, go);
  }

  /** Somebody who cries for help is seen as that before anything is done to them. */
  function cryFirst(bar, item) {
    const who = item.claimed_by === state.me.id ? words.cry_yours : item.claimed_by ? words.with_colleague(item.claimed_name || "") : words.cry_nobody;
    bar.cry(who, () => open(`case:${item.id}`));
  }

  async function limit(id) {
    const meant = desk.target(state);
    if (!meant) return void undo.tell(words.nobody);
    const action = id === "longer" ? "mute" : id;
    const payload = { action, visitor: meant.visitor, minutes: LIMITS[id], ...(action === "kick" ? { room: meant.room } : {}) };
    const bar = because(words.person_keys[id], (reason) => acting.act({ ...payload, reason }, meant.name), meant.name || "");
    const cry = state.queue.find((item) => item.kind === "crisis" && item.visitor === meant.visitor);
    if (cry) cryFirst(bar, cry);
    const ack = await link.ask("act", { ...payload, reason: "other", preview: true, key: crypto.randomUUID() });
    if (!ack.ok) return;
    if (ack.crisis) cryFirst(bar, ack.crisis);
    if (action === "ban") bar.add(words.sharing(ack.sharing || 0));
  }

  function retract() {
    const meant = desk.target(state);
    if (!meant?.message || !state.opened) return undo.tell(words.choose_first); // never words that nobody looked at
    return acting.act({ action: "retract", room: meant.room, site: meant.site, message: meant.message });
  }

  /** To one person alone; a case is opened first, so that colleagues see who is with it. */
  async function writePrivately() {
    const meant = desk.target(state);
    if (!meant) return undo.tell(words.nobody);
    if (state.me.role === "greeter") return undo.tell(words.errors.forbidden);
    if (!state.opened) await open(state.chosen);
    header.close(); // it would lie over the box
    show("person");
    return privately.open(meant);
  }

  /** Answers that a lead has prepared, in the language of whoever the words are for. */
  function prepared(about) {
    const site = about?.site || desk.caseOf(state)?.site || desk.roomOf(state)?.site || state.me.sites[0];
    return link.ask("replies", { site, lang: words.lang, ...(about?.visitor && { visitor: about.visitor }) });
  }

  function write() {
    const meant = desk.target(state);
    if (!meant) return undo.tell(words.nobody);
    if (!state.opened) return open(state.chosen).then(write);
    if (!desk.roomOf(state)) return undo.tell(words.no_room);
    show("context");
    return context.address({ name: meant.name, visitor: meant.visitor, reply_to: meant.message });
  }

  async function decide(action, reason) {
    const item = desk.caseOf(state);
    if (!item) return undo.tell(words.choose_first);
    decided = item.id;
    if (!(await acting.act({ action, item: item.id, version: item.version, reason }, "", item.kind === "appeal" ? LIFTS[action] : action))) return void (decided = null);
    show("list"); // on a phone: nothing is open any more
    const [after, id] = care.ended(shift, item.kind);
    shift = after;
    if (id) kindly(id, id === "pass_offer" && [words.pass, () => (passing = true) && undo.tell(words.passed)]);
    return undefined;
  }

  function colleague() {
    const item = desk.caseOf(state);
    const room = desk.roomOf(state);
    if (item && state.me.role !== "greeter") return acting.act({ action: "escalate", item: item.id });
    return room ? acting.call(room) : undo.tell(words.choose_first);
  }

  async function send(text, about) {
    const room = desk.roomOf(state);
    const done = about?.note
      ? await acting.act({ action: "note", visitor: about.visitor, text })
      : about?.announce
        ? await acting.act({ action: "announce", room: room.id, site: room.site, text })
        : await acting.say(room, text, about?.reply_to);
    if (!done) return;
    context.clear();
    if (!about?.note && !about?.announce) undo.quietly(""); // what was refused before went now
  }

  function roomAct(action, more = {}) {
    const room = desk.roomOf(state);
    return acting.act({ action, room: room.id, site: room.site, ...more });
  }

  async function duty(on, langs) {
    const ack = await link.ask("duty", { on, langs });
    if (!ack.ok) return acting.refused(ack);
    const { id, name, role } = state.me;
    shift = care.openShift(); // the clock below begins it anew
    const others = state.onDuty.filter((one) => one.id !== id);
    privately.again(); // private words are for those on duty
    return change({ ...state, duty: on, onDuty: on ? [...others, { id, name, role }] : others });
  }

  // --- by the clock ---

  function touch() {
    touched = Date.now();
  }

  function tick() {
    const now = Date.now();
    const mine = desk.caseOf(state)?.claimed_by === state.me?.id;
    if (mine && now - touched < IDLE && now - claimedAt > CLAIM && link.up()) claim();
    shift = care.served(shift, state, now);
    const [after, id] = care.clock(shift, now);
    shift = after;
    if (id) kindly(id);
    for (const one of care.tired(state, tired, now)) {
      tired.add(one.id);
      kindly("break_other", null, words.break_other(one.name));
    }
    watching.tick(now);
    privately.tick(now);
    if (state.me) change(state); // waiting times go on
  }

  function kindly(id, offer, text = words[id]) {
    const close = () => (kind.hidden = true);
    kind.replaceChildren(el("p", { dir: "auto" }, text), el("div", { class: "acts" }, offer && button(offer[0], () => (offer[1](), close())), button(words.ok, close)));
    kind.hidden = false;
  }

  function leave(note) {
    quiet();
    clearInterval(ticking);
    for (const event of ["keydown", "pointerdown"]) document.removeEventListener(event, touch);
    link.close();
    bell.close();
    over(note);
  }

  return { state: () => state };
}
