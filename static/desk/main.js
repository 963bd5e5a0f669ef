/** The desk: an invitation, or signing in, or the wall. */
import { api } from "./api.js";
import { invitation, signIn } from "./door.js";
import { openSettings } from "./settings.js";
import { openWall } from "./wall.js";

const root = document.getElementById("desk");
const settings = openSettings();

function show(node) {
  root.replaceChildren(node);
  (node.querySelector("input") || node.querySelector("h1"))?.focus();
}

async function begin(note) {
  const token = /^#invite=([\w-]+)$/.exec(location.hash)?.[1];
  if (token) {
    return invitation({ token, show, done: () => { history.replaceState(null, "", "/desk"); begin(); } });
  }
  const me = await api("GET", "me");
  if (me.ok) {
    openWall({ root, settings, over: (why) => begin(why) });
    return root.querySelector("h1").focus(); // the button that was pressed is gone, and Tab goes on from here
  }
  return show(signIn({ done: () => begin(), note: note || "" }));
}

begin();
addEventListener("hashchange", () => begin());
