/** In which language the desk speaks. The page is served in it, so it is kept in a cookie that says this and nothing else. */
import { el } from "../widget/dom.js";
import { words } from "./words.js";

const KNOWN = [["en", "English"], ["es", "Español"]];
const YEAR = 31_536_000; // s

export function languageChoice() {
  const which = el("select", { id: "desk-language", onchange: choose }, ...KNOWN.map(([id, name]) => el("option", { value: id, lang: id, selected: id === words.lang }, name)));
  function choose() {
    document.cookie = `kindred-desk-lang=${which.value}; path=/desk; max-age=${YEAR}; samesite=strict`;
    location.reload();
  }
  return el("p", { class: "lead-site" }, el("label", { for: "desk-language" }, words.language), which);
}
