"""QTcF above its lines, and its rise from baseline, counted by hand."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from trialwright.dataset import Dataset
from trialwright.safety import count_qtcf, read_signs, worst_qtcf

FIRST = date(2026, 3, 2)


def analyse(study, *rows, treated=tuple("ABCD")):
    """Return the worst of each patient and the counts of (patient, day, value, unit)."""
    doses = {
        "patient_id": list(treated),
        "drug": "Regorafenib",
        "start_date": FIRST,
        "end_date": FIRST,
        "dose_mg": 80.0,
    }
    ecgs = pl.DataFrame(
        [(who, "QTcF", FIRST + timedelta(days=day), value, unit) for who, day, value, unit in rows],
        schema={
            "patient_id": pl.String,
            "parameter": pl.String,
            "ecg_date": pl.Date,
            "value": pl.Float64,
            "unit": pl.String,
        },
        orient="row",
    )
    data = Dataset.create({"doses": pl.DataFrame(doses), "ecgs": ecgs}, source="-")
    worst = worst_qtcf(read_signs(data, study, "ecgs"), treated)
    counts = count_qtcf(worst).select("what", "above_ms", "patient_ids")
    return worst, {(what, line): "".join(sorted(who)) for what, line, who in counts.iter_rows()}


def test_the_lines_counted_by_hand(crclm_study):
    worst, counts = analyse(
        crclm_study,
        ("A", -3, 470.0, "ms"),
        ("A", 0, 450.0, "ms"),  # the baseline, and not above 450
        ("A", 10, 0.511, "s"),  # above 500; rise of 61
        ("A", 20, 480.0, "ms"),
        ("B", -1, 455.0, "ms"),
        ("B", 10, 485.0, "ms"),  # rise of 30, which is not above 30
        ("B", 31, 520.0, "ms"),  # after the window
        ("C", 10, 451.0, "ms"),  # no baseline, no rise
        ("D", -1, 481.0, "ms"),  # nothing on treatment
    )
    assert counts == {
        ("baseline", None): "ABD",
        ("baseline", 450.0): "BD",
        ("baseline", 480.0): "D",
        ("baseline", 500.0): "",
        ("longest", None): "ABC",
        ("longest", 450.0): "ABC",
        ("longest", 480.0): "AB",
        ("longest", 500.0): "A",
        ("rise", None): "AB",
        ("rise", 30.0): "A",
        ("rise", 60.0): "A",
    }
    row = worst.row(0, named=True)
    assert (row["longest"], row["rise"], row["values"]) == (511.0, 61.0, 2)
    assert row["longest_date"] == row["rise_date"] == FIRST + timedelta(days=10)


def test_the_first_of_several_longest_is_named(crclm_study):
    worst, _ = analyse(crclm_study, ("A", 9, 460.0, "ms"), ("A", 5, 460.0, "ms"))
    assert worst["longest_date"][0] == FIRST + timedelta(days=5)


def test_a_fall_is_a_rise_below_zero(crclm_study):
    worst, counts = analyse(crclm_study, ("A", 0, 460.0, "ms"), ("A", 5, 440.0, "ms"))
    assert worst["rise"][0] == -20.0
    assert (counts["rise", None], counts["rise", 30.0]) == ("A", "")


def test_nobody_and_nothing(crclm_study):
    worst, counts = analyse(crclm_study, treated=())
    assert worst.is_empty()
    assert set(counts.values()) == {""}
    worst, counts = analyse(crclm_study)
    assert worst.height == 4
    assert set(counts.values()) == {""}


def test_a_value_that_cannot_be_used_counts_nowhere(crclm_study):
    worst, counts = analyse(crclm_study, ("A", 5, 5000.0, "ms"), ("B", 5, 510.0, "furlong"))
    assert set(counts.values()) == {""}
    assert worst["values"].to_list() == [0, 0, 0, 0]
