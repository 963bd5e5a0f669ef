/** What the next person should know, from what this desk has seen. Nobody has to write it. */
import { el } from "../widget/dom.js";
import { roomOf } from "./state.js";
import { words } from "./words.js";

/** A desk's state → what is to be handed over. */
export function handover(state, now = Date.now()) {
  const clock = new Intl.DateTimeFormat(words.lang, { hour: "numeric", minute: "2-digit" });
  const list = (lines) => el("ul", { class: "plain" }, ...(lines.length ? lines : [words.none]).map((line) => el("li", { dir: "auto" }, line)));
  const names = new Map(state.rooms.flatMap((room) => room.view.entries.filter((entry) => entry.from).map((entry) => [entry.from.id, entry.from.name])));
  const cases = state.queue.map((item) => [words.kinds[item.kind], item.name, roomOf(state, `case:${item.id}`)?.title, clock.format(item.at)].filter(Boolean).join(" · "));
  const limits = state.acted.filter((act) => act.until > now).map((act) => `${words.did[act.action]?.(names.get(act.visitor) || "") || act.action} ${words.until(clock.format(act.until))}`);
  const notes = state.notes.map((note) => `${names.get(note.visitor) || ""} · ${note.text}`);
  const staff = state.onDuty.map((one) => `${one.name} · ${words.roles[one.role]}`);
  const parts = [["handover_cases", cases], ["handover_limits", limits], ["handover_notes", notes], ["handover_staff", staff]];
  return el("div", {}, el("p", { class: "note" }, words.hand_over_about), ...parts.flatMap(([id, lines]) => [el("h3", {}, words[id]), list(lines)]));
}
