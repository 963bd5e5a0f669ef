/** Where words are written. They stay here until the server has them, or come back if it refuses. */
import { looksLikeContact } from "../shared/contact.js";
import { button, el, say } from "./dom.js";
import { whenHere } from "./focus.js";
import { words } from "./words.js";

const COUNT_FROM = 200; // letters left when the count appears: 1,800 of 2,000

/**
 * `on.send(text, reply_to)`, `on.reword(entry, text)`, `on.typing()`, `on.hint(text)` for who cannot see it, `on.emptied()`; the draft outlives a reload in `memory`.
 *
 * What is written is for the room, an answer to one message, or other words for an own one (`about`); the
 * line above the box says which, and goes back to the first by one tap.
 */
export function openComposer({ on, memory, limit }) {
  let about = null; // { entry, rewords }
  const field = el("textarea", {
    rows: "1",
    "aria-label": words.write,
    placeholder: words.write,
    autocomplete: "off",
    enterkeyhint: "send",
    "aria-describedby": "about count",
  });
  const count = el("p", { id: "count", class: "count", hidden: true });
  const line = el("span", { id: "about", dir: "auto" });
  const bar = el("p", { class: "about-bar", hidden: true }, line, button(words.stop, stop));
  const hint = el("p", { class: "warning", hidden: true });
  const pausing = el("p", { class: "pausing", hidden: true });
  const go = button(words.send, () => {}, { type: "submit", class: "primary" });
  const form = el(
    "form",
    { class: "composer", onsubmit: submit },
    pausing,
    hint,
    bar,
    count,
    field,
    go,
  );

  function submit(event) {
    event.preventDefault();
    const text = field.value.trim();
    if (!text || left() < 0 || !pausing.hidden) return;
    const { entry, rewords } = about || {};
    regard(null);
    set("");
    if (rewords) on.reword(entry, text);
    else on.send(text, entry?.id);
  }

  function regard(next) {
    about = next;
    bar.hidden = !next;
    line.textContent = next ? (next.rewords ? words.rewording : words.answers(next.entry.from.name)) : "";
  }

  /** Stopping a change leaves the message as it was; a begun answer becomes words for everybody. */
  function stop() {
    if (about?.rewords) set("");
    regard(null);
    field.focus();
  }

  /** The server counts code points, so an emoji is one letter here too. */
  const left = () => limit() - [...field.value.trim()].length;

  function changed() {
    memory.set("draft", about?.rewords ? "" : field.value);
    if (!field.value) on.emptied();
    say(count, left() <= COUNT_FROM ? words.count(left()) : "");
    const hinted = looksLikeContact(field.value) ? words.contact_hint : "";
    if (hinted && hint.hidden) on.hint(hinted);
    say(hint, hinted);
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
  }

  function set(text) {
    field.value = text;
    changed();
  }

  field.addEventListener("input", () => {
    changed();
    if (field.value.trim()) on.typing();
  });
  // Enter sends, but never the Enter that accepts a word of an input method (229: Safari says so late).
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    submit(event);
  });

  return {
    form,
    focus: () => field.focus(),
    /** Why nothing can be sent now, or ""; what is in the box stays and can be written on. */
    pause(why) {
      say(pausing, why);
      go.disabled = Boolean(why);
    },
    restore() {
      regard(null);
      set(memory.get("draft") || "");
    },
    /** The next words answer this message. */
    answer(entry) {
      if (about?.rewords) set("");
      regard({ entry, rewords: false });
      field.focus();
    },
    /** The next words replace those of this message; `text`: a change that did not go. */
    reword(entry, text = entry.text) {
      regard({ entry, rewords: true });
      set(text);
      field.focus();
    },
    /** True where an answer or a change was begun, and is no more. */
    stop: () => Boolean(about) && (stop(), true),
    /** Refused words come back in front of what was written since; `spans` point out the part. */
    giveBack(text, spans) {
      const rest = field.value;
      set(rest ? `${text}\n${rest}` : text);
      whenHere(() => {
        field.focus();
        if (!spans?.length) return;
        const points = [...text];
        const unit = (point) => points.slice(0, point).join("").length;
        field.setSelectionRange(unit(spans[0][0]), unit(spans[0][1]));
      });
    },
  };
}
