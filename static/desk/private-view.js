/**
 * Private words with one person: what was said, oldest first, and the box for more. Whom it is for is decided when
 * it is opened and stands above it: another case under the cursor never changes who reads what is being written.
 */
import { button, el, say } from "../widget/dom.js";
import { openPrepared } from "./prepared.js";
import { words } from "./words.js";

const clock = new Intl.DateTimeFormat(words.lang, { hour: "numeric", minute: "2-digit" });
const ANEW = 20_000; // ms until a thread that is looked at is asked for again: a lost answer is not lost for long
const SETTLED = 150; // ms on one person

/** `ask(event, payload)`; `prepared(whom)` asks for prepared answers; `send(visitor, text, name)` answers whether it went; `stop()`: the box was closed. */
export function openPrivateView({ ask, prepared, send, stop }) {
  const title = el("h3", {}, words.private_words);
  const log = el("div", { class: "private-log", role: "log", "aria-label": words.private_words, tabindex: "0" });
  const line = el("p", { class: "note" });
  const to = el("p", { class: "about" });
  const field = el("textarea", { id: "private", rows: "2", autocomplete: "off", oninput: () => drafts.set(writing.visitor, field.value) });
  const ready = openPrepared({ field, read: () => prepared(writing) });
  const form = el("form", { class: "composer", hidden: true, onsubmit: submit }, to, ready.list, field, ready.node, button(words.send, () => {}, { type: "submit", class: "primary" }));
  const node = el("section", { class: "private", hidden: true, "aria-label": words.private_words }, title, log, line, form);
  const drafts = new Map(); // visitor -> what was begun for them
  let shown = null; // {visitor, name} whose thread is seen
  let writing = null; // {visitor, name} for whom the box is open
  let said = []; // as the server has it
  let askedAt = 0;
  let soon;

  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) submit(event);
  });

  async function submit(event) {
    event.preventDefault();
    const text = field.value.trim();
    const whom = writing;
    if (!text || !whom) return;
    if (!(await send(whom.visitor, text, whom.name))) return;
    drafts.delete(whom.visitor);
    if (writing?.visitor === whom.visitor) field.value = "";
    read();
  }

  async function read() {
    const whom = shown;
    if (!whom) return;
    askedAt = Date.now();
    const ack = await ask("person", { visitor: whom.visitor });
    if (shown?.visitor !== whom.visitor) return;
    said = ack.ok ? ack.words || [] : [];
    say(line, ack.ok && ack.words === null ? words.private_off_duty : "");
    draw();
  }

  function draw() {
    const end = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    log.replaceChildren(...said.map((turn) => turnNode(turn)));
    log.hidden = said.length === 0;
    title.hidden = said.length === 0 && !writing;
    node.hidden = said.length === 0 && !writing && line.hidden;
    if (end) log.scrollTop = log.scrollHeight;
  }

  function turnNode({ at, text, from }) {
    return el("div", { class: `turn${from ? " ours" : ""}` }, el("p", { class: "who" }, el("bdi", {}, from ? from.name : shown.name || ""), el("time", { datetime: new Date(at).toISOString() }, clock.format(at))), el("p", { dir: "auto" }, text));
  }

  function close() {
    if (!writing) return false;
    writing = null;
    ready.shut();
    form.hidden = true;
    draw();
    return true;
  }

  return {
    node,
    close,
    writing: () => Boolean(writing),
    /** Whose words are seen; null for nobody. While somebody writes the box keeps its person. */
    show(meant) {
      const whom = writing || meant;
      if (whom?.visitor === shown?.visitor) return;
      shown = whom && { visitor: whom.visitor, name: whom.name };
      said = [];
      say(line, "");
      draw();
      clearTimeout(soon);
      soon = setTimeout(read, SETTLED); // not for each of those that a held key walks over
    },
    /** Opens the box for somebody. */
    open(meant) {
      ready.shut();
      writing = { visitor: meant.visitor, name: meant.name, site: meant.site };
      this.show(writing);
      to.replaceChildren(el("span", { dir: "auto" }, words.whisper_to(meant.name || words.them)), button(words.stop, () => close() && stop()));
      field.setAttribute("aria-label", words.whisper_to(meant.name || words.them));
      field.value = drafts.get(meant.visitor) || "";
      form.hidden = false;
      draw();
      form.scrollIntoView({ block: "nearest" });
      field.focus();
    },
    /** Something was said to, or by, one of these. */
    heard: (visitors) => shown && visitors.includes(shown.visitor) && read(),
    again: read,
    tick: (now) => shown && !node.hidden && now - askedAt > ANEW && read(),
  };
}
