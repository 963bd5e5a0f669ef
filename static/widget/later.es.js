import catalogue from "../locales/later/es.js";
import { opens } from "./later/parts.js";

export const open = opens(catalogue);
