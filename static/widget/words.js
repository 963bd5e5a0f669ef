/** The words of the page's language. One language is loaded; English where there is no other yet. */
import en from "../locales/en.js";

export const words = en;
