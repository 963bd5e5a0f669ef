/** How this person likes the desk, in this browser: no names, no words, nothing of a visitor. */
const KEY = "kindred-desk";
const SINCE = "kindred-desk-since"; // when duty began in this tab; a reload does not start the break anew
const DEFAULTS = { keys: true, ring: false, langs: "" };

export function openSettings() {
  let held = { ...DEFAULTS };
  try {
    held = { ...held, ...JSON.parse(localStorage.getItem(KEY)) };
  } catch {
    // storage may be blocked: then they hold until the page is closed
  }
  return {
    get: (id) => held[id],
    set(id, value) {
      held = { ...held, [id]: value };
      try {
        localStorage.setItem(KEY, JSON.stringify(held));
      } catch {
        // as above
      }
    },
    /** When this duty began; `anew`: now. */
    since(anew = false) {
      try {
        const kept = Number(sessionStorage.getItem(SINCE));
        if (kept && !anew) return kept;
        const now = Date.now();
        sessionStorage.setItem(SINCE, String(now));
        return now;
      } catch {
        return Date.now();
      }
    },
  };
}
