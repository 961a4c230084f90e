"""Laws that hold within `censoring_tables.json`, whatever program reads it.

They keep the file honest: no expected result may contradict another or the facts of its patient.
Nothing of trialwright is imported here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from censoring_table_cases import (
    PRESETS,
    TABLES,
    TWO_YEARS,
    CensoringCase,
    End,
    censoring_cases,
    expected_ends,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = censoring_cases()
CLAIMS = {"progression", "clinical progression"}
each_case = pytest.mark.parametrize("case", CASES, ids=str)


def _scan_days(case: CensoringCase, *, adequate: bool) -> list[int]:
    """Days on which a time can end without an event: its start, and scans that show none."""
    return [0] + [
        scan.day
        for scan in case.scans
        if scan.call != "PD" and (scan.call != "NE" if adequate else scan.targets_measured)
    ]


def _progressions(case: CensoringCase) -> list[int]:
    return [scan.day for scan in case.scans if scan.call == "PD"] if case.baseline else []


def _claim(case: CensoringCase) -> list[int]:
    stop = case.end_of_treatment
    return [stop.day] if stop is not None and stop.reason in CLAIMS else []


def _planned(case: CensoringCase, day: int) -> int:
    """Return the planned day whose window holds `day`, else the next one, counting day by day."""
    interval, window = case.calendar
    planned = interval
    while day > planned + window:
        planned += interval
    return planned


def _dated(case: CensoringCase, preset: str, day: int) -> int:
    """Date a progression as the preset does."""
    if preset not in {"fda_b", "fda_c"}:
        return day
    planned = _planned(case, day)
    return planned if case.death is None else min(planned, case.death)


def _pfs_pairs() -> Iterator[tuple[CensoringCase, str, End]]:
    return ((c, preset, end) for c, name, preset, end in expected_ends() if name == "PFS")


def test_the_file_is_as_large_as_it_claims():
    assert len({case.id for case in CASES}) == len(CASES) == 144
    assert sum("TTP" in case.expected for case in CASES) * 3 >= len(CASES)
    assert sum("DOR" in case.expected for case in CASES) == 45


@each_case
def test_every_endpoint_has_every_preset(case: CensoringCase):
    assert "PFS" in case.expected
    assert set(case.expected) <= {"PFS", "TTP", "DOR"}
    for ends in case.expected.values():
        assert tuple(ends) == PRESETS


@each_case
def test_the_facts_of_a_patient_fit_together(case: CensoringCase):
    days = [scan.day for scan in case.scans]
    assert days == sorted(set(days))
    assert all(day > 0 for day in days)
    treatments = [case.new_therapy, case.unplanned_local_therapy]
    stop = [] if case.end_of_treatment is None else [case.end_of_treatment.day]
    seen = [*days, *stop, *(day for day in [*treatments, case.death] if day is not None)]
    assert case.last_contact >= max(seen, default=0)
    assert case.death in {None, case.last_contact}
    assert case.baseline or all(scan.call == "NE" for scan in case.scans)
    assert len(case.row) > 5
    assert case.why.endswith(".")


@each_case
def test_a_call_fits_what_was_seen(case: CensoringCase):
    for scan in case.scans:
        assert scan.call == "PD" or not scan.new_lesion
        # what was called without the targets can only be NE, or a new lesion
        assert scan.targets_measured or scan.call == "NE" or scan.new_lesion


def test_no_time_ends_after_death_or_before_the_start():
    for case, endpoint, preset, end in expected_ends():
        assert 0 <= end.day <= (case.last_contact if case.death is None else case.death) or (
            # a planned day may lie past the last contact of a patient who lives
            case.death is None and end.event and preset in {"fda_b", "fda_c"}
        ), (case.id, endpoint, preset)


def test_a_censored_time_ends_at_its_start_or_at_a_scan_without_progression():
    for case, endpoint, preset, end in expected_ends():
        if end.event or (preset == "record" and end.day == TWO_YEARS):
            continue
        allowed = _scan_days(case, adequate=preset != "fda_a")
        assert end.day in allowed, (case.id, endpoint, preset)


def test_an_event_is_a_progression_a_claim_or_a_death():
    for case, endpoint, preset, end in expected_ends():
        if not end.event:
            continue
        progressions = _progressions(case) + (_claim(case) if preset == "fda_c" else [])
        allowed = [_dated(case, preset, day) for day in progressions]
        if endpoint != "TTP" and case.death is not None:
            allowed.append(case.death)
        assert end.day in allowed, (case.id, endpoint, preset)


@each_case
def test_ema_counts_the_first_progression_or_death(case: CensoringCase):
    events = _progressions(case) + ([] if case.death is None else [case.death])
    last = max(_scan_days(case, adequate=True)) if case.baseline else 0
    expected = End(min(events), event=True) if events else End(last, event=False)
    assert case.expected["PFS"]["ema"] == expected


def test_the_record_is_ema_cut_at_two_years():
    for case, endpoint, preset, end in expected_ends():
        if preset == "record":
            ema = case.expected[endpoint]["ema"]
            cut = ema if ema.day <= TWO_YEARS else End(TWO_YEARS, event=False, start=ema.start)
            assert end == cut, (case.id, endpoint)


def test_a_table_has_no_event_that_ema_lacks_but_a_claim():
    for case, preset, end in _pfs_pairs():
        ema = case.expected["PFS"]["ema"]
        if end.event and preset in TABLES and not ema.event:
            assert preset == "fda_c", case.id
            assert _claim(case), case.id


def test_table_a_dates_an_event_as_ema_does():
    for case in CASES:
        a, ema = case.expected["PFS"]["fda_a"], case.expected["PFS"]["ema"]
        assert a == ema if a.event else a.day <= case.last_contact, case.id


def test_what_a_table_b_counts_table_a_counts_too():
    for case in CASES:
        ends = case.expected["PFS"]
        assert ends["fda_a"].event == ends["fda_b"].event, case.id
        assert ends["fda_c"].event or not ends["fda_b"].event, case.id
        if not ends["fda_a"].event:
            # every adequate scan with targets was measured, so A is censored no earlier than B
            assert ends["fda_a"].day >= ends["fda_b"].day, case.id


def test_without_baseline_the_tables_end_at_the_start():
    bare = [case for case in CASES if not case.baseline]
    assert len(bare) == 5
    for case in bare:
        assert {case.expected["PFS"][preset] for preset in TABLES} == {End(0, event=False)}


def test_treatments_and_stops_censor_what_follows_in_the_tables():
    for case, preset, end in _pfs_pairs():
        stop = case.end_of_treatment
        first = [case.new_therapy, case.unplanned_local_therapy]
        first.append(None if stop is None or stop.reason in CLAIMS else stop.day)
        cut = min((day for day in first if day is not None), default=None)
        if preset not in TABLES or cut is None:
            continue
        before = [day for day in _progressions(case) if day <= cut]
        if preset == "fda_c":
            before += [day for day in _claim(case) if day <= cut]
        before += [case.death] if case.death is not None and case.death <= cut else []
        assert before if end.event else end.day <= cut, (case.id, preset)


def test_progression_alone_is_what_pfs_has_without_its_deaths():
    for case, endpoint, preset, ttp in expected_ends():
        if endpoint != "TTP":
            continue
        pfs = case.expected["PFS"][preset]
        assert ttp.day <= pfs.day, (case.id, preset)
        if ttp.event or (not pfs.event and pfs.day != TWO_YEARS):
            assert ttp == pfs, (case.id, preset)


def test_the_duration_of_response_ends_where_pfs_does():
    for case, endpoint, preset, end in expected_ends():
        if endpoint != "DOR":
            continue
        responses = [scan.day for scan in case.scans if scan.call in {"CR", "PR"}]
        pfs = case.expected["PFS"][preset]
        assert end.start == responses[0] <= end.day, (case.id, preset)
        assert end[:2] == pfs[:2], (case.id, preset)
        # confirmed by a second scan at least four weeks later, so every rule calls it a response
        assert any(day >= responses[0] + 28 for day in responses), case.id


def test_no_response_is_left_without_a_duration():
    for case in CASES:
        responded = any(scan.call in {"CR", "PR"} for scan in case.scans)
        assert responded == ("DOR" in case.expected), case.id


@pytest.mark.parametrize("preset", PRESETS)
def test_no_two_presets_agree_on_everyone(preset: str):
    others = set(PRESETS) - {preset}
    assert all(
        any(case.expected["PFS"][preset] != case.expected["PFS"][other] for case in CASES)
        for other in others
    )


@pytest.mark.parametrize("kind", ["PD", "death"])
def test_both_sides_of_the_limit_of_missed_visits_are_there(kind: str):
    """An event exactly 2 intervals + 2 windows after the last adequate scan, and one day later."""
    found = set()
    for case in CASES:
        event = min(_progressions(case), default=None) if kind == "PD" else case.death
        if event is None or (kind == "death" and _progressions(case)) or not case.baseline:
            continue
        last = max(day for day in _scan_days(case, adequate=True) if day < event)
        over = event - last - 2 * sum(case.calendar)
        if over in {0, 1}:
            found.add((over, case.expected["PFS"]["fda_a"].event))
    assert found == {(0, True), (1, False)}
