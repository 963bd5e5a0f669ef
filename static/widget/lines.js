/** Phone lines as links. `dial` strings go into `tel:` and `sms:` exactly as they came. */
import { el } from "./dom.js";
import { helpLang, words } from "./words.js";

const link = (href, text) => el("a", { class: "action", href }, text);
const lang = helpLang; // a line is told in one language, and read out in it
const month = new Intl.DateTimeFormat(lang, { month: "long", year: "numeric", timeZone: "UTC" });

/** "If life is in danger now, call 911." */
export function dangerLine(emergency) {
  if (!emergency.length) return el("p", { class: "danger", lang }, words.danger_local);
  return el("p", { class: "danger", lang }, words.danger, ...emergency.map((number) => link(`tel:${number}`, number)));
}

/** One service: how to reach it, when, what it costs, and how sure we are of it. */
export function lineCard(line) {
  return el(
    "li",
    { class: "line", lang },
    el("h3", {}, el("bdi", {}, line.name)),
    el("div", { class: "acts" }, ...ways(line)),
    el("p", { class: "note" }, facts(line)),
  );
}

/** The ways to reach a line, the quickest first. */
export function ways({ phone, text, url }) {
  return [
    phone && link(`tel:${phone}`, words.call(shown(phone))),
    text && link(`sms:${text}`, words.text(shown(text))),
    url?.startsWith("https://") &&
      el("a", { class: "action quiet", href: url, target: "_blank", rel: "noopener noreferrer" }, words.website),
  ];
}

/** Easier to read; the link keeps the string as it came. */
const shown = (dial) => apart(dial.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, "1-$1-$2-$3"));

/** A number or hours as they are written: among Arabic letters their parts would change places. */
const apart = (text) => (text && document.dir === "rtl" ? `\u2066${text}\u2069` : text);

function facts({ free, hours, languages = [], checked }) {
  const parts = [free && words.free, apart(hours), languages.map(language).join(", ")].filter(Boolean);
  return `${parts.join(" · ")}${parts.length ? ". " : ""}${source(checked)}`;
}

function source(checked) {
  const day = new Date(checked || NaN);
  return Number.isNaN(day.getTime()) ? words.unchecked : `${words.checked(month.format(day))}.`;
}

function language(code) {
  try {
    return new Intl.DisplayNames(lang, { type: "language" }).of(code);
  } catch {
    return code; // iOS 14.0 has no DisplayNames; a strange code is shown as it is
  }
}
