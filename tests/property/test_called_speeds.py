"""Finished responses of many patients: plain and compiled agree bit for bit, and with one patient
at a time; what counts is what a second, shorter way says.
"""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from called_records import draw_best_rules, draw_called, records_of
from trialwright.response import Response
from trialwright.response.admiral import derive_parameters, up_to_progression, worst_of_each_day
from trialwright.response.best import best_response, first_response, last_counted, relapse
from trialwright.response.bulk.called import CalledResponses
from trialwright.response.bulk.derive_called import derive_called

SEEDS = st.integers(0, 2**32)
PROFILES = ("recist11", "admiral")
both_profiles = pytest.mark.parametrize("profile", PROFILES)
FIELDS = (
    ("progression", "progression"),
    ("last_assessment", "last_assessment"),
    ("response", "response"),
    ("clinical_benefit", "clinical_benefit"),
    ("confirmed_response", "confirmed_response"),
    ("confirmed_clinical_benefit", "confirmed_clinical_benefit"),
)


def bits(found):
    return {
        name: (one.dtype, one.tobytes()) for name, one in zip(found._fields, found, strict=True)
    }


def within(called, patient, record):
    """Return a record as a position among those of its patient."""
    return int(record - called.start[patient]) if record >= 0 else -1


@both_profiles
@settings(max_examples=40)
@given(SEEDS, SEEDS, st.integers(28, 90))
def test_compiled_rules_equal_plain_ones_bit_for_bit(profile, seed, choices, control):
    called, rules = draw_called(seed, 40), draw_best_rules(choices)
    plain, compiled = (
        derive_called(called, rules, profile, control_days=control, compiled=one)
        for one in (False, True)
    )
    assert bits(plain) == bits(compiled)


@both_profiles
@settings(max_examples=10)
@given(SEEDS, st.integers(1, 5))
def test_results_do_not_depend_on_threads(profile, seed, threads):
    called, rules = draw_called(seed, 60), draw_best_rules(seed)
    one, several = (
        derive_called(called, rules, profile, compiled=True, threads=n) for n in (1, threads)
    )
    assert bits(one) == bits(several)


@settings(max_examples=40)
@given(SEEDS, SEEDS)
def test_admiral_says_the_same_of_each_patient_alone(seed, choices):
    called, rules = draw_called(seed, 20), draw_best_rules(choices)
    found = derive_called(called, rules, "admiral")
    for patient in range(called.patients):
        responses, days = records_of(called, patient)
        alone = derive_parameters(responses, days, rules)
        for one, other in FIELDS:
            at = getattr(found, one)[patient]
            assert within(called, patient, at) == getattr(alone, other)
        for name, best in (("best", alone.best), ("confirmed_best", alone.confirmed_best)):
            assert within(called, patient, getattr(found, name)[patient]) == best.visit
            assert getattr(found, f"{name}_code")[patient] == best.response
        confirming = within(called, patient, found.confirming[patient])
        assert confirming == alone.confirmed_best.confirmed_at
        own = slice(called.start[patient], called.start[patient + 1])
        counts = np.flatnonzero(found.counts[own]).tolist()
        assert counts == worst_of_each_day(responses, days)
        both = np.flatnonzero(found.counts[own] & found.until_end[own]).tolist()
        assert both == up_to_progression(responses, days)


SEVERITY = {Response.NE: 0} | {one: int(one) for one in Response if one != Response.NE}


def time_points(responses, days):
    """Return what the guideline reads, in another way: the last of the worst of each day."""
    kept = [(day, i) for i, day in enumerate(days) if day > 0 and responses[i] != Response.NONE]
    worst = [
        max(same, key=lambda one: (SEVERITY[Response(responses[one[1]])], one[1]))[1]
        for _, same in groupby(kept, key=lambda one: one[0])
    ]
    return worst, [responses[i] for i in worst], [days[i] for i in worst]


