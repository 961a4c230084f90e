"""Sizes for the width of an interval against R's binom.test and prop.test."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from trialwright.design.single_stage.interval_width import IntervalWidth, size_for_interval

FIXTURE = Path(__file__).parents[2] / "fixtures" / "design" / "interval_width.csv"


def rows_of_r() -> list[dict[str, str]]:
    """Return what ``interval_width.R`` made with R 4.2.2 ``binom.test`` and ``prop.test``."""
    with FIXTURE.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def search_of(row: dict[str, str]) -> IntervalWidth:
    return size_for_interval(
        None if row["rate"] == "NA" else float(row["rate"]),
        width=float(row["width"]),
        level=float(row["level"]),
        method=row["method"],
        average=row["criterion"] == "average",
    )


def test_sizes_and_widths_by_r() -> None:
    rows = rows_of_r()
    assert len(rows) == 14
    for row in rows[:-1]:
        found = search_of(row)
        first, stable = int(row["first"]), int(row["stable"])
        assert (found.first, found.stable) == (first, stable), row
        for n, name in ((first, "width_at_first"), (stable, "width_at_stable")):
            assert found.width_at(n) == pytest.approx(float(row[name]), abs=1e-9), row


def test_r_does_not_correct_at_half_of_the_patients() -> None:
    # prop.test caps its correction at |x - n/2|, which is none at 23 of 46: there it prints the
    # plain score interval, and another count is its widest. Newcombe's formula corrects every
    # count. The size is 46 by both.
    row = rows_of_r()[-1]
    found = search_of(row)
    assert (row["method"], row["criterion"]) == ("wilson_corrected", "widest")
    assert (found.first, found.stable) == (int(row["first"]), int(row["stable"])) == (46, 46)
    assert float(row["width_at_first"]) == pytest.approx(0.297381883221, abs=1e-9)
    assert found.width_at(46) == pytest.approx(0.297624325513, abs=1e-9)


# Domain report 6.5: limits of published and R intervals, to four digits; a size of n is enough
# for a width just above theirs and not for one just below.
@pytest.mark.parametrize(
    ("k", "n", "low", "high", "method"),
    [
        (20, 50, 0.2641, 0.5482, "clopper_pearson"),  # REGONIVO: 26 to 55 %
        (12, 33, 0.2040, 0.5488, "clopper_pearson"),
        (12, 33, 0.2219, 0.5338, "wilson"),
        (5, 33, 0.0572, 0.3267, "wilson_corrected"),
        (81, 263, 0.2545, 0.3656, "jeffreys"),
        (81, 263, 0.2544, 0.3658, "mid_p"),
    ],
)
def test_published_limits(k, n, low, high, method) -> None:
    found = size_for_interval(k / n, width=high - low + 0.0002, method=method)
    assert found.interval_at(n).successes == k
    assert found.width_at(n) == pytest.approx(high - low, abs=1.1e-4)
    assert found.first <= n
