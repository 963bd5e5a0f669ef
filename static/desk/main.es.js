import "./speak.es.js"; // before main.js, whose parts take their words as they load
import "./main.js";
