/**
 * Leave fast without looking for a button: Shift, three times within five seconds.
 *
 * Shift that makes a capital letter does not count, and each press says how many are left, because a way out
 * that comes as a surprise is a fright. Whoever writes by holding keys can switch it off. A screen reader that
 * walks by Shift and a letter keeps the letter for itself, so the page sees Shift alone: but then the focus or the
 * caret moves.
 */
const PRESSES = 3;
const WITHIN = 5_000; // ms

/** `on.leave()`, `on.progress(left)`; `wanted()` says whether the keys are on. */
export function openLeaveKeys({ on, wanted, target = document, now = Date.now }) {
  let presses = [];
  let alone = false; // Shift went down, and nothing with it so far

  target.addEventListener("keydown", (event) => {
    if (event.repeat) return;
    alone = event.key === "Shift";
    if (!alone) presses = [];
  });
  const another = () => ((alone = false), (presses = [])); // before the key comes up, or after
  for (const sign of ["focusin", "selectionchange"]) target.addEventListener(sign, another);
  target.addEventListener("pointerdown", () => (alone = false)); // Shift and a click select text
  target.addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !alone || !wanted()) return;
    alone = false;
    presses = [...presses.filter((at) => now() - at < WITHIN), now()];
    if (presses.length < PRESSES) on.progress(PRESSES - presses.length);
    else on.leave();
  });
}
