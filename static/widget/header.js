/** Always there: help, the way out, and where we are. */
import { button, el, say } from "./dom.js";
import { badgeNote, peopleList } from "./room-view.js";
import { words } from "./words.js";

/** `on.help() exit() hide() topics() shelf() call() end() show(person) exitKeys(yes) aloud(how)`; `exitKeys`: Shift leaves fast; `aloud`: what a screen reader hears of others; `framed`: a page around us can hide the chat. */
export function openHeader({ on, framed, hidden, exitKeys, aloud }) {
  const title = el("h1", { id: "where", class: "title", tabindex: "-1" }, words.launcher);
  const count = el("span", { class: "here" });
  const people = el("div", {});
  const box = el("input", { type: "checkbox", id: "exit-keys", checked: exitKeys, onchange: () => on.exitKeys(box.checked) });
  const keys = el("label", { class: "check", for: "exit-keys" }, box, words.exit_keys);
  const reads = Object.entries(words.read_outs).map(([value, text]) => el("option", { value, selected: value === aloud }, text));
  const reading = el("select", { onchange: () => on.aloud(reading.value) }, ...reads);
  const call = button(words.call_person, act(on.call), { hidden: true });
  const topics = button(words.other_topics, act(on.topics), { hidden: true });
  const menu = el(
    "details",
    { class: "menu" },
    el("summary", {}, words.menu),
    el("div", { class: "menu-body" }, people, call, topics, button(words.shelf, act(on.shelf)), button(words.end, act(on.end)), keys, el("label", { class: "picker" }, words.read_out, reading), el("p", { class: "note" }, words.exit_note)),
  );
  const help = button(words.help, on.help, { class: "help-button" });
  // The order of focus: help, the way out, hide, menu.
  const node = el(
    "header",
    { class: "bar" },
    el("div", { class: "where" }, title, count),
    el("div", { class: "urgent" }, help, button(words.exit, on.exit)),
    framed && button("", on.hide, { class: "hide-button", "aria-label": words.hide }),
    menu,
  );

  function act(then) {
    return () => {
      menu.open = false;
      then();
    };
  }

  return {
    node,
    /** In a room: its title and people; elsewhere nothing but our name. */
    update(state) {
      const room = state?.room;
      say(title, room ? room.title : words.launcher);
      say(count, room ? words.here(room.count ?? room.people.length) : "");
      topics.hidden = !room;
      people.replaceChildren(...(room ? [peopleList(room.people, state.me, { hidden, show: on.show }), badgeNote(room.people)].filter(Boolean) : []));
      call.hidden = !room;
    },
    focus: () => title.focus(),
    focusHelp: () => help.focus(),
    /** True where an open menu was closed. */
    closeMenu: () => menu.open && !(menu.open = false),
  };
}
