"""Tables of ablation: procedures, outcomes, each lesion, and both readings of each patient.

Shells 14.1.5 (procedure) and 14.2.6 (per lesion) of a trial report; nothing is decided here.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from trialwright.analysis.ablation import follow_ablations
from trialwright.report.formats import (
    NOTHING,
    show_count,
    show_percent,
    show_proportion_interval,
    show_size,
    show_words,
)
from trialwright.report.responses import Badge
from trialwright.response.ablated.rules import Answer, LocalEnd
from trialwright.stats.result import show_level

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trialwright.analysis import Analysis
    from trialwright.analysis.ablation import AblationResults
    from trialwright.analysis.ablation_counts import AblationCount
    from trialwright.report.formats import Days
    from trialwright.response.ablated.both_readings import BothReadings
    from trialwright.response.ablated.result import AblatedLesion
    from trialwright.response.patient import LocalTreatment
    from trialwright.study.model import Study


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One outcome, counted by lesion, by patient or by session."""

    title: str
    level: str
    met: str
    not_assessed: str
    interval: str


@dataclass(frozen=True, slots=True)
class LesionRow:
    """One ablated lesion with what became of it."""

    patient: str
    lesion: str
    place: str
    sizes: str
    ablations: tuple[str, ...]
    control: str
    efficacy: str
    efficacy_reason: str
    local: str
    local_reason: str
    failed: bool


@dataclass(frozen=True, slots=True)
class VisitRow:
    """The calls of one visit in both readings."""

    visit: str
    not_ablated: str
    all_disease: str
    differ: bool


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """One patient in both readings; ``why`` is empty where they agree at every visit."""

    patient: str
    lesions: str
    not_ablated: Badge
    all_disease: Badge
    visits: tuple[VisitRow, ...]
    why: str


@dataclass(frozen=True, slots=True)
class AblationSection:
    """Everything the report shows of ablation."""

    procedures: tuple[tuple[str, str], ...]
    outcomes: tuple[OutcomeRow, ...]
    interval: str
    lesions: tuple[LesionRow, ...]
    local_ends: str
    readings: tuple[ReadingRow, ...]
    readings_note: str
    notes: tuple[str, ...]


def build_ablation(analysis: Analysis, days: Days) -> AblationSection | None:
    """Lay out the ablations of an analysis; none where no lesion was ablated on study."""
    results = follow_ablations(analysis.readings, analysis.study)
    return layout_ablation(results, analysis.study, days)


def layout_ablation(results: AblationResults, study: Study, days: Days) -> AblationSection | None:
    """Lay out the results of ablation; none where no lesion was ablated on study.

    Parameters
    ----------
    results : AblationResults
        From ``read_ablations``.
    study : Study
        Names the interval and its level.
    days : Days
        How dates look.
    """
    if not results.lesions:
        return None
    return AblationSection(
        procedures=tuple(_procedures(results)),
        outcomes=tuple(_outcome_row(row) for row in results.counts),
        interval=show_level(study.statistics.confidence_level.require()),
        lesions=tuple(_lesion_row(one, days) for one in results.lesions),
        local_ends=_local_ends(results),
        readings=tuple(_reading_row(both, days) for both in _in_order(results)),
        readings_note=_readings_note(results),
        notes=(_ABOUT_CONTROLS, _ABOUT_LOCAL_PROGRESSION),
    )


_ABOUT_CONTROLS = (
    "A control is a scan after the ablation that records what the zone shows; nothing recorded is "
    "not assessed, never complete. A rim of enhancement or a larger zone is no tumour. Intervals "
    "take the lesions of one patient as independent."
)
_ABOUT_LOCAL_PROGRESSION = (
    "Local progression is counted here: it needs time, and death competes with it. Time to it is "
    "in section 6."
)


def _procedures(results: AblationResults) -> Iterator[tuple[str, str]]:
    """Yield (label, words) of the table of procedures."""
    summary = results.summary
    how = ", ".join(f"{count} {name}" for name, count in summary.modalities.most_common())
    liver = show_count(summary.liver_lesions_ablated, summary.liver_lesions)
    margins = [f"{band}: {count}" for band, count in summary.margins.items() if count]
    unknown = f"; {summary.sizes_unknown} not measured" if summary.sizes_unknown else ""
    yield "Patients ablated", f"{summary.patients} of {len(results.readings)}"
    yield "Sessions", str(summary.sessions)
    yield "Lesions ablated", str(summary.lesions)
    yield "Ablations", how
    yield "Ablated of the baseline liver lesions of these patients", liver
    yield "Size before, mm", _spread(summary.sizes_before_mm) + unknown
    yield "Smallest margin, by ablation", "; ".join(margins)
    yield "Days from first treatment", _spread(summary.days_from_first_treatment)
    if results.first_control_weeks is not None:
        first, last = results.first_control_weeks
        yield f"First control {first:g} to {last:g} weeks after", _window_words(results)
    if summary.other_treatments:
        yield "Other local treatments of lesions", str(summary.other_treatments)


