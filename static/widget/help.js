/**
 * Get help now: the region's lines, drawn from the page itself, so that it works without a
 * connection. Another country's lines are asked for; its emergency number is here already.
 */
import { emergency } from "../shared/emergency.js";
import { button, el } from "./dom.js";
import { place } from "./later.js";
import { dangerLine, lineCard } from "./lines.js";
import { helpLang, words } from "./words.js";

/** `support` `{emergency, lines}`; `ask(region)` → the same for another region, or rejects. */
export function openHelp({ support, region, ask, close }) {
  const list = el("div", { class: "lines" });
  const country = el("select", { id: "country", onchange: () => choose(country.value) }, ...countries(region));
  const picker = el("div", { class: "picker", hidden: true }, el("label", { for: "country" }, words.country), country);
  const other = button(words.other_country, () => {
    picker.hidden = false;
    other.hidden = true;
    country.focus();
  });
  const heading = el("h2", { tabindex: "-1" }, words.help);
  const node = el(
    "section",
    { class: "help", "aria-label": words.help, hidden: true },
    heading,
    el("p", { lang: helpLang }, words.help_alone, " ", words.help_lead),
    list,
    el("p", { lang: helpLang }, words.cannot_send),
    other,
    picker,
    place("grounding"),
    el("p", { lang: helpLang }, words.stay),
    button(words.back_to_chat, close, { class: "primary" }),
  );

  function show({ emergency: numbers, lines }, empty) {
    list.replaceChildren(
      dangerLine(numbers),
      lines.length ? el("ul", {}, ...lines.map(lineCard)) : el("p", {}, empty),
    );
  }

  async function choose(chosen) {
    if (chosen === region) return show(support, words.no_lines);
    show({ emergency: emergency.get(chosen) || [], lines: [] }, words.no_lines_offline);
    const answer = await ask(chosen).catch(() => null);
    if (answer?.ok && country.value === chosen) show(answer, words.no_lines);
  }

  show(support, words.no_lines);
  return { node, focus: () => heading.focus() };
}

function countries(region) {
  const named = [...emergency.keys()].map((code) => [code, name(code)]);
  named.sort(([, one], [, other]) => one.localeCompare(other, words.lang));
  return named.map(([code, text]) => el("option", { value: code, selected: code === region }, text));
}

function name(code) {
  try {
    return new Intl.DisplayNames(words.lang, { type: "region" }).of(code);
  } catch {
    return code;
  }
}
