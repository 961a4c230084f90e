"""What became of the ablated lesions, and every patient read with and without them.

The rules stand in ``response``; what is here counts their answers by patient, by session and by
lesion, which are three different things, and estimates the rates per lesion.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from trialwright.analysis.ablation_counts import AblationCount, count_outcomes
from trialwright.analysis.readings import choose_from, read_all_readers
from trialwright.response import ResponseRules
from trialwright.response.ablated.both_readings import read_both, read_neither
from trialwright.response.ablated.outcomes import AblationRules, outcomes_of
from trialwright.response.ablated.rules import MARGIN_BANDS, is_ablation, margin_band
from trialwright.study.settled import require_settled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.dataset import Dataset
    from trialwright.response.ablated.both_readings import BothReadings
    from trialwright.response.ablated.result import AblatedLesion
    from trialwright.response.ablated.rules import LocalEnd
    from trialwright.response.compare.readers import ChosenReading
    from trialwright.response.patient import Lesion, PatientScans
    from trialwright.study.model import Study

_NEEDED = ("response.", "data.", "statistics.confidence_level", "statistics.proportion_interval")
NO_MARGIN = "not recorded"


@dataclass(frozen=True, slots=True)
class ProcedureSummary:
    """The procedures as a whole. Sizes and margins are in mm.

    ``liver_lesions`` are the baseline lesions in the liver of the patients who were ablated.
    """

    patients: int
    sessions: int
    lesions: int
    liver_lesions: int
    liver_lesions_ablated: int
    modalities: Counter[str]
    margins: dict[str, int]  # ablations by band of the smallest margin, and not recorded
    sizes_before_mm: tuple[float, ...]
    sizes_unknown: int
    days_from_first_treatment: tuple[int, ...]  # to the first ablation of each lesion
    other_treatments: int  # local treatments of lesions that are no ablation


@dataclass(frozen=True, slots=True)
class AblationResults:
    """Everything about ablation that the report and ``trialwright ablation`` show.

    ``readings`` hold every patient; ``lesions`` each ablated lesion, in order of patients and
    dates. ``all_disease`` is how an ablated lesion counts in the reading of all disease.
    """

    readings: tuple[BothReadings, ...]
    lesions: tuple[AblatedLesion, ...]
    summary: ProcedureSummary
    counts: tuple[AblationCount, ...]
    local_ends: Counter[LocalEnd]
    all_disease: str

    @property
    def differing(self) -> tuple[BothReadings, ...]:
        """The patients whose best response differs between the two readings."""
        return tuple(both for both in self.readings if both.best_differs)


def read_ablations(dataset: Dataset, study: Study) -> AblationResults:
    """Follow every ablated lesion, and read every patient with and without them.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    study : Study
        How scans are read and proportions estimated must be settled.

    Returns
    -------
    AblationResults
        Empty of lesions where the data hold no ablation.

    Raises
    ------
    StudyError
        If a field that this needs is still a gap; all of them are listed.
    DataError
        If the data hold errors that the study does not accept; all of them are listed.
    """
    require_settled(study, "reading ablated lesions", _NEEDED)
    chosen = choose_from(read_all_readers(dataset, study), dataset, study)
    return follow_ablations(chosen, study)


def follow_ablations(
    chosen: Sequence[ChosenReading],
    study: Study,
    lesions: tuple[AblatedLesion, ...] | None = None,
) -> AblationResults:
    """Do as :func:`read_ablations`, where each patient's reading is already chosen.

    Parameters
    ----------
    chosen : sequence of ChosenReading
        Whose reading of each patient counts (``Analysis.readings``).
    study : Study
        What was planned.
    lesions : tuple of AblatedLesion, optional
        What `ablated_lesions` returns of the same readings, if it is at hand.
    """
    lesions = ablated_lesions(chosen, study) if lesions is None else lesions
    return AblationResults(
        readings=_read_all(chosen, study),
        lesions=lesions,
        summary=_summarise(lesions, chosen),
        counts=count_outcomes(lesions, study),
        local_ends=Counter(one.local.end for one in lesions),
        all_disease=study.response.all_disease_ablation.require(),
    )


def ablated_lesions(chosen: Sequence[ChosenReading], study: Study) -> tuple[AblatedLesion, ...]:
    """Return every ablated lesion of the readings that count, with what became of it."""
    rules = AblationRules.of(study)
    return tuple(lesion for one in chosen for lesion in outcomes_of(_scans_that_count(one), rules))


def _scans_that_count(one: ChosenReading) -> PatientScans:
    """Return the scans of a patient; nobody's readings where no reading was decided on."""
    return one.scans if one.refused is None else replace(one.scans, readings=())


def _read_all(chosen: Sequence[ChosenReading], study: Study) -> tuple[BothReadings, ...]:
    rules = ResponseRules.of(study)
    policy = study.response.all_disease_ablation.require()
    return tuple(
        read_both(one.scans, rules, policy)
        if one.response.not_evaluable is None
        else read_neither(one.response)
        for one in chosen
    )


def _summarise(
    lesions: Sequence[AblatedLesion], chosen: Sequence[ChosenReading]
) -> ProcedureSummary:
    ablated = {one.patient_id for one in lesions}
    sizes = [one.size_before_mm for one in lesions]
    days = [one.days_from_first_treatment for one in lesions]
    done = [ablation for one in lesions for ablation in one.ablations]
    bands = Counter(NO_MARGIN if a.margin_mm is None else margin_band(a.margin_mm) for a in done)
    return ProcedureSummary(
        patients=len(ablated),
        sessions=len(
            {(one.patient_id, a.treatment_date) for one in lesions for a in one.ablations}
        ),
        lesions=len(lesions),
        liver_lesions=_count_liver_lesions(chosen, ablated),
        liver_lesions_ablated=sum(is_liver_lesion(one.lesion) for one in lesions),
        modalities=Counter(a.modality for a in done),
        margins={band: bands[band] for band in (*MARGIN_BANDS, NO_MARGIN)},
        sizes_before_mm=tuple(size for size in sizes if size is not None),
        sizes_unknown=sizes.count(None),
        days_from_first_treatment=tuple(day for day in days if day is not None),
        other_treatments=sum(
            not is_ablation(treated.modality)
            for one in chosen
            for treated in one.scans.local_treatments
        ),
    )


def _count_liver_lesions(chosen: Sequence[ChosenReading], patients: set[str]) -> int:
    return sum(
        is_liver_lesion(lesion)
        for one in chosen
        if one.patient_id in patients
        for lesion in one.scans.lesions
    )


def is_liver_lesion(lesion: Lesion) -> bool:
    """Tell whether a lesion was in the liver at baseline; a fragment is no lesion of its own."""
    return lesion.organ == "liver" and lesion.role != "new" and lesion.split_from is None
