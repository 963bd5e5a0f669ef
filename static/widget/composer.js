/** Where words are written. They stay here until the server has them, or come back if it refuses. */
import { button, el, say } from "./dom.js";
import { words } from "./words.js";

const COUNT_FROM = 200; // letters left when the count appears: 1,800 of 2,000

/** `on.send(text)`, `on.typing()`; the draft outlives a reload in `memory`. */
export function openComposer({ on, memory, limit }) {
  const field = el("textarea", {
    rows: "1",
    "aria-label": words.write,
    placeholder: words.write,
    autocomplete: "off",
    enterkeyhint: "send",
    "aria-describedby": "count",
  });
  const count = el("p", { id: "count", class: "count", hidden: true });
  const form = el(
    "form",
    { class: "composer", onsubmit: submit },
    count,
    field,
    button(words.send, () => {}, { type: "submit", class: "primary" }),
  );

  function submit(event) {
    event.preventDefault();
    const text = field.value.trim();
    if (!text || left() < 0) return;
    set("");
    on.send(text);
  }

  /** The server counts code points, so an emoji is one letter here too. */
  const left = () => limit() - [...field.value.trim()].length;

  function changed() {
    memory.set("draft", field.value);
    say(count, left() <= COUNT_FROM ? words.count(left()) : "");
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
    restore: () => set(memory.get("draft") || ""),
    /** Refused words come back in front of what was written since; `spans` point out the part. */
    giveBack(text, spans) {
      const rest = field.value;
      set(rest ? `${text}\n${rest}` : text);
      field.focus();
      if (!spans?.length) return;
      const points = [...text];
      const unit = (point) => points.slice(0, point).join("").length;
      field.setSelectionRange(unit(spans[0][0]), unit(spans[0][1]));
    },
  };
}
