/** Languages, as codes in a field and as names to read. */
import { words } from "./words.js";

const CODE = /^[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}$/; // as the service has it
const MOST = 8;

/** The codes among what somebody typed. */
export const codes = (text) => text.toLowerCase().split(/[\s,;]+/).filter((one) => CODE.test(one)).slice(0, MOST);

/** A language by its name; a code that no browser knows ("en-es-fr") stands as it is. */
export function spoken(code) {
  try {
    return new Intl.DisplayNames([words.lang], { type: "language" }).of(code);
  } catch {
    return code;
  }
}
