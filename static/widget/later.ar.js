import { laterParts } from "../locales/test/ar.js";
import { opens } from "./later/parts.js";

export const open = opens(laterParts);
