"""What the trial found: every estimate with the patients and the choices behind it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trialwright.analysis.ablation import AblationResults
    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.findings import Finding
    from trialwright.design import (
        OperatingCharacteristics,
        Outlook,
        StageDecision,
        TwoStageDesign,
    )
    from trialwright.endpoints import AnalysisSets, NoTime, Outcome, Patient, TimeToEvent
    from trialwright.response import AblatedLesion, PatientResponse
    from trialwright.response.compare.agreement import AdjudicationCount, Agreement
    from trialwright.response.compare.collected_calls import CallComparison
    from trialwright.response.compare.readers import ChosenReading, ReaderCalls
    from trialwright.stats import CumulativeIncidence, Estimate, KaplanMeier, Proportion
    from trialwright.stats.two_stage import TwoStageInference
    from trialwright.study.model import Study


@dataclass(frozen=True, slots=True)
class ProportionResult:
    """A proportion endpoint: who met it, and the estimate with its interval."""

    key: str  # ORR, DCR, ...
    title: str
    outcomes: tuple[Outcome, ...]
    estimate: Proportion
    sensitivity: bool = False  # another reading of an endpoint that is listed too


class TimedResult:
    """A time-to-event endpoint: how the times end, counted by reason."""

    __slots__ = ()
    key: str
    title: str
    times: tuple[TimeToEvent, ...]
    no_times: tuple[NoTime, ...]

    @property
    def events(self) -> Counter[str]:
        """Number of events by kind."""
        return Counter(time.kind for time in self.times if time.event)

    @property
    def competing(self) -> Counter[str]:
        """Number of competing events by kind."""
        return Counter(time.kind for time in self.times if time.competing)

    @property
    def censored(self) -> Counter[str]:
        """Number of censored times by the ground for censoring."""
        return Counter(time.kind for time in self.times if not (time.event or time.competing))

    @property
    def not_counted(self) -> Counter[str]:
        """Number of patients (or lesions) without a time by the reason."""
        return Counter(one.why for one in self.no_times)

    def count_ends(self) -> list[str]:
        """Return the counts in words, such as ``3 censored: no progression``."""
        return [
            f"{number} {words}: {reason}"
            for words, counts in (
                ("event", self.events),
                ("competing event", self.competing),
                ("censored", self.censored),
                ("not counted", self.not_counted),
            )
            for reason, number in sorted(counts.items())
        ]


@dataclass(frozen=True, slots=True)
class SurvivalResult(TimedResult):
    """A time-to-event endpoint: each patient's time, the curve, median and landmarks.

    ``curve`` and ``median`` are in ``unit``; landmarks are named by their months. ``no_times``
    are those of the efficacy set of whom the endpoint counts no time, each with the reason.
    ``counted`` is what one row is: a patient, or a lesion.
    """

    key: str  # PFS, OS, TTP, DOR
    title: str
    times: tuple[TimeToEvent, ...]
    curve: KaplanMeier
    median: Estimate
    landmarks: tuple[tuple[float, Estimate], ...]
    no_times: tuple[NoTime, ...] = ()
    counted: str = "patient"
    unit: str = "months"


@dataclass(frozen=True, slots=True)
class CompetingResult(TimedResult):
    """A time-to-event endpoint with a competing event: counts and cumulative incidence.

    A Kaplan-Meier curve would treat the competing event as if the other could still follow, so
    there is none. ``curves`` are those of Aalen and Johansen, of the endpoint's event and of the
    competing one, in ``unit``; landmarks, named by their months, are incidences of the event.
    """

    key: str
    title: str
    times: tuple[TimeToEvent, ...]
    curves: CumulativeIncidence
    landmarks: tuple[tuple[float, Estimate], ...]
    no_times: tuple[NoTime, ...] = ()
    counted: str = "patient"
    unit: str = "months"


@dataclass(frozen=True, slots=True)
class NotComputable:
    """An endpoint that the data or the study do not allow, and why."""

    key: str
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class PolicyResult:
    """The response rate had ablated lesions been counted in another way.

    ``changed`` names the patients whose best response differs from the primary reading, with
    both responses.
    """

    policy: str
    meaning: str
    primary: bool
    estimate: Proportion
    changed: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class StageResult:
    """The design's rule at its first look and with all the patients there are.

    ``inference`` is what they say of the true rate; none while stage 1, or a patient whom the
    decision counts, is open. ``outlook`` is where the trial stands and what may become of it at
    the null and the alternative rate.
    """

    design: TwoStageDesign
    null: OperatingCharacteristics
    alternative: OperatingCharacteristics
    first_look: StageDecision
    final: StageDecision
    outlook: Outlook
    inference: TwoStageInference | None = None


@dataclass(frozen=True, slots=True)
class ReaderRate:
    """The response rate if one reader alone had read; ``not_read`` patients count as failures."""

    reader: str
    estimate: Proportion
    not_read: int


@dataclass(frozen=True, slots=True)
class ReaderAgreement:
    """How the readers of the trial agree, two by two, and what it does to the response rate.

    ``adjudication`` is none unless the study counts two central readers; ``rates`` is empty
    where no analysis set was asked for.
    """

    agreements: tuple[Agreement, ...]
    adjudication: AdjudicationCount | None
    rates: tuple[ReaderRate, ...] = ()


@dataclass(frozen=True)
class Analysis:
    """Everything that ``trialwright analyse`` and the report show."""

    study: Study
    dataset: Dataset
    sets: AnalysisSets
    responses: tuple[PatientResponse, ...]
    proportions: tuple[ProportionResult, ...]
    survival: tuple[SurvivalResult, ...]
    follow_up: Estimate | None  # in the study's unit, reverse Kaplan-Meier of overall survival
    not_computable: tuple[NotComputable, ...]
    policies: tuple[PolicyResult, ...]
    stage: StageResult | None
    findings: tuple[Finding, ...]
    readings: tuple[ChosenReading, ...] = ()  # whose reading of each patient counts, and why
    calls_by_reader: tuple[ReaderCalls, ...] = ()  # every reader's reading of every patient
    agreement: ReaderAgreement | None = None  # none: the data hold one reading
    calls: CallComparison | None = None  # none: the data hold no calls made by people
    competing: tuple[CompetingResult, ...] = ()
    patients: tuple[Patient, ...] = ()  # what the endpoints read of the efficacy set
    ablated: tuple[AblatedLesion, ...] = ()
    counting: str = "study"  # the way of counting times

    def response_of(self, patient_id: str) -> PatientResponse:
        """Return one patient's calls; raise ``KeyError`` for a patient who is not there."""
        return self.by_patient[patient_id]

    @cached_property
    def by_patient(self) -> Mapping[str, PatientResponse]:
        """The calls by patient identifier."""
        return {response.patient_id: response for response in self.responses}

    @cached_property
    def ablation(self) -> AblationResults:
        """What became of the ablated lesions, and every patient read with and without them."""
        from trialwright.analysis.ablation import follow_ablations

        return follow_ablations(self.readings, self.study, self.ablated)

    @property
    def timed(self) -> tuple[SurvivalResult | CompetingResult, ...]:
        """Every time-to-event endpoint: those with a curve, then those with a competing event."""
        return (*self.survival, *self.competing)

    def result_of(self, key: str) -> ProportionResult | SurvivalResult | CompetingResult | None:
        """Return the endpoint ``key``, rate or time; none if it was not computable."""
        rate = self.proportion(key)
        return rate or next((result for result in self.timed if result.key == key), None)

    def proportion(self, key: str) -> ProportionResult | None:
        """Return the proportion endpoint ``key``; none if it was not computable."""
        return next((result for result in self.proportions if result.key == key), None)

    def survival_of(self, key: str) -> SurvivalResult | None:
        """Return the time-to-event endpoint ``key``; none if it was not computable."""
        return next((result for result in self.survival if result.key == key), None)
