"""Treatment-emergent: the rule about one event and one treatment."""

from __future__ import annotations

from datetime import date

import pytest

from trialwright.safety.emergence import Window, close_window, judge_emergence
from trialwright.safety.onset import bound_onset, read_possible_days

FIRST, LAST = date(2026, 1, 5), date(2026, 3, 5)
WINDOW = Window(
    "study treatment", FIRST, date(2026, 4, 4), "30 days after the last day, 2026-03-05"
)
OPEN = Window("study treatment", FIRST)


def judge(start, end=None, window=WINDOW, *, grades=(None, 2), unknown="emergent"):
    resolution = read_possible_days(end)
    onset = bound_onset(read_possible_days(start), resolution)
    return judge_emergence(
        onset, resolution, window, grade=grades[1], grade_before=grades[0], unknown_onset=unknown
    )


@pytest.mark.parametrize(
    ("start", "end", "emergent", "rule"),
    [
        ("2026-01-04", None, False, "began before"),
        ("2026-01-05", None, True, "began on treatment"),
        ("2026-04-04", None, True, "began on treatment"),
        ("2026-04-05", None, False, "began after"),
        ("2026-02", None, True, "began on treatment"),  # every day of it lies inside
        ("2025", None, False, "began before"),
        ("2026-05", None, False, "began after"),
        (None, "2026-01-04", False, "ended before"),
        ("2025-12-30", "2026-01-04", False, "ended before"),
        ("2026-04", None, True, "unknown onset"),
        ("2026-04", "2026-04-03", True, "began on treatment"),  # the end decides
        ("2026-01", None, True, "unknown onset"),
        (None, None, True, "unknown onset"),
    ],
)
def test_the_days_decide(start, end, emergent, rule):
    found = judge(start, end)
    assert (found.emergent, found.rule) == (emergent, rule)


@pytest.mark.parametrize("start", ["2026-01", "2026-04", None, "--02-03"])
def test_where_the_days_do_not_decide_the_study_does(start):
    for unknown, emergent in (("emergent", True), ("not_emergent", False)):
        found = judge(start, unknown=unknown)
        assert (found.emergent, found.rule) == (emergent, "unknown onset")
    assert (
        "the study says that it does not count as emergent"
        in judge(start, unknown="not_emergent").why
    )


@pytest.mark.parametrize(
    ("grades", "emergent"),
    [((1, 2), True), ((0, 1), True), ((2, 2), False), ((3, 2), False), ((None, 5), False)],
)
def test_an_event_that_was_there_is_emergent_if_it_worsened(grades, emergent):
    found = judge("2025-11-02", grades=grades)
    assert found.emergent is emergent
    assert found.rule == ("worsened" if emergent else "began before")


def test_an_event_that_ended_before_treatment_did_not_worsen_on_it():
    assert not judge("2025-11-02", "2026-01-04", grades=(1, 3)).emergent
    assert judge("2025-11-02", "2026-01-05", grades=(1, 3)).emergent


def test_a_worse_grade_decides_where_the_month_does_not():
    found = judge("2026-01", grades=(1, 2), unknown="not_emergent")
    assert (found.emergent, found.rule) == (True, "worsened")
    assert found.why == (
        "began on 2026-01 (2026-01-01 to 2026-01-31): before the first day of study treatment "
        "(2026-01-05) or within its time, and is emergent either way, since it worsened from "
        "grade 1 to 2"
    )
    assert judge("2026-01", grades=(2, 2)).rule == "unknown onset"
    assert judge("2026", grades=(1, 2), unknown="not_emergent").rule == "unknown onset"


def test_without_an_end_every_later_day_counts():
    assert judge("2031-01-01", window=OPEN).emergent
    assert judge("2031-01-01", window=OPEN).why.endswith("first day of study treatment, 2026-01-05")


def test_who_was_never_treated_has_no_emergent_event():
    for start in ("2026-02-01", None):
        found = judge(start, window=Window("study treatment", None), grades=(0, 5))
        assert (found.emergent, found.rule) == (False, "not treated")
        assert found.why == "study treatment was never given"


def test_the_sentence_names_the_dates():
    assert judge("2026-02-01").why == (
        "began on 2026-02-01, on or after the first day of study treatment, 2026-01-05, and up to "
        "2026-04-04 (30 days after the last day, 2026-03-05)"
    )
    assert judge("2026-04-05").why == (
        "began on 2026-04-05, after 2026-04-04 (30 days after the last day, 2026-03-05)"
    )
    assert judge("2025-12-31", grades=(2, 2)).why == (
        "began on 2025-12-31, before the first day of study treatment, 2026-01-05; it is not on "
        "file that it worsened"
    )


def close(*, goes_on=False, therapy=None, last=LAST):
    return close_window(
        "study treatment", FIRST, last, days=30, goes_on=goes_on, new_therapy=therapy
    ).last


def test_the_window_ends_some_days_after_the_last_treatment_or_with_a_new_one():
    assert close() == date(2026, 4, 4)
    assert close(goes_on=True) is None
    assert close(therapy=date(2026, 3, 20)) == date(2026, 3, 19)
    assert close(therapy=date(2026, 4, 4)) == date(2026, 4, 3)
    assert close(therapy=date(2026, 4, 5)) == date(2026, 4, 4)
    assert close(therapy=date(2026, 5, 1)) == date(2026, 4, 4)
    assert close(goes_on=True, therapy=date(2026, 5, 1)) == date(2026, 4, 30)


def test_a_new_treatment_never_shuts_out_a_day_of_study_treatment():
    assert close(therapy=date(2026, 2, 1)) == LAST
    assert close(goes_on=True, therapy=FIRST) == LAST
    assert close(last=None, therapy=FIRST) == FIRST
    assert close(last=None, therapy=date(2026, 2, 1)) == date(2026, 1, 31)
