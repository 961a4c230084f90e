"""Every patient is counted, or left out with a reason; this is checked in every analysis."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from trialwright.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trialwright.analysis.result import CompetingResult, ProportionResult, SurvivalResult
    from trialwright.endpoints import AnalysisSets, Timed
    from trialwright.response import AblatedLesion


def check_accounting(
    sets: AnalysisSets,
    proportions: Sequence[ProportionResult],
    results: Sequence[SurvivalResult | CompetingResult],
    lesions: Sequence[AblatedLesion],
    patients: int,
) -> None:
    """Stop unless each patient is counted once, or left out once with a reason.

    Parameters
    ----------
    sets : AnalysisSets
        The patients of the data, and who of them is in which set.
    proportions : sequence of ProportionResult
        The rates.
    results : sequence of SurvivalResult or CompetingResult
        The times, per patient or per lesion.
    lesions : sequence of AblatedLesion
        The ablated lesions of all patients.
    patients : int
        Patients in the data.

    Raises
    ------
    DataError
        Naming the endpoint or set, and the patients or lesions that are missing, counted twice,
        or of no one who is to be counted.
    """
    if len(sets.members) != patients:
        msg = f"{patients} patients in the data, but {len(sets.members)} in the analysis sets"
        raise DataError(msg)
    everybody = [one.patient_id for one in sets.members]
    for one in sets.sets:
        if one.not_derived is None:
            left_out = (patient for patient, _ in one.excluded)
            _each_once(one.title, [*one.patients, *left_out], everybody)
    counted = [one.patient_id for one in sets.efficacy]
    for rate in proportions:
        if rate.key in ("ORR", "DCR"):
            _each_once(rate.key, (one.patient_id for one in rate.outcomes), counted)
    ablated = [
        f"{one.patient_id} {one.lesion.lesion_id}" for one in lesions if one.patient_id in counted
    ]
    for result in results:
        timed: tuple[Timed, ...] = (*result.times, *result.no_times)
        if result.counted == "patient":
            _each_once(result.key, (one.patient_id for one in timed), counted)
        else:
            named = (f"{one.patient_id} {one.lesion_id}" for one in timed)
            _each_once(result.key, named, ablated, "lesions")


def _each_once(
    what: str, found: Iterable[str], expected: Sequence[str], named: str = "patients"
) -> None:
    """Stop unless what was found is what was expected, each once; name all that is not."""
    times = Counter(found)
    wrong = {
        "missing": [one for one in expected if one not in times],
        "more than once": [one for one, number in times.items() if number > 1],
        "not to be counted": sorted(times.keys() - set(expected)),
    }
    if any(wrong.values()):
        right = sum(times[one] == 1 for one in expected)
        told = "; ".join(f"{words}: {', '.join(names)}" for words, names in wrong.items() if names)
        msg = f"{what}: {right} of {len(expected)} {named} are accounted for once; {told}"
        raise DataError(msg)
