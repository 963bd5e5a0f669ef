import en from "../locales/desk/en.js";
import { speak } from "./words.js";

speak(en);
