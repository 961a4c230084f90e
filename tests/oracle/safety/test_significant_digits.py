"""Rounding to significant digits against R's ``signif`` (``significant_digits.R``)."""

from __future__ import annotations

import csv

from trialwright.safety.ctcae.rule import round_significant


def test_every_number_is_rounded_as_r_rounds_it(root):
    path = root / "tests" / "fixtures" / "safety" / "significant_digits.csv"
    with path.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    assert len(rows) == 186
    for row in rows:
        rounded = round_significant(float(row["number"]), int(row["digits"]))
        assert rounded == float(row["rounded"]), row
