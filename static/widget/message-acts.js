/**
 * What one can do with a message: folded behind "More", so that a room reads as a conversation and not as a
 * row of controls. A disclosure and not a menu: a screen reader walks it as it walks the text.
 */
import { button, el } from "./dom.js";
import { place } from "./later.js";
import { words } from "./words.js";

const EDITABLE = 10 * 60_000; // ms; the server's own bound (PROTOCOL section 3)

/**
 * [the button, what it unfolds]. `acts.reply(entry) react(entry, kind) edit(entry) takeBack(entry) hide(from)`;
 * `given` holds the kinds of support that I gave this message; `unfolded` the ids whose acts are shown.
 */
export function messageActs(entry, { mine, acts, given, unfolded, now = Date.now() }) {
  const open = unfolded.has(entry.id);
  const once = (name, text, then) => act(name, text, () => (toggle(), then(entry)));
  const body = el("div", { class: "acts", hidden: true });
  const more = button(words.more, toggle, {
    class: "more",
    "aria-expanded": String(open),
    "aria-label": mine ? words.more_mine : words.more_of(entry.from.name),
    "data-act": "more",
    tabindex: "-1", // the log is one stop on the way to the composer; arrows walk inside (log-view.js)
  });

  /** Drawn when it is first seen: of two hundred messages few are ever acted on. */
  function unfold() {
    if (!body.hasChildNodes()) body.append(...(mine ? own() : others()).filter(Boolean));
    body.hidden = false;
  }

  function toggle() {
    const opening = body.hidden;
    if (opening) unfold();
    else body.hidden = true;
    more.setAttribute("aria-expanded", String(opening));
    unfolded[opening ? "add" : "delete"](entry.id);
    if (opening) body.scrollIntoView({ block: "nearest" }); // else the newest message unfolds out of sight
  }

  function own() {
    return [
      now - entry.at < EDITABLE && once("edit", words.edit, acts.edit),
      once("take-back", words.take_back, acts.takeBack),
    ];
  }

  // Support leaves the acts open: what was given shows on the button, and can be taken back there.
  function others() {
    const support = Object.entries(words.reactions).map(([kind, text]) =>
      act(`react-${kind}`, text, () => acts.react(entry, kind), { "aria-pressed": String(given.has(kind)) }),
    );
    return [once("reply", words.reply, acts.reply), ...support, once("hide", words.hide_person, ({ from }) => acts.hide(from)), reports()];
  }

  const reports = () => place("reasons", (reason) => (toggle(), acts.report(entry, reason)));

  if (open) unfold();
  return [more, body];
}

/** `data-act` finds the control again after its message was drawn anew under it. */
const act = (name, text, onclick, attributes = {}) => button(text, onclick, { "data-act": name, ...attributes });