def _spread(values: Sequence[float]) -> str:
    if not values:
        return NOTHING
    middle, low, high = (show_size(one) for one in (median(values), min(values), max(values)))
    return f"median {middle} ({low} to {high})".replace("-", "−")


def _window_words(results: AblationResults) -> str:
    places = [one.in_window for one in results.lesions]
    words = {True: "inside", False: "outside", None: "without a control"}
    return ", ".join(f"{places.count(key)} {word}" for key, word in words.items())


def _outcome_row(row: AblationCount) -> OutcomeRow:
    share = f" ({show_percent(row.met / row.assessed)})" if row.assessed else ""
    return OutcomeRow(
        row.title,
        row.level,
        f"{row.met}/{row.assessed}{share}",
        str(row.not_assessed),
        show_proportion_interval(row.estimate) if row.estimate else "",
    )


def _lesion_row(one: AblatedLesion, days: Days) -> LesionRow:
    before = NOTHING if one.size_before_mm is None else show_size(one.size_before_mm)
    after = ", ".join(show_size(size) for size in one.zone_sizes_mm) or NOTHING
    local = one.local.end
    return LesionRow(
        patient=one.patient_id,
        lesion=one.lesion.lesion_id,
        place=f"{one.lesion.organ}, {_ROLES.get(one.lesion.role, one.lesion.role)}",
        sizes=f"{before} → {after}",
        ablations=tuple(_ablation_words(ablation, days) for ablation in one.ablations),
        control=_control_words(one, days),
        efficacy=_efficacy_words(one),
        efficacy_reason=days.in_words(one.efficacy_reason.sentence),
        local=local.label if one.local.days is None else f"{local.label}, day {one.local.days}",
        local_reason=days.in_words(one.local.reason.sentence),
        failed=one.efficacy == Answer.NO or local == LocalEnd.LOCAL_PROGRESSION,
    )


_ROLES = {"target": "target", "non_target": "non-target", "new": "new lesion"}
_EFFICACY = {
    Answer.YES: "complete",
    Answer.NO: "residual tumour",
    Answer.NOT_ASSESSED: "not assessed",
}


def _ablation_words(ablation: LocalTreatment, days: Days) -> str:
    words = [f"{ablation.modality} {days.show(ablation.treatment_date)}"]
    if not ablation.planned:
        words.append("not planned")
    success = {True: "zone as planned", False: "zone not as planned", None: "success not recorded"}
    words.append(success[ablation.technical_success])
    if ablation.margin_mm is not None:
        words.append(f"margin {show_size(ablation.margin_mm)} mm")
    return ", ".join(words)


def _control_words(one: AblatedLesion, days: Days) -> str:
    if one.first_control is None:
        return "none"
    window = {True: ", in the window", False: ", outside the window", None: ""}[one.in_window]
    first = one.first_control
    return f"{first.visit}, {days.show(first.date)}, day {one.first_control_days}{window}"


def _efficacy_words(one: AblatedLesion) -> str:
    primary = _EFFICACY[one.primary_efficacy]
    if one.secondary_efficacy is None:
        return primary
    return f"{primary}; after ablation was repeated: {_EFFICACY[one.secondary_efficacy]}"


def _local_ends(results: AblationResults) -> str:
    ends = ((end, results.local_ends[end]) for end in LocalEnd)
    return ", ".join(f"{end.label} {count}" for end, count in ends if count)


def _in_order(results: AblationResults) -> list[BothReadings]:
    """Return the patients with a planned ablation, those whose best response differs first."""
    ablated = [both for both in results.readings if both.ablated]
    return sorted(ablated, key=lambda both: (not both.best_differs, not both.differ))


def _reading_row(both: BothReadings, days: Days) -> ReadingRow:
    return ReadingRow(
        both.patient_id,
        ", ".join(both.ablated),
        Badge.of(both.not_ablated.best.response),
        Badge.of(both.all_disease.best.response),
        tuple(
            VisitRow(one.visit, one.not_ablated.label, one.all_disease.label, one.differ)
            for one in both.visits
        ),
        days.in_words(both.sentence) if both.differ else "",
    )


def _readings_note(results: AblationResults) -> str:
    ablated = sum(bool(both.ablated) for both in results.readings)
    others = len(results.readings) - ablated
    return (
        f"Patients with a lesion ablated as planned: {ablated}; best response differs between the "
        f"two readings in {len(results.differing)}. In the reading of all disease such a lesion "
        f"counts by the policy {show_words(results.all_disease)}. Patients without one, read "
        f"alike in both and not listed: {others}."
    )
