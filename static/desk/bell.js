/** One sound and one note a case, however many tabs are open. Off until asked for. */
import { words } from "./words.js";

const HOLD = 30_000; // ms that tabs which hear of a case at the same time find it rung
const MUTE = 400; // ms that a tab nobody has touched leaves to the others: browsers let it make no sound
const TONE = 0.6; // s

/** `wanted()`: whether this browser may ring. */
export function openBell(wanted) {
  const rung = new Set(); // here or in another tab, or known before anybody listened
  const tabs = new BroadcastChannel("kindred-bell");
  let audio = null;
  let free = 0; // when the last tone is over: several cases at once are one tone after the other

  tabs.onmessage = ({ data }) => rung.add(data);

  function tone() {
    audio = audio || new AudioContext();
    const at = Math.max(audio.currentTime, free);
    free = at + TONE;
    const sound = audio.createOscillator();
    const loud = audio.createGain();
    loud.gain.setValueAtTime(0.12, at);
    loud.gain.exponentialRampToValueAtTime(0.001, at + TONE);
    sound.frequency.value = 520;
    sound.connect(loud).connect(audio.destination);
    sound.start(at);
    sound.stop(at + TONE);
  }

  function note(item) {
    if (globalThis.Notification?.permission !== "granted") return;
    // no names and no words: a note stands on the lock screen
    const shown = new Notification(words.ring_title, { body: words.kinds[item.kind], tag: item.id, silent: true });
    shown.onclick = () => (globalThis.focus(), shown.close());
  }

  return {
    /** On request: sound needs a tap before it may play, notes need leave. */
    async allow() {
      tone();
      return (await globalThis.Notification?.requestPermission?.()) === "granted";
    },
    /** What waited already when the desk was opened rings no more. */
    known: (items) => items.forEach((item) => rung.add(item.id)),
    /** A new case, or `again`: nobody took it and it is brought to everyone. Each once. */
    async ring(item, again = false) {
      const id = again ? `${item.id} again` : item.id;
      if (rung.has(id)) return;
      rung.add(id);
      if (!wanted()) return;
      if (!navigator.userActivation?.hasBeenActive) await new Promise((go) => setTimeout(go, MUTE));
      const once = () => {
        tabs.postMessage(id); // for those that hear of it later: frozen, or without a line
        tone();
        note(item);
        return new Promise((over) => setTimeout(over, HOLD));
      };
      navigator.locks.request(`kindred-${id}`, { ifAvailable: true }, (lock) => lock && once());
    },
    close: () => tabs.close(),
  };
}
