/** A quiet mark for a person in a room: 8 hues x 8 shapes. No faces. The name says the same. */
import { svg } from "./dom.js";

const SHAPES = [
  "M12 6a6 6 0 1 0 .01 0z",
  "M7 7h10v10H7z",
  "M12 5l7 12H5z",
  "M12 4l8 8-8 8-8-8z",
  "M4 15a8 8 0 0 1 16 0z",
  "M5 8h14v3H5zM5 14h14v3H5z",
  "M6 18c0-8 4-12 12-12 0 8-4 12-12 12z",
  "M12 4l6 4v7l-6 5-6-5V8z",
];

/** Keyed by the room, so that the same mark in two rooms says nothing about who it is. */
export function avatar(room, id) {
  const hash = fnv(`${room}:${id}`);
  return svg(
    "svg",
    { viewBox: "0 0 24 24", class: `avatar hue-${hash % 8}`, "aria-hidden": "true" },
    svg("circle", { cx: 12, cy: 12, r: 12 }),
    svg("path", { d: SHAPES[(hash >>> 8) % 8] }),
  );
}

/** FNV-1a, 32 bits: spread, not secrecy. */
function fnv(text) {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ letter.codePointAt(0), 0x01000193);
  return hash >>> 0;
}
