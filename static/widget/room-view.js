/** The room: who is here, the log, and the place to write. */
import { button, el, say } from "./dom.js";
import { openLogView } from "./log-view.js";
import { words } from "./words.js";

const PASSING = 6_000; // ms that "… came in" stays

export function openRoomView({ acts, announcer, composer, care, hidden }) {
  const view = openLogView({ acts, announcer, hidden });
  const alone = el("p", { class: "alone", hidden: true }, words.alone);
  const empty = el("p", { class: "empty", hidden: true }, words.empty);
  const passing = el("p", { class: "passing" });
  const node = el(
    "section",
    { class: "room", hidden: true, "aria-labelledby": "where" },
    alone,
    el("div", { class: "log-frame" }, view.log, view.hint, empty, view.jump),
    care.node,
    passing,
    composer.form,
  );
  let moved = "";
  let last = null;
  let timer;

  function update(state, online) {
    if (!state.room) return;
    last = state;
    view.update(state, online);
    alone.hidden = state.room.covered;
    empty.hidden = state.entries.length + state.pending.length > 0;
    drawPassing();
  }

  function drawPassing() {
    const { typing, room } = last;
    const seen = typing.filter((id) => !hidden.has(id));
    const name = room.people.find((person) => person.id === seen[0])?.name;
    const writing = seen.length > 1 ? words.typing_many : name && words.typing(name);
    say(passing, seen.length && writing ? writing : moved);
  }

  /** Comings and goings are said once and fade; nobody's leaving stays written down. */
  function moves({ joined, left }) {
    if (!last) return;
    const came = joined.filter((person) => person.id !== last.me.id);
    if (came.length) moved = came.length > 1 ? words.came_many(came.length) : words.came(came[0].name);
    else if (left.length) moved = left.length > 1 ? words.left_many(left.length) : words.left(left[0]);
    else return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      moved = "";
      drawPassing();
    }, PASSING);
    drawPassing();
  }

  function reset() {
    view.reset();
    last = null;
    moved = "";
  }

  /** For who comes in by ear: how many are here, and whether a volunteer is. */
  const here = ({ count, people, covered }) => `${words.here(count ?? people.length)}. ${covered ? "" : words.alone}`;

  return { node, update, moves, here, reset };
}

/** What the badges in this room mean, where somebody has one. */
export function badgeNote(people) {
  const staff = people.some(({ role }) => ["greeter", "moderator", "lead"].includes(role));
  return staff && el("p", { class: "note" }, words.badge_means);
}

function roleNode(role, badge) {
  const text = badge || words.roles[role];
  return text && el("span", { class: `role role-${role}` }, text);
}

/** The people of a room as a list for the menu; whoever is hidden can be shown again here. */
export function peopleList(people, me, { hidden, show }) {
  return el(
    "ul",
    { class: "people", "aria-label": words.people },
    ...people.map(({ id, name, role, badge }) =>
      el("li", {}, el("bdi", {}, name), id === me.id && ` (${words.you})`, roleNode(role, badge), again({ id, name })),
    ),
  );

  function again(person) {
    return hidden.has(person.id) && button(words.show_person, () => show(person));
  }
}
