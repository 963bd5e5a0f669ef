/**
 * The parts that few need in their first minute: reports, appeals, steadying cards, the last question. They are
 * asked for once the chat is there and the browser has nothing else to do, and stay, so that they work without
 * a connection too. Where they could not be had, their place says so and tries again.
 *
 * Help, Leave fast and the cards of a crisis are never among them.
 */
import { button, el } from "./dom.js";
import { words } from "./words.js";

let parts = null;
let asked = null; // the request on its way
let tries = 0;
const places = new Set();

/** The parts, asked for where they are not here or on their way; null where they cannot be had now. */
export async function fetchParts() {
  if (!parts) await (asked ||= ask());
  return parts;
}

async function ask() {
  const { later } = document.body.dataset;
  // A browser may remember that an address failed; another try is another address.
  const got = await import(tries++ ? `${later}?${tries}` : later).catch(() => null);
  parts = got && got.open(words);
  asked = null;
  for (const fill of places) fill();
  if (parts) places.clear();
}

/** A place for the part `name`, made with `given` once it is here. */
export function place(name, ...given) {
  const node = el("div", { class: "part" });

  function fill() {
    node.replaceChildren(...(parts ? [parts[name](...given)] : tries && !asked ? missing() : []));
  }

  function missing() {
    return [el("p", { role: "status" }, words.part_missing), button(words.try_again, () => (fetchParts(), fill()))];
  }

  if (!parts) places.add(fill);
  fill();
  return node;
}

window.addEventListener("online", () => tries && fetchParts());