@settings(max_examples=60)
@given(SEEDS, SEEDS, st.integers(28, 90))
def test_the_guideline_reads_each_patient_by_its_own_rules(seed, choices, control):
    called, rules = draw_called(seed, 20), draw_best_rules(choices)
    found = derive_called(called, rules, "recist11", control_days=control)
    for patient in range(called.patients):
        responses, days = records_of(called, patient)
        worst, read, when = time_points(responses, days)

        def record(at, worst=worst):
            return worst[at] if at is not None and at >= 0 else -1

        seen = {
            name: within(called, patient, getattr(found, name)[patient])
            for name in found._fields[:9]
        }
        pd = read.index(Response.PD) if Response.PD in read else None
        assert seen["progression"] == record(pd)
        evaluated = [at for at, one in enumerate(read) if one != Response.NE]
        assert seen["last_assessment"] == record(evaluated[-1] if evaluated else None)
        count = last_counted(read, when, called.new_therapy_day[patient])
        read, when = read[:count], when[:count]
        late = [
            at
            for at in range(relapse(read))
            if read[at] not in (Response.PD, Response.NE) and when[at] >= control
        ]
        for confirm, names in (
            (False, ("best", "response", "clinical_benefit")),
            (True, ("confirmed_best", "confirmed_response", "confirmed_clinical_benefit")),
        ):
            best = best_response(read, when, rules, confirm)
            first = first_response(read, when, rules, confirm)
            benefit = min([at for at in (first, *late) if at >= 0], default=-1)
            assert [seen[one] for one in names] == [record(x) for x in (best.visit, first, benefit)]
            assert getattr(found, f"{names[0]}_code")[patient] == best.response
            if confirm:
                assert seen["confirming"] == record(best.confirmed_at)
        own = slice(called.start[patient], called.start[patient + 1])
        assert np.flatnonzero(found.counts[own]).tolist() == worst
        both = np.flatnonzero(found.counts[own] & found.until_end[own]).tolist()
        assert both == worst[:count]


@both_profiles
@settings(max_examples=20)
@given(SEEDS)
def test_a_patient_does_not_depend_on_the_others(profile, seed):
    called, rules = draw_called(seed, 12), draw_best_rules(seed)
    order = np.random.default_rng(seed).permutation(called.patients)
    parts = [slice(called.start[one], called.start[one + 1]) for one in order]
    counts = np.diff(called.start)[order]
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    mixed = CalledResponses(
        start,
        np.concatenate([called.response[part] for part in parts]),
        np.concatenate([called.day[part] for part in parts]),
        called.new_therapy_day[order],
    )
    one, other = (derive_called(which, rules, profile) for which in (called, mixed))
    for name in one._fields[:9]:
        before, after = getattr(one, name)[order], getattr(other, name)
        same = np.where(before >= 0, before - called.start[:-1][order], -1)
        assert same.tolist() == np.where(after >= 0, after - start[:-1], -1).tolist()
    assert one.best_code[order].tolist() == other.best_code.tolist()


def test_the_random_records_meet_every_edge():
    codes, edges = set(), dict.fromkeys(("before", "same day", "no record", "therapy"), 0)
    for seed in range(30):
        called = draw_called(seed, 40)
        for profile in PROFILES:
            found = derive_called(called, draw_best_rules(seed), profile)
            codes |= {(profile, int(code)) for code in found.confirmed_best_code}
        edges["before"] += int((called.day < 0).sum())
        edges["no record"] += int((np.diff(called.start) == 0).sum())
        edges["therapy"] += int(np.isfinite(called.new_therapy_day).sum())
        edges["same day"] += sum(
            len(set(days)) < len(days)
            for days in (records_of(called, patient)[1] for patient in range(called.patients))
        )
    assert codes == {(profile, code) for profile in PROFILES for code in range(1, 7)}
    assert all(count > 20 for count in edges.values()), edges
