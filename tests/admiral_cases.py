"""The oracle files of finished responses, read into codes and days since the reference date; the
same records through either profile of best response, in the oracles' words.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from trialwright.response import (
    BestResponse,
    BestRules,
    PatientResponse,
    Reason,
    Response,
    TimePoint,
    best_response,
    last_counted,
)
from trialwright.response.admiral import (
    best_or_missing,
    count_until,
    derive_parameters,
    first_progression,
)
from trialwright.response.best import first_response, relapse

if TYPE_CHECKING:
    from pathlib import Path

CODES = {
    "CR": Response.CR,
    "PR": Response.PR,
    "SD": Response.SD,
    "NON-CR/NON-PD": Response.NON_CR_NON_PD,
    "PD": Response.PD,
    "NE": Response.NE,
    "ND": Response.NONE,  # not done
    "NA": Response.NONE,
    None: Response.NONE,
}
WORDS = {Response.NONE: "MISSING"} | {
    code: word for word, code in CODES.items() if code != Response.NONE
}
NAN = float("nan")
RANDOM = "oracle_admiral_random"
# 28 days to confirm, one NE between, no SD; stable disease from day 42: the template ad_adrs
TEMPLATE = BestRules(
    interval_days=28, allowed_not_evaluable=1, allowed_stable=0, minimum_stable_days=42
)


@dataclass(frozen=True)
class Subject:
    """One subject's records in the order of the file, and what the oracle says of them."""

    name: str
    reference: date
    responses: list[Response]
    days: list[int]
    row: dict[str, Any]

    def date_of(self, index: int) -> str | None:
        """Return the date of a record as the oracle writes it; none for -1."""
        return None if index < 0 else str(self.reference + timedelta(self.days[index]))

    def day_of(self, when: str | None) -> float:
        """Return a date as days since the reference date; ``nan`` for none."""
        return float("nan") if when is None else (date.fromisoformat(when) - self.reference).days


def read_subject(row: dict[str, Any]) -> Subject:
    records = row["assessments"]
    # where a case has no reference date, days count from its first record
    first = min((one["date"] for one in records), default="2020-01-01")
    reference = date.fromisoformat(row.get("reference_date") or first)
    days = [(date.fromisoformat(one["date"]) - reference).days for one in records]
    responses = [CODES[one["response"]] for one in records]
    return Subject(row["usubjid"], reference, responses, days, row)


def read_cases(shared: Path, name: str) -> Any:
    return json.loads((shared / "cases" / f"{name}.json").read_text())


def read_subjects(shared: Path, name: str) -> list[Subject]:
    return [read_subject(row) for row in read_cases(shared, name)["subjects"]]


def expected_parameters(subject: Subject) -> dict[str, Any]:
    """Return what the oracle has for each parameter, as value and date.

    Two are not made from responses: MDIS is read from the lesions (TU), DEATH is copied from the
    subject's row and read as an event in ``test_admiral_times.py``.
    """
    rows = subject.row["expected"]
    return {
        name: (one["value"], one["date"])
        for name, one in rows.get("params", rows).items()
        if name not in ("MDIS", "DEATH")
    }


def parameter_sets(oracle: dict[str, Any]) -> dict[int, tuple[BestRules, bool]]:
    """Return the six sets of the confirmed best response: the rules, and whether missing is NE."""
    return {
        number: (
            BestRules(
                interval_days=one["ref_confirm"],
                allowed_not_evaluable=one["max_nr_ne"],
                allowed_stable=one["accept_sd"],
                minimum_stable_days=one["ref_start_window"],
            ),
            bool(one["missing_as_ne"]),
        )
        for number, one in enumerate(oracle["parameter_sets_confirmed_bor"], start=1)
    }


def expected_by_set(subject: Subject) -> dict[int, Any]:
    rows = subject.row["expected"]["confirmed_bor_by_set"]
    return {row["set"]: (row["value"], row["date"]) for row in rows}


# --- The records under admiral


