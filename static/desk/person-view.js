/** Who is meant: this visit's limits and notes, and what may be done. An open cry for help stands first. */
import { button, el } from "../widget/dom.js";
import { caseOf, person, roomOf, target } from "./state.js";
import { words } from "./words.js";

const clock = new Intl.DateTimeFormat(words.lang, { hour: "numeric", minute: "2-digit" });
const ACTS = [["w", "write"], ["m", "mute"], ["M", "longer"], ["r", "retract"]];
const MORE = ["warn", "kick", "ban"];

/** `on.act(key)` as the key would do, `on.limit(action)`, `on.note(meant)`. */
export function openPersonView({ on }) {
  const body = el("div", { class: "person-body" });
  const node = el("section", { class: "zone person", "aria-label": words.person }, el("h2", {}, words.person), body);
  let before = null;

  function update(state) {
    const meant = target(state);
    const known = meant && person(state, meant.visitor);
    const here = meant && roomOf(state)?.view.room.people.some((one) => one.id === meant.visitor);
    const now = JSON.stringify([meant, known, here, caseOf(state)?.id, state.me.role]);
    if (now === before) return; // nothing of it changed: what somebody is about to press stays under the finger
    before = now;
    body.replaceChildren(...(meant ? drawn(state, meant, known, here) : [el("p", { class: "note" }, words.nobody)]));
  }

  function drawn(state, meant, known, here) {
    const crisis = known.cases.find((item) => item.kind === "crisis");
    const acts = state.me.role === "greeter" ? [button(`${words.ask_colleague} (e)`, () => on.act("e"))] : [
      ...ACTS.filter(([key]) => key !== "r" || meant.message).map(([key, id]) => button(`${words.person_keys[id]} (${key})`, () => on.act(key))),
      ...MORE.map((id) => button(words.person_keys[id], () => on.limit(id))),
      button(words.add_note, () => on.note(meant)),
    ];
    return [
      crisis && el("p", { class: "care" }, words.kinds.crisis),
      el("p", { class: "whose" }, el("bdi", {}, meant.name || "")),
      crisis && known.left && !here
        ? el("p", { class: "care" }, words.left_at(clock.format(known.left)))
        : el("p", { class: "note" }, here ? words.here : words.not_here),
      el("p", { class: "note" }, [words.mutes(known.mutes), words.open_cases(known.cases.length)].join(" · ")),
      el("div", { class: "acts" }, ...acts),
      known.notes.length > 0 && el("h3", {}, words.notes),
      el("ul", { class: "plain" }, ...known.notes.map((note) => el("li", { dir: "auto" }, `${note.name || ""}: ${note.text}`))),
    ].filter(Boolean);
  }

  return { node, update };
}
