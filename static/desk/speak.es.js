import es from "../locales/desk/es.js";
import { speak } from "./words.js";

speak(es);
