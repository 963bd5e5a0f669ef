"""Train the heads of the model, say how good they are on lines they have not seen, and write them."""

import argparse
import json
import sys
from pathlib import Path

from moderation.model import HEADS
from moderation.training.examples import Example, corpus, gathered, opened, split
from moderation.training.linear import auc, fit, freeze, shares

OUT = Path(__file__).parent.parent / "model.json"
FOLDS = 5
ALONE = {
    "risk": 0.48,
    "medical": 0.5,
    "safeguarding": 0.55,
    "methods": 0.55,
    "encouragement": 0.7,
    "abuse": 0.84,
    "sourcing": 0.6,
    "contact": 0.5,
    "spam": 0.55,
}
"""By head the score from which it acts alone. README.md says how they were chosen."""
BACKED = {**ALONE, "sourcing": 0.4, "contact": 0.5, "spam": 0.55}
"""The score from which it acts where a rule `weak.*` holds too; only three heads have one."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m moderation.training", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with the open sets; without it, the corpus alone")
    parser.add_argument("--cases", type=Path, help="folder with our cases; the opened ones are learned")
    parser.add_argument("--check", action="store_true", help="measure by folds and write nothing")
    asked = parser.parse_args()
    own = [*corpus(), *(opened(asked.cases) if asked.cases else [])]
    others = gathered(asked.data) if asked.data else []
    if asked.check:
        _by_folds([*own, *others])
        return
    weights = fit([*own, *others])
    model = freeze(weights, ALONE, BACKED)
    OUT.write_text(json.dumps(model, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    sys.stdout.write(f"{OUT.name} {model['version']}: {OUT.stat().st_size:,} bytes\n")


def _by_folds(examples: list[Example]) -> None:
    """Each line is scored by a model that was trained without it."""
    scored: dict[str, list[tuple[float, bool]]] = {head: [] for head in HEADS}
    for fold in range(FOLDS):
        weights = fit([example for example in examples if split(example.text, FOLDS) != fold])
        for example in examples:
            if split(example.text, FOLDS) == fold:
                for head, score in zip(HEADS, weights.scores(example.words), strict=True):
                    if (says := example.says(head)) is not None:
                        scored[head].append((score, says))
    sys.stdout.write(f"{len(examples)} lines in {FOLDS} folds\n")
    for head, told in scored.items():
        sys.stdout.write(f"{head}: AUC {auc(told):.3f}\n")
        for threshold, found, wrong in shares(told):
            sys.stdout.write(f"  score >= {threshold:.2f}: {found:.3f} found, {wrong:.4f} of the rest\n")


if __name__ == "__main__":
    main()
