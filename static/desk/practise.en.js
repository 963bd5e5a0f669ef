import "./speak.en.js"; // before the parts that take their words as they load
import words from "../locales/desk/practice.en.js";
import cast from "./practise-cast.en.js";
import { practise } from "./practise.js";

practise(words, cast);
