"""The same scans are read once by the same rules, and by others as if they were new."""

from __future__ import annotations

from dataclasses import replace

import pytest

from following import READ
from trialwright.response import LocalTreatment, assess_patient
from written_scans import day, write_scans

OTHERS = {
    "best": READ.best._replace(interval_days=120),
    "confirm": not READ.confirm,
    "persistent": not READ.persistent,
    "planned_ablation": "zone",
    "unplanned_local_therapy": "censor",
    "time_point_date": "latest",
    "baseline_after_ablation": True,
    "changed_method": "not_evaluable",
    "tumour_marker": "CEA",
    "best_response_rules": "admiral",
    "immune_criteria": "iRECIST",
    "immune_confirmation_days": 90,
    "after_new_therapy": not READ.after_new_therapy,
    "while_on_treatment": not READ.while_on_treatment,
}


def write_ablated():
    """T1 ablated as planned and T2 outside the protocol; PR, then a new lesion."""
    method = [{"diameter_mm": size, "method": how} for size, how in ((30, "CT"), (18, "MR"))]
    return write_scans(
        {"T1": [40, 38, 45, 50, 52], "T2": [30, 12, 10, 10, 9], "T3": [*method, 12, 12, 11]},
        new={"N1": [None, None, None, 12, 15]},
        local_treatments=(
            LocalTreatment("T1", day(60), "radiofrequency ablation", planned=True),
            LocalTreatment("T2", day(120), "stereotactic radiotherapy", planned=False),
        ),
        new_therapy=day(200),
        treatment_end=day(150),
    )


@pytest.mark.parametrize("name", OTHERS)
def test_what_was_read_before_changes_nothing(name):
    rules = replace(READ, **{name: OTHERS[name]})
    read_before = write_ablated()
    assess_patient(read_before, READ)
    for one in (rules, READ):
        # the change of a size that is not known is nan, and nan is not equal to itself
        assert repr(assess_patient(read_before, one)) == repr(assess_patient(write_ablated(), one))


def test_a_copy_starts_anew():
    scans = write_ablated()
    assess_patient(scans, READ)
    shorter = replace(scans, readings=scans.readings[:4])
    assert scans.called
    assert not shorter.called
    assert shorter == replace(write_ablated(), readings=scans.readings[:4])
    assert len(assess_patient(shorter, READ).time_points) < len(
        assess_patient(scans, READ).time_points
    )


def test_confirmation_is_asked_of_visits_called_once():
    scans = write_ablated()
    for confirm in (True, False):
        assess_patient(scans, replace(READ, confirm=confirm))
    assert len(scans.called) == 1
