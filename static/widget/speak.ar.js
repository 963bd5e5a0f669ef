import ar from "../locales/test/ar.js";
import { speak } from "./words.js";

speak(ar);
