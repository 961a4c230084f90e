"""Finished responses of many patients: what is refused, what counts, and when it compiles."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from called_records import draw_called
from trialwright.errors import DataError, MissingExtra
from trialwright.response import BestRules, Response
from trialwright.response.bulk import derive_called as module
from trialwright.response.bulk.called import CalledResponses
from trialwright.response.bulk.derive_called import days_of, derive_called

RULES = BestRules(28, 1, 0, 42)
CALLED = draw_called(1, 30)
CODES = {"NON": Response.NON_CR_NON_PD, "ND": Response.NONE} | {
    one.name: one for one in Response if one.name not in ("NONE", "NON_CR_NON_PD")
}


def write(*patients, therapy=()):
    """Write patients such as "PR 0, CR 31" as arrays."""
    records = [[one.split() for one in text.split(",") if one.strip()] for text in patients]
    flat = [record for patient in records for record in patient]
    start = np.cumsum([0, *(len(patient) for patient in records)]).astype(np.int64)
    new = [*therapy, *[np.inf] * (len(patients) - len(therapy))]
    return CalledResponses(
        start,
        np.array([CODES[word] for word, _ in flat], np.int8),
        np.array([int(day) for _, day in flat], np.int32),
        np.array(new, np.float64),
    )


# --- What is refused


@pytest.mark.parametrize(
    ("name", "array", "words"),
    [
        ("start", CALLED.start.astype(np.int32), "start is int32; make it an array of int64"),
        ("response", CALLED.response.tolist(), "response is list"),
        ("day", CALLED.day.reshape(1, -1), "day is int32; .* with one dimension"),
        ("start", CALLED.start[1:], "start must begin with 0"),
        ("start", CALLED.start[::-1].copy(), "start must begin with 0, never fall"),
        ("start", CALLED.start[:0], "start must begin with 0"),
        ("day", CALLED.day[:-1], "day has .* entries; give"),
        ("new_therapy_day", CALLED.new_therapy_day[:-1], "new_therapy_day has 29 entries; give 30"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(name, array, words):
    with pytest.raises(ValueError, match=words):
        derive_called(CALLED._replace(**{name: array}), RULES, "admiral")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("response", 7, r"patient 1 .*response\[3\] is 7; use the codes of Response"),
        ("response", -1, r"response\[3\] is -1"),
        ("day", -500, r"patient 1 .*day\[3\] is -500; records stand in the order of their days"),
    ],
)
def test_a_value_that_means_nothing_names_the_patient(name, value, words):
    called = write("SD 10, PR 50", "SD 10, PR 50", "PD 3")
    array = getattr(called, name).copy()
    array[3] = value
    with pytest.raises(DataError, match=words):
        derive_called(called._replace(**{name: array}), RULES, "recist11")


def test_an_unknown_day_of_new_therapy_is_refused():
    with pytest.raises(DataError, match=r"patient 1 .*new_therapy_day is nan; inf stands"):
        derive_called(write("SD 10", "SD 10", therapy=[np.inf, np.nan]), RULES, "recist11")


def test_unknown_profiles_and_threads_are_refused():
    with pytest.raises(ValueError, match="profile must be 'recist11' or 'admiral', not 'recist'"):
        derive_called(CALLED, RULES, "recist")
    with pytest.raises(ValueError, match="threads must be 1 or more, not 0"):
        derive_called(CALLED, RULES, "admiral", threads=0)


@pytest.mark.parametrize("compiled", [False, True])
def test_nobody_and_nothing_are_derived_without_complaint(compiled):
    nobody = derive_called(draw_called(1, 0), RULES, "recist11", compiled=compiled)
    assert all(len(array) == 0 for array in nobody)
    found = derive_called(write("", ""), RULES, "admiral", compiled=compiled)
    assert found.best.tolist() == [-1, -1]
    assert found.best_code.tolist() == [Response.NE, Response.NE]


def test_results_cannot_be_written_to_and_the_input_stays_writable():
    for compiled in (False, True):
        found = derive_called(CALLED, RULES, "admiral", compiled=compiled)
        assert not any(array.flags.writeable for array in found)
    assert CALLED.day.flags.writeable


# --- Which records count


def test_the_worst_of_a_day_counts_under_both_profiles():
    called = write("NE 50, PR 50, PD 80, SD 80, NE 120")
    for profile in ("admiral", "recist11"):
        found = derive_called(called, RULES, profile)
        assert found.counts.tolist() == [False, True, True, False, True]
        assert found.until_end.tolist() == [True, True, True, False, False]
        assert found.progression.tolist() == [2]
        assert found.best.tolist() == [1]


def test_the_last_assessment_counts_not_evaluable_only_under_admiral():
    called = write("SD 50, NE 90", "NE 50")
    assert derive_called(called, RULES, "admiral").last_assessment.tolist() == [1, 2]
    assert derive_called(called, RULES, "recist11").last_assessment.tolist() == [0, -1]


def test_a_record_of_the_reference_day_is_a_baseline_only_by_the_guideline():
    called = write("PD 0, SD 50", "PD -3, SD 50")
    theirs, ours = (derive_called(called, RULES, one) for one in ("admiral", "recist11"))
    assert theirs.progression.tolist() == [0, -1]
    assert theirs.best.tolist() == [0, -1]  # the second: nothing counts after any PD
    assert ours.progression.tolist() == [-1, -1]
    assert ours.best.tolist() == [1, 3]
    assert ours.counts.tolist() == [False, True, False, True]
    next_day = derive_called(write("PD 1, SD 50"), RULES, "recist11")
    assert next_day.progression.tolist() == next_day.best.tolist() == [0]


def test_only_the_guideline_stops_at_a_new_therapy():
    called = write("SD 50, PR 90, PR 130, PD 170", therapy=[90])
    ours, theirs = (derive_called(called, RULES, one) for one in ("recist11", "admiral"))
    assert ours.best_code.tolist() == [Response.PR]  # a scan on the day of the therapy counts
    assert ours.confirmed_best_code.tolist() == [Response.SD]
    assert ours.until_end.tolist() == [True, True, False, False]
    assert ours.progression.tolist() == [3]  # it is not hidden, only not counted
    assert theirs.confirmed_best_code.tolist() == [Response.PR]
    assert theirs.until_end.tolist() == [True] * 4


def test_clinical_benefit_by_the_guideline():
    called = write(
        "SD 50, CR 90, SD 130",  # control from day 50
        "CR 20, SD 60",  # disease is back before day 42; CR alone is a response
        "CR 20, NE 30, SD 60",
        "NON 41, NON 42",
        "PR 20, PR 47",
        "PR 20, PR 48",
    )
    found = derive_called(called, RULES, "recist11")
    firsts = [0, 3, 5, 9, 10, 12]
    assert found.clinical_benefit.tolist() == firsts
    assert found.confirmed_clinical_benefit.tolist() == [0, -1, -1, 9, 11, 12]
    later = derive_called(called, RULES, "recist11", control_days=48)
    assert later.confirmed_clinical_benefit.tolist() == [0, -1, -1, -1, -1, 12]
    theirs = derive_called(called, RULES, "admiral", control_days=48)
    assert theirs.confirmed_clinical_benefit.tolist() == [0, 4, 7, 9, 11, 12]


def test_the_record_that_confirms_is_kept():
    found = derive_called(write("SD 10", "PR 50, NE 70, PR 90"), RULES, "recist11")
    assert found.confirmed_best.tolist() == [-1, 1]
    assert found.confirming.tolist() == [-1, 3]


def test_days_of_records():
    called = write("SD 50, PD 90", "")
    found = derive_called(called, RULES, "admiral")
    assert np.array_equal(days_of(called, found.progression), [90, np.nan], equal_nan=True)


# --- When it compiles


def test_few_patients_start_no_compiler():
    code = (
        "import sys\n"
        "sys.path.insert(0, 'tests')\n"
        "from called_records import draw_called\n"
        "from trialwright.response import BestRules\n"
        "from trialwright.response.bulk.derive_called import derive_called\n"
        "derive_called(draw_called(1, 200), BestRules(28, 1, 0, 42), 'admiral')\n"
        "print('numba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]


def test_many_records_are_compiled(monkeypatch):
    used = []
    monkeypatch.setattr(module, "range_deriver", lambda: lambda *given: used.append(given[:2]))
    monkeypatch.setattr(module, "COMPILED_FROM", len(CALLED.day))
    derive_called(CALLED, RULES, "admiral")
    assert used == [(0, 30)]
    monkeypatch.setattr(module, "COMPILED_FROM", len(CALLED.day) + 1)
    derive_called(CALLED, RULES, "admiral")
    assert len(used) == 1


def test_without_numba_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)
    module.range_deriver.cache_clear()
    try:
        with pytest.raises(MissingExtra, match="pip install numba"):
            derive_called(CALLED, RULES, "admiral", compiled=True)
    finally:
        module.range_deriver.cache_clear()
