/** Why something is reported. The reasons stand there at once: More and a reason are the two taps of a report. */
import { button, el } from "../dom.js";
import { words } from "./words.js";

/** `then(reason)`, a code of PROTOCOL section 3. */
export function reasons(then) {
  const choices = Object.entries(words.reasons).map(([reason, text]) =>
    button(text, () => then(reason), { "data-act": `report-${reason}` }),
  );
  const label = el("span", { class: "note" }, words.report_as);
  return el("div", { class: "acts report", role: "group", "aria-label": words.report }, label, ...choices);
}
