import en from "../locales/en.js";
import { speak } from "./words.js";

speak(en);
