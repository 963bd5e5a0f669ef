/** One sound and one note a case, however many tabs are open. Off until asked for. */
import { words } from "./words.js";

const HOLD = 30_000; // ms that other tabs find a case rung

/** `wanted()`: whether this browser may ring. */
export function openBell(wanted) {
  let audio = null;

  function tone() {
    audio = audio || new AudioContext();
    const sound = audio.createOscillator();
    const loud = audio.createGain();
    loud.gain.setValueAtTime(0.12, audio.currentTime);
    loud.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.6);
    sound.frequency.value = 520;
    sound.connect(loud).connect(audio.destination);
    sound.start();
    sound.stop(audio.currentTime + 0.6);
  }

  function note(item) {
    if (globalThis.Notification?.permission !== "granted") return;
    // no names and no words: a note stands on the lock screen
    new Notification(words.ring_title, { body: words.kinds[item.kind], tag: item.id, silent: true });
  }

  return {
    /** On request: sound needs a tap before it may play, notes need leave. */
    async allow() {
      tone();
      return (await globalThis.Notification?.requestPermission?.()) === "granted";
    },
    ring(item) {
      if (!wanted()) return;
      const once = () => {
        tone();
        note(item);
        return new Promise((over) => setTimeout(over, HOLD));
      };
      navigator.locks.request(`kindred-${item.id}`, { ifAvailable: true }, (lock) => lock && once());
    },
  };
}
