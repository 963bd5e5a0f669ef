"""What an author reads about the filter's word, in their language: no rule is named, no text repeated."""

from collections.abc import Mapping
from typing import Final

from moderation.verdict import Action, Verdict

_KEPT: Final = {
    "en": "Your words are still on your screen. You can change them.",
    "es": "Tus palabras siguen en tu pantalla. Puedes cambiarlas.",
}
REFUSED: Final[Mapping[str, Mapping[str, str]]] = {
    "sourcing": {
        "en": "We could not share that one. It is about buying, selling or finding drugs.",
        "es": "No hemos podido compartirlo. Trata de comprar, vender o conseguir drogas.",
    },
    "hate": {
        "en": "We could not share that one. It puts people down for who they are.",
        "es": "No hemos podido compartirlo. Desprecia a personas por lo que son.",
    },
    "harassment": {
        "en": "We could not share that one. It could hurt somebody here.",
        "es": "No hemos podido compartirlo. Puede hacer daño a alguien de aquí.",
    },
    "threat": {
        "en": "We could not share that one. It reads as a threat.",
        "es": "No hemos podido compartirlo. Se lee como una amenaza.",
    },
    "encouragement": {
        "en": "We could not share that one. It could push somebody to harm themselves or to use.",
        "es": "No hemos podido compartirlo. Puede empujar a alguien a hacerse daño o a consumir.",
    },
    "grooming": {
        "en": "We could not share that one. It asks for something that is not safe to ask here.",
        "es": "No hemos podido compartirlo. Pide algo que aquí no es seguro pedir.",
    },
    "contact": {
        "en": "We could not share that one. Talking stays in this room. That keeps you safe too.",
        "es": "No hemos podido compartirlo. Aquí se habla en la sala. Eso también te protege a ti.",
    },
    "spam": {
        "en": "We could not share that one. It reads as an advert, or says the same thing again and again.",
        "es": "No hemos podido compartirlo. Parece publicidad, o repite lo mismo una y otra vez.",
    },
    "needs_person": {
        "en": "A volunteer would have to read this first, and none is here.",
        "es": "Una persona voluntaria tendría que leerlo antes, y ahora no hay nadie.",
    },
}
NOTES: Final[Mapping[Action, Mapping[str, str]]] = {
    Action.MASK: {
        "en": "We hid a word. The rest was sent.",
        "es": "Hemos tapado una palabra. El resto se ha enviado.",
    },
    Action.HOLD: {
        "en": "A volunteer reads this first. You will see what came of it.",
        "es": "Una persona voluntaria lo lee primero. Verás qué ha decidido.",
    },
    Action.REDACT: {
        "en": "We hid a part. The rest was sent.",
        "es": "Hemos tapado una parte. El resto se ha enviado.",
    },
}


COVER: Final[Mapping[str, Mapping[str, str]]] = {
    "leaving": {
        "en": "No volunteer is here any more. This room closes in 10 minutes. Take your time to say goodbye. "
        "Get help now stays open.",
        "es": "Ya no hay una persona voluntaria aquí. Esta sala se cierra en 10 minutos. Hay tiempo para "
        "despedirse. Pedir ayuda ya sigue abierto.",
    },
    "closed": {
        "en": "This room is closed for now. Thank you for being here for each other. You can still read, "
        "and Get help now is always there.",
        "es": "Esta sala está cerrada por ahora. Gracias por haber estado aquí. Puedes seguir leyendo, "
        "y Pedir ayuda ya está siempre ahí.",
    },
    "back": {
        "en": "A volunteer is here again. The room stays open.",
        "es": "Vuelve a haber una persona voluntaria aquí. La sala sigue abierta.",
    },
    "opened": {
        "en": "A volunteer is here. The room is open.",
        "es": "Hay una persona voluntaria aquí. La sala está abierta.",
    },
}
"""What a room hears when the last volunteer goes, and when one comes."""


def cover(which: str, lang: str) -> str:
    """A notice of `COVER`."""
    return _in(COVER[which], lang)


def refused(category: str, lang: str) -> str:
    """Why a message went to nobody, and that its words are not lost."""
    return f"{_in(REFUSED[category], lang)} {_in(_KEPT, lang)}"


def note(verdict: Verdict, lang: str) -> str | None:
    """What was done to a message that was sent; None where nothing was."""
    said = NOTES.get(verdict.action)
    return _in(said, lang) if said else None


def _in(said: Mapping[str, str], lang: str) -> str:
    return said.get(lang[:2].lower(), said["en"])
