"""Prepared answers: short texts that a volunteer puts into the box, reads, changes and sends, or does not."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

OURS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "en": (
            "Hello. I am a volunteer here, and I have read what you wrote.",
            "Thank you for telling us. That is not easy.",
            "That sounds very hard. I am sorry you are going through this.",
            "You are not the only one. Others here know something of it too.",
            "Would you like to say more? Take the time you need.",
            "What would help you most right now?",
            "Are you safe right now?",
            "If you might hurt yourself, tap Get help now, at the top. It shows who you can call.",
            "We are peers, not doctors. I cannot say what to take or to stop. I can listen.",
            "I do not know the answer. I would rather say so than guess.",
            "Please leave out names, numbers and places. It keeps you safe, and others too.",
            "I have to go soon. Thank you for talking with me. Get help now stays at the top.",
        ),
        "es": (
            "Hola. Estoy aquí de voluntariado y he leído lo que escribiste.",
            "Gracias por contarlo. No es fácil.",
            "Suena muy duro. Siento que estés pasando por esto.",
            "No le pasa solo a una persona. Aquí hay gente que sabe algo de esto.",
            "¿Quieres contar más? Tómate el tiempo que necesites.",
            "¿Qué te ayudaría más ahora mismo?",
            "¿Estás a salvo ahora mismo?",
            "Si puedes hacerte daño, toca «Pedir ayuda ya», arriba. Muestra a quién llamar.",
            "Aquí somos iguales, no personal médico. No puedo decir qué tomar o dejar. Puedo escucharte.",
            "No sé la respuesta. Prefiero decírtelo a inventarla.",
            "Por favor, no pongas nombres, números ni lugares. Así te cuidas y cuidas al resto.",
            "Tengo que irme pronto. Gracias por hablar conmigo. «Pedir ayuda ya» sigue arriba.",
        ),
    }
)
"""Until a lead writes others. No promise is in them: who sends one may have to go the next minute."""
MOST: Final = 24
"""Answers of a language: what can be looked through while somebody waits."""
LONGEST: Final = 500
"""Characters of one; a long answer is not read."""
