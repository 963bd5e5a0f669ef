"""Train the model of risk, say how good it is on lines it has not seen, and write it."""

import argparse
import json
import sys
from pathlib import Path

from moderation.training.examples import Example, corpus, gathered, split
from moderation.training.linear import auc, fit, freeze, shares

OUT = Path(__file__).parent.parent / "model.json"
FOLDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m moderation.training", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with the open sets; without it, the corpus alone")
    parser.add_argument("--threshold", type=float, default=0.6, help="of the score, for the label")
    parser.add_argument("--check", action="store_true", help="measure by folds and write nothing")
    asked = parser.parse_args()
    own = corpus()
    others = gathered(asked.data) if asked.data else []
    if asked.check:
        _by_folds(own, others)
        return
    model = freeze(fit([*own, *others]), asked.threshold)
    OUT.write_text(json.dumps(model, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    sys.stdout.write(f"{OUT.name} {model['version']}: {OUT.stat().st_size:,} bytes\n")


def _by_folds(own: list[Example], others: list[Example]) -> None:
    """Each line of the corpus is scored by a model that was trained without it."""
    scored: list[tuple[float, bool]] = []
    for fold in range(FOLDS):
        inside = [example for example in own if split(example.text, FOLDS) != fold]
        outside = [example for example in own if split(example.text, FOLDS) == fold]
        weights = fit([*inside, *others])
        scored.extend((weights.score(example.words), example.risk) for example in outside)
    sys.stdout.write(f"{len(scored)} lines in {FOLDS} folds: AUC {auc(scored):.3f}\n")
    for threshold, found, wrong in shares(scored):
        sys.stdout.write(f"  score >= {threshold:.2f}: {found:.3f} of the risk, {wrong:.4f} of the rest\n")


if __name__ == "__main__":
    main()
