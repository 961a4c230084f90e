"""What each patient gives to a number of efficacy: a best response, an outcome, a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.analysis import ProportionResult
from trialwright.endpoints import TimeToEvent, called_of
from trialwright.report.formats import NOTHING, show_count
from trialwright.report.model import Cell, Inputs, Number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from trialwright.analysis import Analysis, CompetingResult, SurvivalResult
    from trialwright.endpoints import Outcome, Timed
    from trialwright.report.formats import Days

DASH = Cell(NOTHING)
_RESPONDED = ("CR", "PR", "iCR", "iPR")


def best_of_each(analysis: Analysis) -> dict[str, str]:
    """Return the best response of each patient of the efficacy set, by the study's criteria."""
    criteria = analysis.study.endpoints.criteria.require()
    return {
        one.patient_id: called_of(analysis.response_of(one.patient_id), criteria).best
        for one in analysis.sets.efficacy
    }


def give_responses(outcomes: Iterable[Outcome], best: Mapping[str, str], days: Days) -> Inputs:
    """Return what patients give to a response rate: their best response.

    One whose best response does not decide the outcome, or who may still respond, gives that too.

    Parameters
    ----------
    outcomes : iterable of Outcome
        Of every patient of the denominator.
    best : mapping of str to str
        From :func:`best_of_each`.
    days : Days
        How dates look.
    """
    return Inputs(tuple((one.patient_id, _say_response(one, best, days)) for one in outcomes))


def _say_response(one: Outcome, best: Mapping[str, str], days: Days) -> str:
    words = best[one.patient_id]
    if one.met != (words in _RESPONDED):
        words += f", counted as {'response' if one.met else 'no response'}: "
        words += days.in_words(one.reason)
    return f"{words}, may still respond" if one.pending else words


def say_pending(outcomes: Iterable[Outcome]) -> str:
    """Say how many may still respond, who count as no response so far; empty where nobody may."""
    pending = sum(one.pending for one in outcomes)
    return f"{pending} may still respond and count as no response so far" if pending else ""


def give_outcomes(outcomes: Iterable[Outcome], days: Days) -> Inputs:
    """Return what patients give to another rate: whether they met it, and why.

    Parameters
    ----------
    outcomes : iterable of Outcome
        Of every patient of the denominator.
    days : Days
        How dates look.
    """
    return Inputs(
        tuple(
            (one.patient_id, f"{'yes' if one.met else 'no'}: {days.in_words(one.reason)}")
            for one in outcomes
        )
    )


def say_met(one: Outcome) -> str:
    """Say whether an outcome was met: ``yes``, ``no``, ``not yet``."""
    return "yes" if one.met else "not yet" if one.pending else "no"


def say_end(one: TimeToEvent) -> str:
    """Say how a time ends: ``event``, ``competing event``, ``censored``."""
    return "event" if one.event else "competing event" if one.competing else "censored"


def say_time(one: Timed) -> str:
    """Say what a patient (or lesion) gives to a curve: ``event on day 57: progression``."""
    lesion = f"{one.lesion_id}: " if one.lesion_id else ""
    if isinstance(one, TimeToEvent):
        return f"{lesion}{say_end(one)} on day {one.days}: {one.kind}"
    return f"{lesion}not counted: {one.why}"


def give_times(times: Iterable[Timed]) -> Inputs:
    """Return what patients give to a curve and all that is read off it."""
    return Inputs(tuple((one.patient_id, say_time(one)) for one in times))


def give_result(
    result: ProportionResult | SurvivalResult | CompetingResult, analysis: Analysis, days: Days
) -> Inputs:
    """Return what everybody gives to an endpoint, rate or time."""
    if not isinstance(result, ProportionResult):
        return give_times(result.times)
    if result.key.startswith("ORR"):
        return give_responses(result.outcomes, best_of_each(analysis), days)
    return give_outcomes(result.outcomes, days)


def times_cell(times: Sequence[Timed], among: Sequence[Timed], *, counted: str = "patient") -> Cell:
    """Make the cell ``5 (17.2 %)`` of times that ended in one way.

    Parameters
    ----------
    times : sequence of TimeToEvent or NoTime
        Those that the cell counts.
    among : sequence of TimeToEvent or NoTime
        All of them, the denominator; nobody: no percentage.
    counted : {"patient", "lesion"}
        What one time is of.
    """
    total = len(among)
    numbers = [Number(f"{counted}s", len(times))]
    if total:
        numbers.append(Number("percent", 100 * len(times) / total))
    whole = timed_patients(among) if among else None
    return Cell(show_count(len(times), total), tuple(numbers), give_times(times), among=whole)


def timed_patients(times: Sequence[Timed]) -> Inputs:
    """Return who, or which lesion, has a time, whatever it says: the denominator of a share."""
    return Inputs(tuple((one.patient_id, one.lesion_id or "counted") for one in times))


def name_patients(named: Sequence[str], most: int = 6) -> str:
    """Write identifiers in a row: ``P-01, P-07 and 12 more``; "none" of nobody."""
    if not named:
        return "none"
    shown, more = named[:most], len(named) - most
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def capitalise(words: str) -> str:
    """Begin words with a capital and leave the rest as it is written."""
    return f"{words[:1].upper()}{words[1:]}"
