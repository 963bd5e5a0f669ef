/** The line that a colleague handed over. It stays, for whoever is on duty, until one of them has it. */
import { button, el } from "../widget/dom.js";
import { told } from "./handover.js";
import { words } from "./words.js";

const clock = new Intl.DateTimeFormat(words.lang, { weekday: "short", hour: "numeric", minute: "2-digit" }); // it may be days old

/** `ask` as the link's; `sheet(event, label, …nodes)` shows it; `taken(id, text)`: it is over, and a line about it. */
export function openTakingOver({ ask, sheet, taken }) {
  const line = el("p", {});
  const read = button(words.read_it, show, { class: "primary" });
  const node = el("div", { class: "bar-line", role: "status", hidden: true }, line, read);
  let first = null;
  let rooms = [];

  function show(event) {
    const made = first;
    async function take() {
      const ack = await ask("take_over", { handover: made.id, site: made.site });
      const over = ack.ok || ["conflict", "not_found"].includes(ack.error.code);
      taken(over ? made.id : null, ack.ok ? words.taken_over : words.errors[ack.error.code] || words.failed);
    }
    const parts = told(made, rooms).filter(Boolean);
    sheet(event, words.handed_over_by(made.name, clock.format(made.at)), ...parts, el("div", { class: "acts foot" }, button(words.take_over, take, { class: "primary" })));
  }

  return {
    node,
    update(state) {
      rooms = state.rooms;
      first = (state.duty && state.handovers.find((one) => one.by !== state.me.id)) || null;
      node.hidden = !first;
      const text = first ? words.handed_over_by(first.name, clock.format(first.at)) : "";
      if (line.textContent !== text) line.textContent = text;
    },
  };
}
