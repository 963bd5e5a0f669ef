/** A QR code as one path of an SVG: no image, no canvas, so the page's policy needs no exception. */
import { generate } from "../vendor/lean-qr.js";
import { svg } from "../widget/dom.js";

const QUIET = 4; // modules of white around it (ISO/IEC 18004)

/** `label` says in words what is in it. Black on white in every colour mode, or cameras fail. */
export function qr(text, label) {
  const code = generate(text);
  const cells = [];
  for (let y = 0; y < code.size; y++) {
    for (let x = 0; x < code.size; x++) if (code.get(x, y)) cells.push(`M${x} ${y}h1v1h-1z`);
  }
  const side = code.size + 2 * QUIET;
  const view = `${-QUIET} ${-QUIET} ${side} ${side}`;
  return svg(
    "svg",
    { class: "qr", role: "img", "aria-label": label, viewBox: view },
    svg("rect", { x: -QUIET, y: -QUIET, width: side, height: side, fill: "#fff" }),
    svg("path", { d: cells.join(""), fill: "#000" }),
  );
}
