"""The panel's English is easy to read: somebody at the worst moment has no patience for a hard sentence."""

import json
import math
import re
import subprocess

import pyphen

from tests.serving import ROOT

CATALOGUE = """
import en from "./static/locales/en.js";
import later from "./static/locales/later/en.js";
const strings = (value) =>
    typeof value === "function" ? [value(3)]
    : typeof value === "string" ? [value]
    : value ? Object.values(value).flatMap(strings) : [];
console.log(JSON.stringify(strings([en, later]).map(String)));
"""
WORDS = 4
"""Fewer are a label, for which the formula says nothing."""


SYLLABLES = pyphen.Pyphen(lang="en_US")


def syllables(word: str) -> int:
    return SYLLABLES.inserted(word).count("-") + 1


def parts(text: str) -> tuple[int, list[str]]:
    """How many sentences, and the words."""
    return max(1, len(re.findall(r"[.?](?:\s|$)", text))), re.findall(r"[A-Za-z']+", text)


def grade(text: str) -> float:
    """Flesch-Kincaid grade (Kincaid 1975)."""
    sentences, words = parts(text)
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def smog(text: str) -> float:
    """SMOG grade (McLaughlin 1969): words of three syllables and more."""
    sentences, words = parts(text)
    hard = sum(syllables(word) >= 3 for word in words)
    return 1.043 * math.sqrt(hard * 30 / sentences) + 3.1291


def catalogue() -> list[str]:
    """Every sentence of the English catalogue, with its blanks filled in."""
    done = subprocess.run(
        ["node", "--input-type=module", "-e", CATALOGUE], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return [text for text in json.loads(done.stdout) if len(text.split()) >= WORDS]


def test_every_string_and_the_whole_are_easy_to_read() -> None:
    """Flesch-Kincaid at most grade 6 a string and 3 the whole; SMOG at most 6."""
    texts = catalogue()
    assert {text: grade(text) for text in texts if grade(text) > 6} == {}
    whole = " ".join(text if text.endswith((".", "?")) else f"{text}." for text in texts)
    assert grade(whole) <= 3
    assert smog(whole) <= 6
