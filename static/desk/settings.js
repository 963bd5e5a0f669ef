/** How this person likes the desk, in this browser: no names, no words, nothing of a visitor. */
const KEY = "kindred-desk";
const DEFAULTS = { keys: true, ring: false, langs: "" };

export function openSettings() {
  let held = { ...DEFAULTS };
  read();
  addEventListener("storage", ({ key }) => key === KEY && read()); // another tab's change holds here too

  function read() {
    try {
      held = { ...held, ...JSON.parse(localStorage.getItem(KEY)) };
    } catch {
      // storage may be blocked: then they hold until the page is closed
    }
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
  };
}
