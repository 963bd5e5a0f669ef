import catalogue from "../locales/later/en.js";
import { opens } from "./later/parts.js";

export const open = opens(catalogue);
