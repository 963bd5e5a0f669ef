/** One way to say that a limit is a mistake. */
import { button, el } from "../dom.js";
import { words } from "./words.js";

/** `send(text)` → acknowledgement or null; `done()` once it was taken, `failed(text)` says that it was not. */
export function appeal({ send, done, failed }) {
  const clock = new Intl.DateTimeFormat(words.lang, { hour: "numeric", minute: "2-digit" });
  const field = el("textarea", { rows: "2", maxlength: "500", autocomplete: "off", "aria-label": words.appeal });
  const form = el("details", {}, el("summary", {}, words.appeal), field, button(words.send, submit));

  async function submit() {
    const text = field.value.trim();
    const ack = text && (await send(text));
    if (!ack?.ok) return text && failed(words.not_done);
    done();
    return form.replaceWith(el("p", { role: "status" }, ack.receipt ? words.appealed : words.appeal_ends(clock.format(ack.ends))));
  }

  return form;
}
