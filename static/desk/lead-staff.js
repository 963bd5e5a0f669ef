/** Who serves a site, and who is invited. */
import { button, el, say } from "../widget/dom.js";
import { api } from "./api.js";
import { choice, labelled, lineOf, moment, twice, why } from "./lead-parts.js";
import { words } from "./words.js";

const ROLES = ["greeter", "moderator", "lead"];
const roleChoice = (role) => choice(ROLES.map((id) => [id, words.roles[id]]), role);
const badgeField = (badge) => el("input", { value: badge, maxlength: "40", autocomplete: "off" });

export async function staffPage({ site, me }) {
  const line = lineOf();
  const link = el("div", { class: "once", hidden: true });
  const staff = el("ul", { class: "plain cards" });
  const open = el("ul", { class: "plain cards" });
  const none = el("p", { class: "note" }, words.lead.no_invites);
  await draw();

  async function draw() {
    const [people, invites] = await Promise.all([api("GET", `staff?site=${site}`), api("GET", `invites?site=${site}`)]);
    if (!people.ok || !invites.ok) return say(line, why(people.ok ? invites : people));
    staff.replaceChildren(...people.body.staff.map(person));
    open.replaceChildren(...invites.body.invitations.map(invitation));
    none.hidden = invites.body.invitations.length > 0;
  }

  /** Draws what is so now, then tells what came of it. */
  async function done(answer, text) {
    if (answer.ok) await draw();
    say(line, answer.ok ? text : why(answer, { conflict: words.lead.only_lead, bad_request: words.lead.badge_bad }));
  }

  /** A link is shown this once: the service keeps none. */
  function once(answer, text) {
    if (!answer.ok) return say(line, why(answer, { forbidden: words.lead.elsewhere, bad_request: words.lead.badge_bad }));
    const field = el("input", { readonly: true, value: answer.body.link, onfocus: () => field.select() });
    const copy = button(words.lead.copy, async () => {
      field.select();
      await navigator.clipboard?.writeText(answer.body.link).then(() => say(line, words.lead.copied), () => {});
    });
    link.replaceChildren(el("p", {}, text), labelled("once", words.lead.link, field), copy);
    link.hidden = false;
    field.focus();
    return draw();
  }

  function person(one) {
    const role = roleChoice(one.role);
    const badge = badgeField(one.badge);
    const save = button(words.lead.save, async () => {
      await done(await api("PATCH", `staff/${one.id}`, { site, role: role.value, badge: badge.value }), words.lead.saved(one.name));
    }, { disabled: true });
    for (const field of [role, badge]) field.addEventListener("input", () => (save.disabled = role.value === one.role && badge.value === one.badge));
    return el(
      "li",
      { class: "card-row" },
      el("p", { class: "whose" }, el("bdi", {}, one.name), one.id === me.id && ` · ${words.lead.you}`),
      el("p", { class: "note" }, one.second_factor ? words.lead.has_code : words.lead.no_code),
      el("div", { class: "fields" }, labelled(`role-${one.id}`, words.lead.role, role), labelled(`badge-${one.id}`, words.lead.badge, badge)),
      el(
        "div",
        { class: "acts" },
        save,
        twice(words.lead.reset, words.lead.reset_sure, async () => once(await api("POST", `staff/${one.id}/reset`, { site }), words.lead.reset_about(one.name))),
        twice(words.lead.remove, words.lead.remove_sure(one.name), async () => done(await api("DELETE", `staff/${one.id}?site=${site}`), words.lead.removed(one.name))),
      ),
    );
  }

  function invitation(one) {
    const what = one.kind === "reset" ? words.lead.a_reset : [words.roles[one.role], one.badge].filter(Boolean).join(" · ");
    return el(
      "li",
      { class: "row" },
      el("span", {}, `${what} · ${words.lead.until(moment.format(one.until))}`),
      button(words.lead.withdraw, async () => done(await api("DELETE", `invites/${one.id}?site=${site}`), words.lead.withdrawn)),
    );
  }

  const role = roleChoice("moderator");
  const badge = badgeField("");
  const invite = el(
    "form",
    { class: "card-row", onsubmit: send },
    el("h3", {}, words.lead.invite),
    el("div", { class: "fields" }, labelled("invite-role", words.lead.role, role), labelled("invite-badge", words.lead.badge, badge)),
    el("p", { class: "note" }, words.lead.role_about),
    el("div", { class: "acts" }, button(words.lead.make_link, () => {}, { type: "submit", class: "primary" })),
  );
  async function send(event) {
    event.preventDefault();
    await once(await api("POST", "invites", { site, role: role.value, badge: badge.value }), words.lead.link_about);
  }
  return [line, invite, link, el("h3", {}, words.lead.open_invites), none, open, el("h3", {}, words.lead.serve_here), staff];
}
