import "./speak.es.js"; // before the parts that take their words as they load
import words from "../locales/desk/practice.es.js";
import cast from "./practise-cast.es.js";
import { practise } from "./practise.js";

practise(words, cast);
