"""Rows of measurements as a table that Markdown understands."""

from collections.abc import Iterator, Sequence

from tests.faults.scene import Row

HEAD = (
    *("fault", "times", "in flight", "sent", "acknowledged", "lost silently", "declared lost", "doubled"),
    *("out of order", "slowest answer", "whole again after", "refused meanwhile"),
)


def lines(rows: Sequence[Row]) -> Iterator[str]:
    """The table, and its sums."""
    yield _line(HEAD)
    yield _line(["---", *["--:"] * (len(HEAD) - 2), "---"])
    for row in rows:
        sums = row.sums
        refused = ", ".join(f"{code} {n}" for code, n in sorted(sums.refused.items()))
        yield _line(
            [
                row.fault.name,
                *(str(n) for n in (row.times, row.in_flight, *_counts(row))),
                f"{sums.slowest:.2f} s",
                f"{row.heal:.1f} s",
                refused or "nothing",
            ]
        )
    counts = [sum(column) for column in zip(*(_counts(row) for row in rows), strict=True)]
    slowest, heal = max(row.sums.slowest for row in rows), max(row.heal for row in rows)
    times = sum(row.times for row in rows)
    total = [
        "all",
        times,
        min(row.in_flight for row in rows),
        *counts,
        f"{slowest:.2f} s",
        f"{heal:.1f} s",
        "",
    ]
    yield _line([str(cell) for cell in total])


def _counts(row: Row) -> tuple[int, ...]:
    sums = row.sums
    return (
        sums.sent,
        sums.acknowledged,
        sums.lost_silently,
        sums.declared_lost,
        sums.doubled,
        sums.out_of_order,
    )


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
