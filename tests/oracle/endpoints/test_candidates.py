"""Times to event from declared sources: every subject of the tests of admiral's function.

Oracle: ``shared/cases/tte_admiral_tests.json`` (admiral, Apache-2.0): 9 cases. All of them go
through the plain rule of the first event; those of OS, PFS and duration of response go through
the rules of progression with the preset ``admiral`` as well. Upstream's dates with a time of day
are compared as days.
"""

from __future__ import annotations

import json
from datetime import date

import pytest

from following import EVERY_8_WEEKS
from trialwright.endpoints import censoring_of
from trialwright.endpoints.candidates import Candidate, end_by_candidates
from trialwright.endpoints.censoring import end_of_life, end_of_time
from trialwright.endpoints.endings import NEVER, Assessed, DeathIs, Happened, Status
from trialwright.study.counting import preset_countings

pytestmark = pytest.mark.shared

ADMIRAL = censoring_of(preset_countings()["admiral"], EVERY_8_WEEKS)
OF_PROGRESSION = {"OS", "PFS", "DURRSP"}


def day_of(text):
    return None if text is None else date.fromisoformat(text[:10])


def read_cases(shared):
    return json.loads((shared / "cases" / "tte_admiral_tests.json").read_text())


def expected_rows(shared):
    """Yield each expected row with the candidates of its group and the start."""
    for case in read_cases(shared):
        for subject in case["subjects"]:
            for row in subject["expected"]:
                if row.get("CNSR") is None:  # rows that were there before, untouched
                    continue
                group = row.get("PARCAT2")
                own = [
                    one
                    for one in subject["candidates"]
                    if group is None or one.get("by", {}).get("AEDECOD", group) == group
                ]
                yield case["name"], row, own, day_of(subject["start_date"])


def candidate(one):
    values = one["values"]
    return Candidate(
        day_of(one["date"]),
        event=one["type"] == "event",
        kind=values.get("EVENTDESC") or values["EVNTDESC"],
        source=f"{values.get('SRCDOM')}.{values.get('SRCVAR')}",
        sequence=values.get("SRCSEQ") or 0,
    )


def test_every_subject_by_the_first_event(shared):
    compared = 0
    for name, row, own, start in expected_rows(shared):
        # Upstream treats conditions in order; the file lists them so, but for its last case
        declared = sorted(own, key=lambda one: one["condition"])
        found = end_by_candidates([candidate(one) for one in declared])
        assert found is not None, name
        assert found.date == day_of(row.get("ADT") or row["ADTM"]), (name, row)
        assert found.event == (row["CNSR"] == 0), (name, row)
        assert found.kind == (row.get("EVENTDESC") or row["EVNTDESC"]), (name, row)
        if row.get("SRCSEQ") is not None:
            assert found.sequence == row["SRCSEQ"], (name, row)
        if start is not None:
            assert found.date >= start
        compared += 1
    assert compared == 26


def end_by_rules(row, own, start):
    """End the time by the rules of progression; days since the start."""
    days = {"PD": NEVER, "DEATH": NEVER}
    assessed, contact = [], -NEVER
    for one in own:
        kind, day = one["values"]["EVENTDESC"], (day_of(one["date"]) - start).days
        if kind in days:
            days[kind] = min(days[kind], day)
        elif kind == "LAST TUMOR ASSESSMENT":
            assessed.append(day)
        elif kind == "LAST KNOWN ALIVE DATE":
            contact = day
    if row["PARAMCD"] == "OS":
        return end_of_life(0, days["DEATH"], contact, NEVER)
    every = [True] * len(assessed)
    happened = Happened(0, True, days["PD"], NEVER, days["DEATH"], NEVER, NEVER, NEVER)
    return end_of_time(Assessed(sorted(assessed), every, every), happened, DeathIs.EVENT, ADMIRAL)


def test_survival_progression_and_response_by_the_preset(shared):
    compared = 0
    for name, row, own, start in expected_rows(shared):
        if row["PARAMCD"] not in OF_PROGRESSION:
            continue
        ended = end_by_rules(row, own, start)
        expected = (day_of(row.get("ADT") or row["ADTM"]) - start).days
        assert (ended.day, ended.status == Status.EVENT) == (expected, row["CNSR"] == 0), name
        compared += 1
    assert compared == 2 + 5 + 2
