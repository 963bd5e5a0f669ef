/** Prepared answers, put into a box by few keys. Nothing is sent by it: whoever chose one reads it, and sends it or not. */
import { button, el } from "../widget/dom.js";
import { keyed } from "./keyed.js";
import { words } from "./words.js";

/** For the box `field`; `read()` answers `{ok, lang, replies}`. `node` stands beside the box, `list` above it. */
export function openPrepared({ field, read }) {
  const list = el("ol", { class: "prepared plain", hidden: true, "aria-label": words.prepared, onkeydown: pressed });
  const node = button(keyed(words.prepared, "/"), () => (list.hidden ? open() : close()), { "aria-expanded": "false" });
  let turn = 0;

  field.addEventListener("keydown", (event) => {
    if (event.key !== "/" || field.value || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    open();
  });

  async function open() {
    const mine = ++turn;
    const ack = await read();
    if (mine !== turn) return; // the box is somebody else's by now
    const found = ack?.ok ? ack.replies : [];
    const one = (text, n) => el("li", {}, button(el("span", { "aria-hidden": "true" }, n < 9 ? `${n + 1} ` : ""), () => put(text), {}, [el("span", { lang: ack.lang, dir: "auto" }, text)]));
    list.replaceChildren(...(found.length ? found.map(one) : [el("li", { class: "note" }, ack?.ok ? words.no_prepared : words.failed)]));
    list.hidden = false;
    node.setAttribute("aria-expanded", "true");
    (list.querySelector("button") || field).focus();
  }

  function put(text) {
    field.value = field.value.trim() ? `${field.value.trimEnd()} ${text}` : text;
    field.dispatchEvent(new Event("input"));
    close();
  }

  function close() {
    shut();
    field.focus();
  }

  /** Without the keyboard being taken anywhere. */
  function shut() {
    turn += 1;
    list.hidden = true;
    node.setAttribute("aria-expanded", "false");
  }

  /** While one is chosen no key means anything else: what is a pause elsewhere is none here. */
  function pressed(event) {
    const all = [...list.querySelectorAll("button")];
    const at = all.indexOf(document.activeElement);
    event.stopPropagation();
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") close();
    else if (event.key === "ArrowDown") all[(at + 1) % all.length]?.focus();
    else if (event.key === "ArrowUp") all.at(at - 1)?.focus();
    else if (/^[1-9]$/.test(event.key)) all[Number(event.key) - 1]?.click();
    else return;
    event.preventDefault();
  }

  return { node, list, shut };
}
