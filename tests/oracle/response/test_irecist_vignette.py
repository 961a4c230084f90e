"""The 27 subjects of a public iRECIST vignette: every parameter it derives, from the same calls.

The calls of that data set were typed by hand, so some sequences cannot come from lesions; they
are listed below with the reason. The parameters hold for them all the same: what a sequence of
calls means does not depend on how it came about.

Source: pharmaverse/admiralonco v1.4.0, vignettes/irecist.Rmd, run unchanged
(``shared/cases/irecist_admiralonco_vignette.json``, ``shared/reference/peers.md`` §2).
"""

from __future__ import annotations

import json
from datetime import date
from itertools import pairwise

import pytest

from trialwright.response import BestRules
from trialwright.response.immune.best import (
    best_immune_response,
    first_immune_benefit,
    first_immune_response,
    immune_progression,
    last_counted_immune,
)
from trialwright.response.immune.codes import ImmuneResponseCode as Code

pytestmark = pytest.mark.shared

CODES = {
    "iCR": Code.ICR,
    "iPR": Code.IPR,
    "iSD": Code.ISD,
    "NON-iCR/NON-iUPD": Code.NON_ICR_NON_IUPD,
    "iUPD": Code.IUPD,
    "iCPD": Code.ICPD,
    "NE": Code.NE,
}
LABELS = {code: label for label, code in CODES.items()}
# The vignette lets one NE and no stable disease lie between a response and its confirmation.
RULES = BestRules(
    interval_days=28, allowed_not_evaluable=1, allowed_stable=0, minimum_stable_days=42
)
AFTER_ICPD = "a call after iCPD, which is final"
MIXED = "Non-iCR/Non-iUPD is for patients without targets, iPR and iSD for those with"
AFTER_ICR = "disease after iCR is iUPD, so iSD and Non-iCR/Non-iUPD cannot follow"
IMPOSSIBLE = {
    "01-701-1028": {AFTER_ICPD},
    "01-701-1034": {MIXED},
    "01-701-1148": {MIXED},
    "01-701-1153": {AFTER_ICR},
    "01-701-1345": {AFTER_ICR, MIXED},
}


@pytest.fixture(scope="module")
def subjects(shared):
    case = shared / "cases" / "irecist_admiralonco_vignette.json"
    return json.loads(case.read_text())["subjects"]


def derive(subject):
    """Return each parameter of the vignette as (value, ISO date or none)."""
    dates = [date.fromisoformat(one["date"]) for one in subject["assessments"]]
    codes = [CODES[one["response"]] for one in subject["assessments"]]
    origin = date.fromisoformat(subject["reference_date"])
    days = [(day - origin).days for day in dates]
    counted = last_counted_immune(codes, days, float("inf"))
    used = [one["used"] for one in subject["assessments"]]
    assert used == [position < counted for position in range(len(codes))]
    codes, days = codes[:counted], days[:counted]
    progression = immune_progression(codes)
    confirmed = progression.confirmed_at >= 0

    def at(position):
        return dates[position].isoformat() if position >= 0 else None

    def whether(position):
        return ("Y", at(position)) if position >= 0 else ("N", None)

    def best(confirm):
        found = best_immune_response(codes, days, RULES, confirm)
        return (LABELS[found.response] if codes else "MISSING", at(found.visit))

    return {
        "ICPD": whether(progression.visit if confirmed else -1),
        "IUPD": whether(-1 if confirmed else progression.visit),
        "IRSP": whether(first_immune_response(codes, days, RULES, confirm=False)),
        "ICB": whether(first_immune_benefit(codes, days, RULES, confirm=False)),
        "IBOR": best(confirm=False),
        "ICRSP": whether(first_immune_response(codes, days, RULES, confirm=True)),
        "ICCB": whether(first_immune_benefit(codes, days, RULES, confirm=True)),
        "ICBOR": best(confirm=True),
    }


def test_every_parameter_of_every_subject(subjects):
    assert len(subjects) == 27
    compared = 0
    for subject in subjects:
        expected = {name: (one["value"], one["date"]) for name, one in subject["expected"].items()}
        assert derive(subject) == expected, subject["usubjid"]
        compared += len(expected)
    assert compared == 27 * 8


def test_sequences_that_no_lesions_can_give_are_the_listed_ones(subjects):
    found = {
        subject["usubjid"]: reasons
        for subject in subjects
        if (reasons := find_impossible([CODES[one["response"]] for one in subject["assessments"]]))
    }
    assert found == IMPOSSIBLE


def find_impossible(codes):
    reasons = set()
    if Code.NON_ICR_NON_IUPD in codes and {Code.IPR, Code.ISD} & set(codes):
        reasons.add(MIXED)
    controlled = {Code.ISD, Code.NON_ICR_NON_IUPD}
    if any(Code.ICR in codes[:at] and code in controlled for at, code in enumerate(codes)):
        reasons.add(AFTER_ICR)
    if any(one == Code.ICPD != other for one, other in pairwise(codes)):
        reasons.add(AFTER_ICPD)
    if any(code == Code.ICPD and Code.IUPD not in codes[:at] for at, code in enumerate(codes)):
        reasons.add("iCPD without an iUPD before it")
    return reasons
