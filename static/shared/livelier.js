/** When the offer of a livelier room may be made. Pure. */

const QUIET = 60_000; // ms without a word, before two people are asked whether they want to go

/**
 * `offer` `{room}` as the server told it, `quiet` the ms since anything was said in the room. Who is alone interrupts
 * nobody; what I have written and the room has not must not be left behind.
 */
export function mayOffer({ room, pending }, offer, quiet) {
  return room?.id === offer.room && !pending.length && (room.people.length < 2 || quiet >= QUIET);
}
