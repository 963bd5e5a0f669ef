/** The way in: password and code; or an invitation, from its link to the recovery codes. */
import { button, el, say } from "../widget/dom.js";
import { api } from "./api.js";
import { languageChoice } from "./language.js";
import { qr } from "./qr.js";
import { words } from "./words.js";

/** A field with its label. */
function field(id, label, attributes = {}) {
  const input = el("input", { id, name: id, autocapitalize: "off", spellcheck: "false", ...attributes });
  return [el("label", { for: id }, label), input];
}

// The phone's own key goes on: where something is missing, the browser leads there.
const password = (id, label, complete, more) => field(id, label, { type: "password", required: true, autocomplete: complete, maxlength: "256", enterkeyhint: "go", ...more });
const code = (more) => field("code", words.code, { inputmode: "text", autocomplete: "one-time-code", maxlength: "64", enterkeyhint: "go", ...more });
const cardOf = (...nodes) => el("main", { class: "card" }, el("h1", { tabindex: "-1" }, words.desk), ...nodes);
const why = ({ error }) => words.door_errors[error.code] || words.failed;

/** Sends a form once at a time; a refusal stands in `line`. */
function form(line, label, send, ...nodes) {
  const go = button(label, () => {}, { type: "submit", class: "primary" });
  return el(
    "form",
    {
      async onsubmit(event) {
        event.preventDefault();
        go.disabled = true;
        say(line, words.wait);
        await send(new FormData(event.target));
        go.disabled = false;
      },
    },
    ...nodes,
    line,
    go,
  );
}

const status = () => el("p", { class: "line", role: "status" });

/** `done()` once there is a session; `note` says why one is here again. */
export function signIn({ done, note }) {
  const line = status();
  const [label, input] = code();
  const factor = el("div", { class: "pair", hidden: true }, label, input, el("p", { class: "note" }, words.code_hint));
  async function send(data) {
    const asked = { name: data.get("name"), password: data.get("password") };
    if (data.get("code")) asked.code = data.get("code");
    const answer = await api("POST", "session", asked);
    if (answer.ok) return done();
    const needed = answer.body.error.code === "code_needed";
    say(line, needed && factor.hidden ? words.code_now : why(answer.body));
    if (needed) factor.hidden = false;
    if (needed) input.focus();
  }
  const name = field("name", words.name, { required: true, autocomplete: "username", maxlength: "128", enterkeyhint: "next" });
  say(line, note || "");
  return cardOf(
    el("p", {}, words.sign_in_about),
    form(line, words.sign_in, send, ...name, ...password("password", words.password, "current-password"), factor),
    el("p", {}, el("a", { class: "plain-link", href: "/desk/practise" }, words.practise)),
    languageChoice(),
  );
}

/** `show(node)` draws a screen, `done()` goes on to the wall. */
export async function invitation({ token, show, done }) {
  const answer = await api("GET", `invites/${encodeURIComponent(token)}`);
  if (!answer.ok) return show(cardOf(el("p", {}, why(answer.body)), button(words.to_sign_in, done, { class: "primary" })));
  const { roles, name, totp, kind } = answer.body.invitation;
  const line = status();
  async function send(data) {
    const asked = { name: name || data.get("name"), password: data.get("password") };
    if (data.get("code")) asked.code = data.get("code");
    const made = await api("POST", `invites/${encodeURIComponent(token)}`, asked);
    if (!made.ok) return say(line, why(made.body));
    history.replaceState(null, "", "/desk"); // the link is used up, and the history need not keep it
    if (made.body.recovery_codes?.length) return show(recovery(made.body.recovery_codes, done));
    return done();
  }
  const who = name
    ? [el("p", {}, words.you_are(name))]
    : [...field("name", words.your_name, { required: true, autocomplete: "username", maxlength: "64", enterkeyhint: "next", "aria-describedby": "name-hint" }), el("p", { id: "name-hint", class: "note" }, words.name_hint)];
  return show(
    cardOf(
      el("p", {}, kind === "reset" ? words.reset_about : words.invited),
      el("ul", { class: "plain" }, ...roles.map((post) => el("li", {}, el("strong", {}, words.roles[post.role]), ` · ${post.site_name}`, post.badge && ` · ${post.badge}`))),
      form(
        line,
        words.accept,
        send,
        ...who,
        ...password("password", words.new_password, "new-password", totp && { enterkeyhint: "next" }),
        el("p", { class: "note" }, words.password_hint),
        totp && secondFactor(totp),
      ),
    ),
  );
}

/** On a phone the link opens the authenticator; elsewhere the picture is scanned; the text works anywhere. */
function secondFactor({ secret, uri }) {
  const [label, input] = code({ required: true, inputmode: "numeric" });
  return el(
    "fieldset",
    {},
    el("legend", {}, words.second_factor),
    el("p", {}, words.second_factor_about),
    el("a", { class: "action", href: uri }, words.open_authenticator),
    qr(uri, words.qr),
    el("p", { class: "note" }, words.secret_by_hand),
    el("p", {}, el("code", { class: "secret" }, secret.replace(/(.{4})(?=.)/g, "$1 "))),
    label,
    input,
  );
}

/** Eight codes by hand are minutes; a tap puts them where a person keeps such things. */
function recovery(codes, done) {
  const line = status();
  const copy = () => navigator.clipboard.writeText(codes.join("\n")).then(() => say(line, words.recovery_copied), () => say(line, words.recovery_not_copied));
  return cardOf(
    el("h2", {}, words.recovery),
    el("p", {}, words.recovery_about),
    el("ol", { class: "codes" }, ...codes.map((one) => el("li", {}, el("code", {}, one)))),
    el("div", { class: "acts" }, navigator.clipboard && button(words.recovery_copy, copy), button(words.recovery_kept, done, { class: "primary" })),
    line,
  );
}

/** My own sessions, each with a way to end it. `over()`: this one was ended. */
export async function sessions({ over }) {
  const list = el("ul", { class: "plain" });
  const when = new Intl.DateTimeFormat(words.lang, { dateStyle: "medium", timeStyle: "short" });
  const answer = await api("GET", "sessions");
  const mine = answer.ok ? answer.body.sessions : [];
  const row = (one) => {
    const node = el(
      "li",
      { class: "row" },
      one.current ? words.this_session : words.session_seen(when.format(one.seen)),
      !one.current &&
        button(words.end_session, async () => (await api("DELETE", `sessions/${one.id}`)).ok && node.remove()),
    );
    return node;
  };
  list.append(...mine.map(row));
  async function everywhere() {
    for (const one of mine.filter((other) => !other.current)) await api("DELETE", `sessions/${one.id}`);
    await api("DELETE", "session");
    over();
  }
  const leave = async () => {
    await api("DELETE", "session");
    over();
  };
  return el("div", { class: "pair" }, list, el("div", { class: "acts" }, button(words.sign_out, leave), button(words.sign_out_everywhere, everywhere)));
}
