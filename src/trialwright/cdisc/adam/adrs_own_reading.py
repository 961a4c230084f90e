"""What our reading says of one patient, parameter by parameter of ADRS, and why.

The best responses, the progression and the time points are those of ``PatientResponse``. Dates that
it does not hold (a first response without confirmation, say) come from the rule functions that
concluded it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.cdisc.adam.adrs_rows import BLANK, NO, YES
from trialwright.response.codes import Response
from trialwright.response.conclude import PROFILES
from trialwright.response.finished import earlier, first_progression
from trialwright.response.guideline import first_control, last_evaluated

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trialwright.response.result import BestResponse, PatientResponse, TimePoint
    from trialwright.response.rules import ResponseRules

_NOT_READ = "no scan of the patient was read"


@dataclass(frozen=True, slots=True)
class OwnReading:
    """What our reading says of one patient.

    Parameters
    ----------
    points : tuple of TimePoint
        The time points after baseline.
    counted : int
        How many of them count in the best response.
    behind : dict of str to int
        The time point behind each parameter, and behind the confirmation of CBOR
        (``confirming``); -1: none.
    unconfirmed, confirmed : Response
        BOR and CBOR.
    measurable : int
        MDIS: ``YES``, ``NO``, or ``BLANK`` where there is no baseline.
    reasons : dict of str to (str or None)
        Why each parameter but OVR and DEATH is what it is.
    reader : str or None
        Whose reading it is; none if the data name no reader.
    """

    points: tuple[TimePoint, ...]
    counted: int
    behind: dict[str, int]
    unconfirmed: Response
    confirmed: Response
    measurable: int
    reasons: dict[str, str | None]
    reader: str | None


def read_own(
    response: PatientResponse | None, rules: ResponseRules, control_days: int
) -> OwnReading:
    """Return what our reading says of one patient.

    Parameters
    ----------
    response : PatientResponse or None
        The reading; none: the patient was not read.
    rules : ResponseRules
        The choices that it was read by.
    control_days : int
        Stable disease is clinical benefit from this day on.
    """
    if response is None:
        return _unread()
    points, counted = response.time_points, response.counted
    behind = _find_behind(response, rules, control_days)
    measurable, why = _measurable(response)
    reasons = {
        **_best_reasons(response),
        **_date_reasons(points, behind, response, control_days),
        "MDIS": why,
    }
    return OwnReading(
        points,
        counted,
        behind,
        response.unconfirmed.response,
        response.confirmed.response,
        measurable,
        reasons,
        response.reader,
    )


def _unread() -> OwnReading:
    codes = ("PD", "LSTA", "RSP", "CB", "BOR", "CRSP", "CCB", "CBOR", "confirming")
    reasons: dict[str, str | None] = dict.fromkeys((*codes, "BCP", "CBCP", "MDIS"), _NOT_READ)
    nothing = dict.fromkeys(codes, -1)
    return OwnReading((), 0, nothing, Response.NE, Response.NE, BLANK, reasons, None)


def _find_behind(
    response: PatientResponse, rules: ResponseRules, control_days: int
) -> dict[str, int]:
    points = response.time_points
    every = [point.overall for point in points]
    counted = every[: response.counted]
    days = [point.day for point in points[: response.counted]]
    first = PROFILES[rules.best_response_rules].first
    unconfirmed, confirmed = (first(counted, days, rules.best, one) for one in (False, True))
    controlled = first_control(counted, days, control_days)
    return {
        "PD": first_progression(every),
        "LSTA": last_evaluated(every),
        "RSP": unconfirmed,
        "CRSP": confirmed,
        "CB": earlier(unconfirmed, controlled),
        "CCB": earlier(confirmed, controlled),
        "BOR": _place(points, response.unconfirmed),
        "CBOR": _place(points, response.confirmed),
        "confirming": _dated(points, response.confirmed),
    }


def _place(points: Sequence[TimePoint], best: BestResponse) -> int:
    """Return the time point that gave a best response."""
    return _find(points, lambda one: one.visit == best.visit and one.date == best.date)


def _dated(points: Sequence[TimePoint], best: BestResponse) -> int:
    """Return the time point that confirmed a best response."""
    return _find(points, lambda one: one.date == best.confirmed_on)


def _find(points: Sequence[TimePoint], fits: Callable[[TimePoint], bool]) -> int:
    return next((at for at, one in enumerate(points) if fits(one)), -1)


def _measurable(response: PatientResponse) -> tuple[int, str | None]:
    """Tell whether the reading has a target lesion at baseline, and which.

    Source: RECIST 1.1 section 3.2: target lesions are measurable. One that the study leaves out
    (ablated) is no part of the reading.
    """
    if response.baseline is None:
        return BLANK, response.not_evaluable
    targets = [
        one.lesion_id
        for one in response.baseline.values
        if one.role == "target" and one.counted_mm is not None
    ]
    if not targets:
        return NO, "the reading has no target lesion"
    return YES, f"target lesions: {', '.join(targets)}"


def _best_reasons(response: PatientResponse) -> dict[str, str | None]:
    either = {"BOR": response.unconfirmed, "BCP": response.unconfirmed}
    either |= {"CBOR": response.confirmed, "CBCP": response.confirmed}
    return {code: best.reason.sentence for code, best in either.items()}


def _date_reasons(
    points: Sequence[TimePoint],
    behind: dict[str, int],
    response: PatientResponse,
    control_days: int,
) -> dict[str, str | None]:
    """Return why the parameters with a time point of their own are what they are."""
    without = {
        "PD": f"no progression at {len(points)} time point(s)",
        "LSTA": "no time point after baseline could be evaluated",
        "RSP": response.unconfirmed.reason.sentence,
        "CRSP": response.confirmed.reason.sentence,
    }
    benefit = f"no response, and no CR, PR or stable disease on or after day {control_days}"
    without |= {"CB": benefit, "CCB": benefit}
    if response.not_evaluable is not None:
        without = dict.fromkeys(without, response.unconfirmed.reason.sentence)
    found: dict[str, str | None] = {}
    for code, why in without.items():
        at = behind[code]
        found[code] = why if at < 0 else points[at].reason.sentence
    return found