def read_by_admiral(subject: Subject, rules: BestRules) -> dict[str, Any]:
    """Return the parameters of the template as values and dates."""
    found = derive_parameters(subject.responses, subject.days, rules)
    flags = {
        "PD": found.progression,
        "RSP": found.response,
        "CB": found.clinical_benefit,
        "CRSP": found.confirmed_response,
        "CCB": found.confirmed_clinical_benefit,
    }
    last = found.last_assessment
    bests = {
        # no record at all is NE here and MISSING upstream
        name: ("MISSING" if one.visit < 0 else WORDS[one.response], subject.date_of(one.visit))
        for name, one in (("BOR", found.best), ("CBOR", found.confirmed_best))
    }
    return (
        {name: yes_or_no(subject, index) for name, index in flags.items()}
        | bests
        | {"BCP": responder(bests["BOR"]), "CBCP": responder(bests["CBOR"])}
        | {"LSTA": (WORDS[subject.responses[last]] if last >= 0 else None, subject.date_of(last))}
    )


def yes_or_no(subject: Subject, index: int) -> tuple[str, str | None]:
    return ("Y" if index >= 0 else "N"), subject.date_of(index)


def responder(best: tuple[str, str | None]) -> tuple[str, str | None]:
    return ("Y", best[1]) if best[0] in ("CR", "PR") else ("N", None)


def confirmed_by_set(subject: Subject, rules: BestRules, as_ne: bool) -> tuple[str, str | None]:
    """Return the confirmed best response as the deprecated function derives it."""
    progression = first_progression(subject.responses)
    count = count_until(subject.days, subject.days[progression] if progression >= 0 else NAN)
    responses, days = subject.responses[:count], subject.days[:count]
    best = best_or_missing(responses, days, rules, True, as_ne)
    return WORDS[best.response], subject.date_of(best.visit)


# --- The same records under recist11, as if people had called them


def read_by_guideline(subject: Subject, rules: BestRules, confirm: bool) -> PatientResponse:
    """Read finished responses by recist11; a record up to the first treatment is a baseline."""
    points = [call_point(subject, i) for i, day in enumerate(subject.days) if day > 0]
    responses, days = [one.overall for one in points], [one.day for one in points]
    counted = last_counted(responses, days, float("inf"))
    responses, days = responses[:counted], days[:counted]
    either = {}
    for confirmed in (False, True):
        best = best_response(responses, days, rules, confirmed)
        point = points[best.visit] if best.visit >= 0 else None
        either[confirmed] = BestResponse(
            best.response, point and point.date, None, point and point.visit, NO_REASON
        )
    start = first_response(responses, days, rules, confirm)
    return PatientResponse(
        subject.name,
        None,
        tuple(points),
        counted,
        best=either[confirm],
        unconfirmed=either[False],
        confirmed=either[True],
        response_start=points[start].date if start >= 0 else None,
    )


NO_REASON = Reason("test", "collected, not derived")


def call_point(subject: Subject, index: int) -> TimePoint:
    return TimePoint(
        visit=f"V{index}",
        date=subject.reference + timedelta(subject.days[index]),
        day=subject.days[index],
        values=(),
        sum_mm=NAN,
        measured_mm=NAN,
        change_from_baseline=NAN,
        nadir_mm=NAN,
        nadir_visit="",
        target=Response.NE,
        non_target=Response.NE,
        new_lesions=(),
        overall=subject.responses[index],
        reason=NO_REASON,
    )


def with_progression_after_complete_response(subject):
    """Call the first SD or Non-CR/Non-PD after a CR what table 3 makes of it."""
    at = relapse(subject.responses)
    if at == len(subject.responses):
        return subject
    responses = [*subject.responses]
    responses[at] = Response.PD
    return replace(subject, responses=responses)


def with_partial_for_complete_response(subject):
    """Call each CR that a PR follows before any relapse a PR, so that the PR can confirm it."""
    before = subject.responses[: relapse(subject.responses)]
    last = max((i for i, one in enumerate(before) if one == Response.PR), default=0)
    partial = [Response.PR if one == Response.CR else one for one in before[:last]]
    return replace(subject, responses=[*partial, *subject.responses[last:]])
