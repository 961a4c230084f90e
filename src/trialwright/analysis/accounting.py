"""Every patient is counted, or left out with a reason; this is checked in every analysis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.analysis.result import CompetingResult, ProportionResult, SurvivalResult
    from trialwright.endpoints import AnalysisSets


def check_accounting(
    sets: AnalysisSets,
    proportions: Sequence[ProportionResult],
    results: Sequence[SurvivalResult | CompetingResult],
    patients: int,
) -> None:
    """Stop if a patient is neither counted nor left out with a reason.

    Parameters
    ----------
    sets : AnalysisSets
        The patients of the data, and who of them is in which set.
    proportions : sequence of ProportionResult
        The rates.
    results : sequence of SurvivalResult or CompetingResult
        The times.
    patients : int
        Patients in the data.

    Raises
    ------
    DataError
        Naming the endpoint or set and the numbers that do not add up.
    """
    if len(sets.members) != patients:
        msg = f"{patients} patients in the data, but {len(sets.members)} in the analysis sets"
        raise DataError(msg)
    for one in sets.sets:
        if one.not_derived is None:
            _same(one.title, len(one.patients) + len(one.excluded), patients)
    counted = len(sets.efficacy)
    for rate in proportions:
        if rate.key in ("ORR", "DCR"):
            _same(rate.key, len(rate.outcomes), counted)
    for result in results:
        if result.counted == "patient":
            ended = sum(result.events.values()) + sum(result.censored.values())
            ended += sum(result.competing.values())
            _same(result.key, ended + len(result.no_times), counted)


def _same(what: str, found: int, expected: int) -> None:
    if found != expected:
        msg = f"{what}: {found} of {expected} patients are accounted for"
        raise DataError(msg)
