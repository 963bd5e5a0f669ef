/** For who sits here: breaks, hard cases in a row, and a word after one. Pure: (state, …) → what to say. */

const MINUTE = 60_000;
const BREAK = 50; // minutes (DESIGN section 8)
const LONG = 120;
const ROW = 3;

export const openShift = () => ({ since: null, told: 0, row: 0 });

/** Duty may begin and end in another tab, and a reload does not start the break anew: it began when the service says. */
export function served(shift, { duty, onDuty, me }, now) {
  if (!duty) return shift.since ? openShift() : shift;
  return shift.since ? shift : { ...shift, since: onDuty.find((one) => one.id === me.id)?.since || now };
}

/** `[shift, id of the words or null]`; each prompt once. The long one cannot be switched off. */
export function clock(shift, now) {
  const minutes = shift.since ? (now - shift.since) / MINUTE : 0;
  if (minutes >= LONG && shift.told < LONG) return [{ ...shift, told: LONG }, "break_120"];
  if (minutes >= BREAK && shift.told < BREAK) return [{ ...shift, told: BREAK }, "break_50"];
  return [shift, null];
}

/** Who has been on for two hours, as a lead should hear once of each. Nobody can switch it off. */
export function tired({ me, onDuty }, told, now) {
  if (me?.role !== "lead") return [];
  return onDuty.filter((one) => one.id !== me.id && one.since && now - one.since >= LONG * MINUTE && !told.has(one.id));
}

/** A case was ended. After three hard ones in a row the next may go to somebody else. */
export function ended(shift, kind) {
  if (kind !== "crisis") return [{ ...shift, row: 0 }, null];
  const row = shift.row + 1;
  return row >= ROW ? [{ ...shift, row: 0 }, "pass_offer"] : [{ ...shift, row }, "debrief"];
}
