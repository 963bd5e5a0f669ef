"""What the server itself says to visitors, in the panel's languages; what a clinic wrote stays as it is."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

from rooms.site import Site

_GUIDELINES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "en": (
            "Be kind. Listen first.",
            "Share what helped you. Do not tell others what to do.",
            "Keep it private. No real names, phone numbers or links.",
            "Do not share ways to get hurt, or where to buy drugs.",
            "If something feels wrong, press Report.",
        ),
        "es": (
            "Trata bien a la gente. Escucha primero.",
            "Cuenta lo que te ayudó. No digas a nadie lo que tiene que hacer.",
            "Sin datos personales: ni nombres reales, ni teléfonos, ni enlaces.",
            "No cuentes formas de hacerse daño, ni dónde comprar drogas.",
            "Si algo no va bien, toca Avisar.",
        ),
    }
)
_PAGE: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "en": {
            "help": "Get help now",
            "no_script": "The chat needs JavaScript. These lines work without it.",
            "emergency": "Emergency",
            "call": "call",
            "text": "text",
        },
        "es": {
            "help": "Pedir ayuda ya",
            "no_script": "El chat necesita JavaScript. Estas líneas funcionan sin él.",
            "emergency": "Emergencias",
            "call": "llama al",
            "text": "escribe al",
        },
    }
)
LANGUAGES: Final = tuple(_PAGE)
"""What the panel speaks (static/locales)."""
RIGHT_TO_LEFT: Final = frozenset({"ar"})
FOR_TESTS: Final = ("ar",)
"""Letters without meaning (static/locales/test): only where a site accepts them by name, as the demo does."""
REVIEWED: Final = frozenset({"en"})
"""Those whose words around help somebody has read with a reader's eyes (`reviewed_by` of the catalogue)."""


def spoken(*asked: str, accepted: Collection[str] = ()) -> str:
    """The first of these languages that the panel speaks, by its main part ("es-MX" is "es"), or English.

    Those for tests count where they are `accepted`.
    """
    mains = (lang.partition("-")[0].lower() for lang in asked)
    known = {*LANGUAGES, *(lang for lang in FOR_TESTS if lang in accepted)}
    return next((lang for lang in mains if lang in known), "en")


def guidelines(lang: str) -> tuple[str, ...]:
    """How we talk here, five lines, in a language that `spoken` gave."""
    return _GUIDELINES[lang]


def page(lang: str, site: Site) -> Mapping[str, str]:
    """The words of the page without a script, which is the phone lines: in English where those of `lang` are
    unreviewed and the site does not accept that."""
    sure = lang in REVIEWED or lang in site.accept_unreviewed
    return _PAGE[lang if sure and lang in _PAGE else "en"]
