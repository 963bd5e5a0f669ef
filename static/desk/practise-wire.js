/**
 * A link of the desk to a service that is not there: it answers what the desk asks, in this page and nowhere else.
 *
 * The page may not reach the network at all (its policy says `connect-src 'none'`), so what is done here cannot meet
 * a visitor, a case, the record or a figure. The answers have the shape that docs/protocol.md gives them.
 */
import { LATER, PEOPLE, SCENES, timeline } from "./practise-script.js";

const SITE = "practice";
const MINUTE = 60_000;
const EPOCH = "practice";
const SILENCING = new Set(["mute", "kick", "ban"]);
const LASTS = { warn: 60, mute: 10, kick: 10, ban: 1_440 }; // minutes, where none are named
const SOON = 4_000; // ms until somebody answers
const DECIDES = new Set(["approve", "reject", "dismiss", "acknowledge"]);

/**
 * `on` and the answer as openLink's; `names`: what I and my colleague are called, and the label of all others; `cast`: what people say. `later(go, ms)` and `now()` are the
 * clock. `happens(scene)` brings a scene; `done` says what has been asked, as `event` or `act:action`.
 */
export function openPractice(on, { names, cast, seed = 1, now = Date.now, later = (go, ms) => setTimeout(go, ms) }) {
  const me = { id: "me", name: names.me, role: "moderator", sites: [SITE], roles: [{ site: SITE, role: "moderator", badge: "" }] };
  const robin = { id: "robin", name: names.colleague, role: "moderator", langs: [cast.lang] };
  const person = (who) => ({ id: who, name: PEOPLE[who][0], role: "visitor", badge: names.simulated });
  const rooms = new Map(Object.entries(cast.rooms).map(([id, title]) => [id, { id, site: SITE, topic: id.split(".")[0], title, locked: false, slow_mode: 0, people: [], seq: 0, log: [] }]));
  const cases = new Map();
  const limits = new Map(); // act -> {visitor, kind, until, reason}
  const takes = new Map(); // act -> how it is taken back
  const threads = new Map(); // visitor -> private words
  const answered = new Map();
  const replied = new Set();
  const brought = new Set();
  const done = new Set();
  const notes = [];
  const known = new Map(); // key -> the answer that it got
  let duty = false;
  let begun = now();
  let count = 0;
  let closed = false;

  const id = (kind) => `${kind}-${(count += 1)}`;
  const soon = (go, ms = SOON) => later(() => closed || go(), ms);
  const roomOf = (who) => rooms.get(PEOPLE[who][1]);
  const silenced = (who) => [...limits.values()].some((one) => one.visitor === who && SILENCING.has(one.kind));

  // --- rooms ---

  function append(room, event) {
    const entry = { ...event, seq: (room.seq += 1), at: event.at ?? now() };
    room.log.push(entry);
    on.event("events", { room: room.id, epoch: EPOCH, events: [entry] });
    return entry;
  }

  function came(who) {
    const room = roomOf(who);
    if (room.people.some((one) => one.id === who)) return;
    room.people.push(person(who));
    on.event("people", { room: room.id, joined: [person(who)], left: [], count: room.people.length });
  }

  function left(who) {
    const room = roomOf(who);
    room.people = room.people.filter((one) => one.id !== who);
    on.event("people", { room: room.id, joined: [], left: [who], count: room.people.length });
  }

  function says(who, text, at) {
    const room = roomOf(who);
    if (silenced(who) || (room.locked && at === undefined)) return null;
    return append(room, { type: "message", id: id("said"), from: person(who), text, veil: [], ...(at === undefined ? {} : { at }) });
  }

  /** The next line of a room; while somebody there needs a person nobody talks of other things. */
  function goesOn(room, lines) {
    if ([...cases.values()].some((item) => item.kind === "crisis" && item.room === room)) return;
    const [next] = lines.splice(lines.findIndex((line) => line.room === room), 1);
    says(next.who, next.text);
  }

  /** The messages as they stand: of one that was changed or taken out what came last. */
  function messages(room) {
    const found = new Map();
    for (const event of room.log) {
      if (event.type === "message") found.set(event.id, event);
      if (event.type === "edited") found.set(event.id, { ...event, seq: found.get(event.id).seq });
      if (event.type === "retracted") found.set(event.id, { ...found.get(event.id), text: "", gone: true, by: event.by });
    }
    return [...found.values()].filter((one) => !one.gone);
  }

  const told = ({ seq, log, ...room }) => ({ ...room, people: [...room.people], count: room.people.length });

  // --- cases ---

  function opened(item) {
    cases.set(item.id, item);
    on.event("queue", { items: [told_case(item)], removed: [] });
  }

  const told_case = ({ before, ...item }) => ({ ...item });

  function changed(item, more) {
    opened({ ...item, ...more });
    return cases.get(item.id);
  }

  function ended(item) {
    cases.delete(item.id);
    on.event("queue", { items: [], removed: [item.id] });
  }

  function happens(name) {
    if (brought.has(name) || !SCENES[name]) return;
    brought.add(name);
    const { of, first, ...about } = SCENES[name];
    const { says: lines, held, rule } = cast.scenes[name];
    came(of);
    const said = lines.map(([who, text]) => (came(who), says(who, text))).filter(Boolean);
    const mine = said.filter((one) => one.from.id === of).at(first ? 0 : -1);
    opened({
      id: id("case"),
      site: SITE,
      room: PEOPLE[of][1],
      visitor: of,
      name: PEOPLE[of][0],
      ...about,
      ...(mine && { message: mine.id, text: mine.text }),
      ...(held && { text: held, author_here: true }),
      ...(rule && { rules: [{ rule, version: 1 }] }),
      version: 1,
      at: now(),
    });
  }

  // --- what is asked ---

  function decide({ action, item: which }, act) {
    const item = cases.get(which);
    if (!item) return { ok: false, error: { code: "conflict" } };
    if (action === "escalate") {
      const with_us = changed(item, { escalated: true, claimed_by: undefined });
      soon(() => cases.has(item.id) && changed(cases.get(item.id), { claimed_by: robin.id, claimed_name: robin.name }));
      soon(() => cases.get(item.id)?.claimed_by === robin.id && ended(with_us), 5 * SOON);
      return { ok: true, act, recorded: true };
    }
    ended(item);
    if (action === "approve" && item.text && !item.message) {
      append(rooms.get(item.room), { type: "message", id: id("said"), from: person(item.visitor), text: item.text, veil: [] });
      takes.set(act, () => ({ ok: true, undone: false, why: "read" }));
    } else takes.set(act, () => (opened({ ...item, claimed_by: undefined }), { ok: true, undone: true }));
    if (item.kind === "crisis") soon(() => says(item.visitor, cast.still));
    return { ok: true, act, recorded: true };
  }

  function limit({ action, visitor, minutes, reason, room }, act) {
    const until = now() + (minutes || LASTS[action]) * MINUTE;
    limits.set(act, { visitor, kind: action, until, reason });
    if (action === "kick" || action === "ban") left(visitor);
    takes.set(act, () => {
      if (!limits.delete(act)) return { ok: true, undone: false, why: "ended" };
      if (action === "kick" || action === "ban") came(visitor);
      return { ok: true, undone: true };
    });
    on.event("acted", { act, action, by: me.id, visitor, at: now(), until, reason, ...(room && { room }) });
    return { ok: true, act, until, recorded: true };
  }

  function retract({ room: name, message }, act) {
    const room = rooms.get(name);
    const whole = messages(room).find((one) => one.id === message);
    if (!whole) return { ok: false, error: { code: "not_found" } };
    append(room, { type: "retracted", id: message, by: "moderator" });
    takes.set(act, () => (append(room, { ...whole, type: "edited", at: now() }), { ok: true, undone: true }));
    return { ok: true, act, recorded: true };
  }

  function whisper({ visitor, text }, act) {
    const thread = threads.get(visitor) || [];
    threads.set(visitor, thread);
    thread.push({ at: now(), text, from: { id: me.id, name: me.name, role: me.role } });
    on.event("acted", { act, action: "whisper", by: me.id, visitor, at: now() });
    soon(() => {
      const turn = answered.get(visitor) || 0;
      answered.set(visitor, turn + 1);
      const words = (cast.answers[visitor] || [cast.answer])[turn];
      if (!words) return;
      thread.push({ at: now(), text: words });
      const open = [...cases.values()].find((item) => item.kind === "call" && item.visitor === visitor);
      opened({ ...(open || { id: id("case"), at: now(), version: 0 }), kind: "call", site: SITE, room: PEOPLE[visitor][1], visitor, name: PEOPLE[visitor][0], labels: [], text: words, whisper: { name: me.name }, ...(open && { version: open.version + 1 }) });
    });
    takes.set(act, () => ({ ok: true, undone: false, why: "said" }));
    return { ok: true, act, recorded: true };
  }

  function ofRoom({ action, room: name, seconds, text, visitor }, act) {
    if (action === "note") {
      notes.push({ visitor, text, at: now() });
      on.event("acted", { act, action, by: me.id, name: me.name, visitor, text, at: now() });
      return { ok: true, act, recorded: true };
    }
    const room = rooms.get(name);
    const state = { lock: { locked: true }, unlock: { locked: false }, slow: { slow_mode: seconds } }[action];
    if (action === "announce") append(room, { type: "notice", text, from: { ...me, badge: "" } });
    if (state) {
      const before = { locked: room.locked, slow_mode: room.slow_mode };
      Object.assign(room, state);
      append(room, { type: "state", ...state });
      takes.set(act, () => (Object.assign(room, before), append(room, { type: "state", ...before }), { ok: true, undone: true }));
    } else if (action === "shield") takes.set(act, () => ({ ok: true, undone: true }));
    return { ok: true, act, recorded: true };
  }

  function act(asked) {
    if (asked.preview) {
      const cry = [...cases.values()].find((item) => item.kind === "crisis" && item.visitor === asked.visitor);
      return { ok: true, preview: true, sharing: 0, ...(cry && { crisis: cry }) };
    }
    const made = id("act");
    if (asked.action in LASTS) return limit(asked, made);
    if (asked.action === "whisper") return whisper(asked, made);
    if (asked.action === "retract") return retract(asked, made);
    if (asked.action === "escalate" || DECIDES.has(asked.action)) return decide(asked, made);
    return ofRoom(asked, made);
  }

  const about = (who, more) => ({ visitor: who, name: PEOPLE[who][0], ...more });

  const handover = () => ({
    site: SITE,
    cases: [...cases.values()].map((item) => about(item.visitor, { kind: item.kind, room: item.room, at: item.at })),
    worried: brought.has("crisis") ? [about("cedar")] : [],
    limits: [...limits.values()].map(({ visitor, kind, until, reason }) => about(visitor, { kind, reason, at: until })),
    notes: notes.map((one) => about(one.visitor, { text: one.text, by: me.name, at: one.at })),
  });

  const answers = {
    duty({ on: yes }) {
      duty = yes;
      return { ok: true };
    },
    wall: () => ({ ok: true, rooms: [...rooms.values()].map(({ id: room, site }) => ({ id: room, site })), on_duty: there() }),
    watch({ room: name }) {
      const room = rooms.get(name);
      return { ok: true, room: told(room), position: { epoch: EPOCH, seq: room.seq }, messages: messages(room) };
    },
    person({ visitor }) {
      return { ok: true, words: threads.get(visitor) || [], crisis: null };
    },
    claim({ item: which }) {
      const item = cases.get(which);
      if (!item) return { ok: false, error: { code: "not_found" } };
      if (item.claimed_by === robin.id) return { ok: false, error: { code: "conflict" } };
      return { ok: true, item: told_case(changed(item, { claimed_by: me.id, claimed_name: me.name })) };
    },
    release({ item: which }) {
      const item = cases.get(which);
      if (item?.claimed_by === me.id) changed(item, { claimed_by: undefined, claimed_name: undefined });
      return { ok: true };
    },
    message({ room: name, text, reply_to }) {
      const said = append(rooms.get(name), { type: "message", id: id("said"), from: { id: me.id, name: me.name, role: me.role, badge: "" }, text, veil: [], reply_to });
      const waits = [...cases.values()].find((item) => item.kind === "unanswered" && item.room === name);
      if (waits) ended(waits);
      const [who, words] = cast.replies[name];
      if (!replied.has(name)) soon(() => replied.has(name) || (replied.add(name), says(who, words)));
      return { ok: true, id: said.id };
    },
    act,
    undo: ({ act: which }) => takes.get(which)?.() || { ok: true, undone: false, why: "ended" },
    call: () => ({ ok: true, receipt: id("case") }),
    unwatch: () => ({ ok: true }),
    look: () => ({ ok: true }),
    replies: () => ({ ok: true, lang: cast.lang, replies: cast.prepared }),
    handover: () => ({ ok: true, handover: handover(), roster: { timezone: "UTC", hours: [], next: null, coming: coming() } }),
    roster: () => ({ ok: true, coming: coming() }),
    hand_over: ({ note }) => ({ ok: true, handover: { ...handover(), note } }),
  };

  /** Robin stays for two hours, and comes again tomorrow. */
  const coming = () => [0, 24].map((hours) => ({ id: robin.id, name: robin.name, langs: robin.langs, site: SITE, begins: begun + hours * 60 * MINUTE, ends: begun + (hours + 2) * 60 * MINUTE }));

  const there = () => [...(duty ? [{ id: me.id, name: me.name, role: me.role, langs: [], since: begun }] : []), robin];

  function ask(event, payload) {
    if (payload.key && known.has(payload.key)) return known.get(payload.key);
    const answer = Promise.resolve(answers[event]?.(payload) || { ok: false, error: { code: "unknown_event" } });
    if (payload.key) known.set(payload.key, answer);
    if (event === "act" ? !payload.preview : true) done.add(event === "act" ? `act:${payload.action}` : event);
    return answer;
  }

  function begin() {
    begun = now();
    for (const who of Object.keys(PEOPLE)) if (!LATER.includes(who)) roomOf(who).people.push(person(who));
    for (const said of Object.values(cast.before)) said.forEach(([who, text], n) => says(who, text, begun - (said.length - n) * 2 * MINUTE));
    on.welcome({ me, rooms: [...rooms.values()].map(told), queue: [], on_duty: there(), notes: [] });
    on.link("up");
    const lines = timeline(seed, cast.talk);
    for (const { at, room } of [...lines]) soon(() => goesOn(room, lines), at);
  }

  /** As a socket does: never before the caller went on. */
  const open = () => soon(begin, 0);

  return { open, ask, happens, done, up: () => !closed, close: () => (closed = true) };
}
