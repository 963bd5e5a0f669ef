"""A functional suite for hate, in the manner of the public ones and in our own words.

`.venv/bin/python -m bench.hate_functions` prints figures by function; `--write` makes
tests/cases/hate_functions.jsonl anew. Templates times group terms. A template, with all its lines, is in the
half that the BLAKE2b hash of its text says: even for development, odd kept aside, and no rule was ever
changed for a line of that half.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from moderation.pipeline import judge
from moderation.submission import Submission
from moderation.verdict import Action

FILE = Path(__file__).parents[1] / "tests/cases/hate_functions.jsonl"
GROUPS = (
    "gay people",
    "trans people",
    "Muslims",
    "Jews",
    "immigrants",
    "disabled people",
    "addicts",
    "women",
)
SLURS = ("faggot", "tranny", "paki", "kike", "retard", "dyke", "crackhead", "spic")
HATEFUL: dict[str, tuple[str, ...]] = {
    "derogation": (
        "{g} are disgusting",
        "all {g} are liars and thieves",
        "I can't stand {g}, the lot of them",
        "{g} are ruining this country",
        "honestly {g} make me sick",
        "everyone knows {g} are inferior",
        "I fucking hate {g}",
        "{g} have no place in here",
        "typical, {g} only ever think of themselves and lie",
        "if you ask me {g} are just mentally ill",
    ),
    "dehumanisation": (
        "{g} are vermin",
        "{g} are a cancer on society",
        "{g} aren't even human",
        "like rats, {g} get in everywhere",
        "{g} are nothing but parasites",
        "{g} are animals and should be treated like it",
        "what a plague {g} are",
        "{g}? filth, every one",
    ),
    "threat": (
        "{g} should all be shot",
        "someone needs to get rid of {g} once and for all",
        "I'd happily hang all {g}",
        "{g} deserve to die",
        "we should round up {g} and lock them away",
        "let {g} burn",
        "kill all {g}",
        "one day {g} will get what's coming and I'll be there with a bat",
    ),
    "exclusion": (
        "{g} out of this chat, now",
        "{g} shouldn't be allowed to have children",
        "no {g} welcome here",
        "{g} don't deserve help",
        "send {g} back where they came from",
        "{g} should not have the same rights as us",
    ),
    "slur": (
        "you {s}",
        "shut up {s}",
        "nobody asked you, {s}",
        "what a {s} you are",
        "get out of here you dirty {s}",
        "only a {s} would say that, and that's you",
        "this room is full of {s}s, disgusting",
        "of course you're crying, you're a {s}",
    ),
    "spelling": (
        "{G} 4re sc*m",
        "k!ll all {g}",
        "y0u {L}",
        "you {D}",
        "{g} r v e r m i n",
        "{J}aredisgusting",
        "shut up {X}",
        "{g} shud al die",
    ),
}
HARMLESS: dict[str, tuple[str, ...]] = {
    "identity": (
        "my best friends are {g} and I love them",
        "{g} are welcome in this room, always",
        "so many {g} in my group and it feels like home",
        "proud of all the {g} I met in treatment",
        "are there other {g} here tonight?",
        "{g} deserve the same care as everybody",
        "I work with {g} and they taught me patience",
    ),
    "negation": (
        "{g} are not disgusting, stop it",
        "I don't hate {g}, I never did",
        "nobody here thinks {g} are vermin",
        "it isn't true that {g} are dangerous",
        "we would never say {g} should be locked up",
        "no, {g} aren't a burden on anyone",
    ),
    "quotation": (
        'my father used to shout "{g} are vermin" at the television',
        'the man at the bus stop said "{g} should all be shot" and I froze',
        'somebody sprayed "{g} out" on our clinic',
        "my ex told me {g} are disgusting, and I believed him for years",
        "he called me a {s} in front of the kids",
        'they wrote "{s}" on my locker every week',
        "I was called a {s} at school and I still hear it",
    ),
    "counter": (
        "saying {g} are parasites is hateful and it hurts people here",
        "anyone who thinks {g} are inferior is wrong",
        "please don't say {g} are disgusting in here",
        "that joke about {g} was racist or worse, please stop",
        "nobody should ever be called a {s}",
        "the word {s} is not ok in this room",
        "people who say {g} deserve to die have never met one",
    ),
    "reclaimed": (
        "big old {s} here, six months sober",
        "I'm a proud {s} and I'm still here",
        "as a {s} myself I laughed at that",
        "we {s}s look after each other",
        "me and my fellow {s}s made soup",
    ),
    "self": (
        "I was such a {s} to my mum when I drank",
        "sometimes I think I'm vermin and then I call my sponsor",
        "I hate myself for how I was",
        "I feel like a parasite on my family",
        "I look in the mirror and see trash",
        "my head says I'm worthless again",
    ),
    "non_target": (
        "cockroaches are vermin, help, my flat is full of them",
        "I hate my depression and I want it gone",
        "this illness is a parasite and I'm done feeding it",
        "kill all the weeds in my garden, any tips?",
        "that film was disgusting",
        "cancer should burn in hell, I miss her",
        "these exams are garbage",
    ),
}


def lines() -> Iterator[dict[str, str]]:
    """Every line of the suite; a template without a gap is one line."""
    for hateful, functions in (("hateful", HATEFUL), ("harmless", HARMLESS)):
        for function, templates in functions.items():
            for template in templates:
                half = "dev" if blake2b(template.encode()).digest()[0] % 2 == 0 else "kept"
                texts = [_fill(template, *pair) for pair in zip(GROUPS, SLURS, strict=True)]
                for text in dict.fromkeys(texts):
                    yield {"text": text, "expect": hateful, "function": function, "half": half}


def _fill(template: str, group: str, slur: str) -> str:
    leet = slur.translate(str.maketrans("aeio", "43!0"))
    dotted = ".".join(slur)
    drawn = slur[:2] + slur[1] * 4 + slur[2:]
    return template.format(
        g=group, s=slur, G=group.upper(), L=leet, D=dotted, X=drawn, J=group.replace(" ", "").lower()
    )


def withheld(text: str) -> bool:
    """Whether the filter keeps a line from the room."""
    return judge(Submission(text=text, topic="mental-health")).action >= Action.HOLD


def figures(half: str) -> tuple[float, dict[tuple[str, str], tuple[int, int]]]:
    """Balanced accuracy of a half, and (right, all) by function."""
    counted: dict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in map(json.loads, FILE.read_text(encoding="utf-8").splitlines()):
        if row["half"] == half:
            right = withheld(row["text"]) == (row["expect"] == "hateful")
            before = counted[row["expect"], row["function"]]
            counted[row["expect"], row["function"]] = (before[0] + right, before[1] + 1)
    shares = []
    for side in ("hateful", "harmless"):
        rows = [count for (expect, _), count in counted.items() if expect == side]
        shares.append(sum(right for right, _ in rows) / sum(many for _, many in rows))
    return sum(shares) / 2, dict(counted)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.hate_functions", description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--half", choices=("dev", "kept"), default="dev")
    parser.add_argument("--wrong", action="store_true", help="list the wrong lines of the development half")
    asked = parser.parse_args()
    if asked.write:
        FILE.write_text(
            "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines()), encoding="utf-8"
        )
    balanced, counted = figures(asked.half)
    print(f"hate functions, half {asked.half}: balanced accuracy {balanced:.3f}  >= 0.660")
    for (expect, function), (right, many) in sorted(counted.items()):
        print(f"    {expect}: {function:<20}{right:4} / {many:4}")
    if asked.wrong and asked.half == "dev":
        for row in map(json.loads, FILE.read_text(encoding="utf-8").splitlines()):
            if row["half"] == "dev" and withheld(row["text"]) != (row["expect"] == "hateful"):
                print(f"{row['expect']} {row['function']}: {row['text']}")


if __name__ == "__main__":
    main()
