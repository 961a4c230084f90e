"""The choices of the study file that reading a scan depends on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.response.best import BestRules

if TYPE_CHECKING:
    from trialwright.study.model import Study


@dataclass(frozen=True, slots=True)
class ResponseRules:
    """The choices of the study file that reading a scan depends on.

    Parameters
    ----------
    best : BestRules
        Intervals and allowances of the best response.
    confirm : bool
        A response counts only once a later scan confirms it.
    persistent : bool
        A partial response stays one until progression.
    planned_ablation, unplanned_local_therapy : str
        How a lesion treated locally counts (``local_therapy.POLICIES``; for the second also
        ``censor``).
    time_point_date : str
        ``earliest`` or ``latest``.
    baseline_after_ablation : bool
        The first scan after the planned ablation is the baseline.
    changed_method : str
        ``flag`` or ``not_evaluable``: a target measured by another method than at baseline.
    tumour_marker : str
        The laboratory test that must be normal in a complete response; ``none``.
    best_response_rules : str
        ``recist11`` or ``admiral``.
    immune_criteria : str
        ``none`` or ``iRECIST``, read beside RECIST 1.1.
    immune_confirmation_days : int
        Under iRECIST a scan sooner after an unconfirmed progression decides nothing.
    after_new_therapy : bool
        Scans after a new anticancer therapy count in the best response.
    while_on_treatment : bool
        Scans after the end of study treatment do not.
    """

    best: BestRules
    confirm: bool
    persistent: bool
    planned_ablation: str
    unplanned_local_therapy: str
    time_point_date: str
    baseline_after_ablation: bool
    changed_method: str
    tumour_marker: str
    best_response_rules: str
    immune_criteria: str
    immune_confirmation_days: int
    after_new_therapy: bool
    while_on_treatment: bool

    @classmethod
    def of(cls, study: Study) -> ResponseRules:
        """Take the choices from a study; raise ``StudyError`` where one is still open."""
        chosen = study.response
        chosen.criteria.require()
        return cls(
            BestRules(
                chosen.confirmation_interval_days.require(),
                chosen.intervening_not_evaluable.require(),
                chosen.intervening_stable_disease.require(),
                chosen.minimum_stable_disease_days.require(),
            ),
            chosen.confirmation_required.require(),
            chosen.persistent_partial_response.require(),
            chosen.planned_ablation.require(),
            chosen.unplanned_local_therapy.require(),
            chosen.time_point_date.require(),
            chosen.baseline_after_ablation.require(),
            chosen.changed_method.require(),
            chosen.tumour_marker.require(),
            chosen.best_response_rules.require(),
            chosen.immune_criteria.require(),
            chosen.immune_confirmation_days.require(),
            study.rates.new_anticancer_therapy.require() == "treatment_policy",
            study.rates.treatment_discontinuation.require() == "while_on_treatment",
        )
