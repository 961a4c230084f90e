"""Oracle: admiral's treatment-emergent and on-treatment flags, and the ADAE made with them.

The cases hold times of day, and our rule reads days; they are run by their days. Where a time
of day alone decides, the row is named below (``ignore_time_for_trt_end = FALSE``). Not run, with
the reason in ``NOT_RUN``: worsening within a group of rows, of which our table of events knows
nothing (it holds the grade before treatment of each event instead), time points of a day, and
flags of a period that an event spans. ``derive_var_dthcaus`` chooses the words for a cause of death
out of several SDTM domains; our table of deaths states the cause, so there is nothing to choose.
"""

from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest

from trialwright.safety.emergence import close_window, judge_emergence
from trialwright.safety.onset import bound_onset, complete_onset, read_possible_days

pytestmark = pytest.mark.shared

# Test cases by the number in their name: end_window, whether worsening counts, and its columns.
EMERGENT = {1: (None, False), 2: (10, True), 4: (10, True), 12: (0, True)}
ON_TREATMENT = {1: None, 2: None, 3: None, 4: None, 6: 0, 7: 5, 8: 5, 9: 60, 10: 60, 11: 60}
BY_TIME_OF_DAY = {
    # 10 days after the last dose at 11:30, begun at 12:00: by days it is the tenth day
    ("derive_var_trtemfl", 4, "2022-05-10T12:00:00"),
    # 5 days after the last dose at 12:00, begun at 14:00: by days it is the fifth day
    ("derive_var_ontrtfl", 8, "2020-02-06T14:00:00"),
}
NOT_RUN = {
    ("derive_var_trtemfl", 3): "worsening within a group of rows",
    ("derive_var_trtemfl", 5): "worsening within a group of rows",
    ("derive_var_ontrtfl", 5): "a time point of the day of the first dose",
    ("derive_var_ontrtfl", 12): "a flag of a period that the event spans",
    ("derive_var_ontrtfl", 13): "a flag of a period that the event spans",
    ("derive_var_ontrtfl", 14): "a flag of a period that the event spans",
}


def cases(shared, function):
    """Return the expected rows of each test of a function, by its number."""
    found = json.loads((shared / "cases" / "table_admiral_tests.json").read_text())[function]
    return {
        int(one["name"].partition("Test ")[2].partition(":")[0]): one["expected"]["table"]["rows"]
        for one in found
    }


def day(text):
    return None if text is None else date.fromisoformat(text[:10])


def judge(row, names, days, worsening=False):
    """Judge a row of the oracle by our rule; ``days`` None: the window has no end."""
    start, end, first, last = (row.get(name) for name in names)
    window = close_window(
        "treatment", day(first), day(last), days=days or 0, goes_on=days is None, new_therapy=None
    )
    resolution = read_possible_days(end and end[:10])
    onset = bound_onset(read_possible_days(start and start[:10]), resolution)
    return judge_emergence(
        onset,
        resolution,
        window,
        grade=int(row["AETOXGR"]) if worsening else None,
        grade_before=int(row["AEITOXGR"]) if worsening else None,
        unknown_onset="emergent",
    )


def compare(rows, function, number, names, days, worsening=False):
    """Return the rows judged, and those that differ though no time of day decides."""
    wrong, flag = [], list(rows[0])[-1]
    for row in rows:
        ours = judge(row, names, days, worsening)
        theirs = row[flag] == "Y"
        by_time = (function, number, row[names[0]]) in BY_TIME_OF_DAY
        if (ours.emergent == theirs) == by_time:
            wrong.append((row, ours))
    return len(rows), wrong


def test_every_case_is_run_or_named(shared):
    for function, run in (("derive_var_trtemfl", EMERGENT), ("derive_var_ontrtfl", ON_TREATMENT)):
        named = {number for name, number in NOT_RUN if name == function}
        assert set(cases(shared, function)) == set(run) | named


@pytest.mark.parametrize("number", EMERGENT)
def test_treatment_emergent_flags(shared, number):
    days, worsening = EMERGENT[number]
    names = ("ASTDTM", "AENDTM", "TRTSDTM", "TRTEDTM")
    rows = cases(shared, "derive_var_trtemfl")[number]
    judged, wrong = compare(rows, "derive_var_trtemfl", number, names, days, worsening)
    assert judged == {1: 17, 2: 17, 4: 17, 12: 19}[number]
    assert not wrong


@pytest.mark.parametrize("number", ON_TREATMENT)
def test_on_treatment_flags(shared, number):
    rows = cases(shared, "derive_var_ontrtfl")[number]
    start = next(name for name in ("ADT", "ADTM", "ASTDT") if name in rows[0])
    first, last = ("TRTSDTM", "TRTEDTM") if start == "ADTM" else ("TRTSDT", "TRTEDT")
    names = (start, "AENDT", first, last)
    judged, wrong = compare(rows, "derive_var_ontrtfl", number, names, ON_TREATMENT[number])
    assert judged > 0
    assert not wrong


def test_the_published_adae(shared):
    """1191 events with whole and partial dates, 30 days after the last dose: flag and onset."""
    path = shared / "data" / "adam" / "adae.csv"
    table = pl.read_csv(path, infer_schema_length=0, null_values=["", "NA"])
    wrong, partial = [], 0
    for row in table.iter_rows(named=True):
        names = ("AESTDTC", "AEENDTC", "TRTSDT", "TRTEDT")
        start, end, first, last = (row[name] for name in names)
        window = close_window(
            "treatment", day(first), day(last), days=30, goes_on=False, new_therapy=None
        )
        resolution = read_possible_days(end)
        onset = bound_onset(read_possible_days(start), resolution)
        ours = judge_emergence(
            onset, resolution, window, grade=None, grade_before=None, unknown_onset="emergent"
        )
        begun = complete_onset(onset, not_before=[window.first] if ours.emergent else [])
        partial += begun.imputed is not None
        theirs = (row["TRTEMFL"] == "Y", day(row["ASTDT"]), row["ASTDTF"])
        if (ours.emergent, begun.day, begun.imputed) != theirs:
            wrong.append((row["USUBJID"], start, end, ours, begun, theirs))
    assert (table.height, partial) == (1191, 26)
    assert not wrong
