import sure from "../locales/crisis/en.js";
import es from "../locales/es.js";
import { speak } from "./words.js";

speak(es, sure, (document.body.dataset.accepts || "").split(" "));
