/** Who is meant: this visit's limits and notes, and what may be done. An open cry for help stands first. */
import { button, el } from "../widget/dom.js";
import { keyed } from "./keyed.js";
import { caseOf, person, roomOf, target } from "./state.js";
import { words } from "./words.js";

const clock = new Intl.DateTimeFormat(words.lang, { hour: "numeric", minute: "2-digit" });
const ACTS = [["w", "whisper"], ["a", "write"], ["m", "mute"], ["M", "longer"], ["r", "retract"]];
const MORE = ["warn", "kick", "ban"];

/** `on.act(key)` as the key would do, `on.limit(action)`, `on.note(meant)`; `between`: what stands under who it is. */
export function openPersonView({ on, between }) {
  const who = el("div", { class: "facts" });
  const more = el("details", {}, el("summary", {}, words.more_acts));
  const rest = el("div", { class: "person-rest" });
  const node = el("section", { class: "zone person", "aria-label": words.person }, el("h2", {}, words.person), who, between, rest);
  let before = null;

  function update(state) {
    const meant = target(state);
    const known = meant && person(state, meant.visitor);
    const here = meant && roomOf(state)?.view.room.people.some((one) => one.id === meant.visitor);
    const now = JSON.stringify([meant, known, here, caseOf(state)?.id, state.me.role]);
    if (now === before) return; // nothing of it changed: what somebody is about to press stays under the finger
    before = now;
    who.replaceChildren(...(meant ? facts(meant, known, here) : [el("p", { class: "note" }, words.nobody)]));
    rest.replaceChildren(...(meant ? acts(state, meant, known) : []));
  }

  function facts(meant, known, here) {
    const crisis = known.cases.find((item) => item.kind === "crisis");
    return [
      crisis && el("p", { class: "care" }, words.kinds.crisis),
      el("p", { class: "whose" }, el("bdi", {}, meant.name || "")),
      crisis && known.left && !here
        ? el("p", { class: "care" }, words.left_at(clock.format(known.left)))
        : el("p", { class: "note" }, here ? words.here : words.not_here),
      el("p", { class: "note" }, [words.mutes(known.mutes), words.open_cases(known.cases.length)].join(" · ")),
    ].filter(Boolean);
  }

  function acts(state, meant, known) {
    if (state.me.role === "greeter") return [el("div", { class: "acts" }, button(keyed(words.ask_colleague, "e"), () => on.act("e")))];
    more.replaceChildren(
      more.firstChild,
      el("div", { class: "acts" }, ...MORE.map((id) => button(words.person_keys[id], () => on.limit(id))), button(words.add_note, () => on.note(meant))),
    );
    const fit = ACTS.filter(([key]) => (key !== "r" || meant.message) && (key !== "a" || meant.room));
    return [
      el("div", { class: "acts" }, ...fit.map(([key, id]) => button(keyed(words.person_keys[id], key), () => on.act(key), key === "w" ? { class: "primary" } : {}))),
      more,
      known.notes.length > 0 && el("h3", {}, words.notes),
      el("ul", { class: "plain" }, ...known.notes.map((note) => el("li", { dir: "auto" }, `${note.name || ""}: ${note.text}`))),
    ].filter(Boolean);
  }

  return { node, update };
}
