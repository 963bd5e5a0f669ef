"""Kept runs as pictures: `python -m bench.plot RUNS FOLDER` writes one SVG a workload (see `--keep`)."""

import statistics
import sys
from html import escape
from pathlib import Path

from bench.report import figures, kept
from bench.servers import CONTENDERS
from bench.workloads import WORKLOADS

WIDE, ROW, LEFT, RIGHT, TOP = 720, 26, 290, 90, 48
OURS, OTHERS, PLAIN = "#2f6f5e", "#8a94a6", "#1f2933"


def main(runs: str, folder: str) -> None:
    for workload, servers in kept(Path(runs)).items():
        heads = figures(WORKLOADS[workload])
        head = next(iter(heads))
        values = {name: statistics.median(heads[head](run) for run in of) for name, of in servers.items()}
        name = workload.replace("+", "-with-others")
        (Path(folder) / f"{name}.svg").write_text(
            _bars(f"{workload}: {WORKLOADS[workload].about}", head, values)
        )


def _bars(title: str, head: str, values: dict[str, float]) -> str:
    most, high = max(values.values()), TOP + ROW * len(values) + 10
    scale = (WIDE - LEFT - RIGHT) / most
    rows = []
    for number, (name, value) in enumerate(values.items()):
        y, contender = TOP + ROW * number, CONTENDERS[name]
        colour = OURS if contender.ours or name.startswith("alone") else OTHERS
        rows += [
            f'<text x="{LEFT - 8}" y="{y + 15}" text-anchor="end">{escape(contender.title)}</text>',
            f'<rect x="{LEFT}" y="{y + 3}" width="{max(1, value * scale):.0f}" height="16" fill="{colour}"/>',
            f'<text x="{LEFT + value * scale + 6:.0f}" y="{y + 15}">{value:,.4g}</text>',
        ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {high}" role="img" '
            f'font-family="system-ui, sans-serif" font-size="12" fill="{PLAIN}">',
            f"<title>{escape(title)}</title>",
            f'<rect width="{WIDE}" height="{high}" fill="#fff"/>',
            f'<text x="12" y="18" font-size="14" font-weight="600">{escape(title)}</text>',
            f'<text x="12" y="36" fill="#52606d">{escape(head)}; more is better</text>',
            *rows,
            "</svg>\n",
        ]
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
