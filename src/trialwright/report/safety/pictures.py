"""The figures of the safety chapter: which are drawn, and of which rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from trialwright.analysis.times import days_per_unit
from trialwright.design.toxicity.of_study import toxicity_rule_of
from trialwright.report.figures.population import treated_population
from trialwright.report.safety.butterfly import draw_butterfly
from trialwright.report.safety.edish_plot import draw_edish
from trialwright.report.safety.laboratory_bands import multiple_bands, value_bands
from trialwright.report.safety.laboratory_lines import draw_laboratory
from trialwright.report.safety.laboratory_view import LaboratoryView
from trialwright.report.safety.onset_groups import gather_onsets, incidence_steps
from trialwright.report.safety.onset_plot import draw_onsets
from trialwright.report.safety.toxicity_plot import draw_toxicity
from trialwright.report.safety.wings import gather_wing
from trialwright.safety.ctcae import read_criteria
from trialwright.safety.event_counts import SEVERE
from trialwright.safety.events import select_group
from trialwright.safety.liver.samples import BILIRUBIN, TRANSAMINASES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.analysis.safety.result import EventResults, LaboratoryResults, SafetyAnalysis
    from trialwright.report.model import Figure
    from trialwright.report.safety.onset_groups import OnsetGroup
    from trialwright.safety.course import TreatmentCourse
    from trialwright.study.model import Study

_LIVER = (*TRANSAMINASES, BILIRUBIN)
_MOST_ANALYTES = 4  # drawn beside those of the liver


def draw_event_pictures(safety: SafetyAnalysis) -> tuple[Figure, ...]:
    """Draw the butterfly of adverse events, and the onsets of those of special interest."""
    if safety.events is None:
        return ()
    emergent, treated = safety.events.emergent, len(safety.treated)
    left = gather_wing(emergent.filter("drug_related"), "Related to a drug")
    right = gather_wing(emergent.filter("ablation_related"), "Related to the ablation")
    everything = gather_wing(emergent, "Any cause")
    has_ablation = safety.study.ablation is not None
    first, second = (left, right) if has_ablation else (left, everything)
    return _among(
        safety,
        draw_butterfly(first, second, treated),
        draw_onsets(_onset_groups(safety.events, safety.study), treated),
    )


def _among(safety: SafetyAnalysis, *figures: Figure) -> tuple[Figure, ...]:
    """Return the figures with the patients among whom they are drawn."""
    population = treated_population(safety)
    return tuple(replace(figure, population=population) for figure in figures)


def _onset_groups(events: EventResults, study: Study) -> list[OnsetGroup]:
    per_unit = days_per_unit(study.endpoints.time_unit.require(), study)
    first_day = study.endpoints.first_day_counts.require()
    found = []
    for group, firsts in events.of_interest.items():
        one = gather_onsets(select_group(events.emergent, group), group)
        if firsts.curves is not None and one.onsets:
            steps = incidence_steps(
                firsts.curves, days_per_unit=per_unit, first_day_counts=first_day
            )
            one = replace(one, incidence=steps)
        found.append(one)
    return found


def draw_toxicity_pictures(safety: SafetyAnalysis) -> tuple[Figure, ...]:
    """Draw the unacceptable toxicities against the stopping rule."""
    if safety.toxicity is None:
        return ()
    watch, rule = safety.toxicity, toxicity_rule_of(safety.study)
    bounds = zip(rule.looks, rule.boundaries.stop_at_least, strict=True)
    return _among(safety, draw_toxicity(watch.patients, tuple(bounds), watch.verdict))


def draw_liver_pictures(safety: SafetyAnalysis) -> tuple[Figure, ...]:
    """Draw eDISH, and the liver's values over time."""
    if safety.laboratory is None:
        return ()
    lines = [_draw_analyte(safety, safety.laboratory, analyte) for analyte in _LIVER]
    plane = () if safety.edish is None else (draw_edish(safety.edish),)
    return _among(safety, *plane, *(line for line in lines if line is not None))


def draw_laboratory_pictures(safety: SafetyAnalysis) -> tuple[Figure, ...]:
    """Draw the analytes of which most patients had severe values, beside those of the liver."""
    if safety.laboratory is None:
        return ()
    worst = safety.laboratory.worst.filter(
        (pl.col("worst_grade") >= SEVERE) & ~pl.col("analyte").is_in(_LIVER)
    )
    often = worst.group_by("analyte").agg(pl.col("patient_id").n_unique().alias("patients"))
    chosen = often.sort("patients", "analyte", descending=[True, False])["analyte"]
    found = [_draw_analyte(safety, safety.laboratory, one) for one in chosen[:_MOST_ANALYTES]]
    return _among(safety, *(one for one in found if one is not None))


def _draw_analyte(
    safety: SafetyAnalysis, laboratory: LaboratoryResults, analyte: str
) -> Figure | None:
    rows = laboratory.rows.filter(
        (pl.col("analyte") == analyte) & pl.col("patient_id").is_in(list(safety.treated))
    )
    if rows.is_empty():
        return None
    days = {name: _ablation_days(course) for name, course in safety.courses.items()}
    return draw_laboratory(rows, analyte, days, _view_of(safety, rows, analyte))


def _view_of(safety: SafetyAnalysis, rows: pl.DataFrame, analyte: str) -> LaboratoryView:
    """Draw multiples where a rise is graded by them, and values where a fall is graded."""
    criteria = read_criteria(safety.study.safety.ctcae_version.require())
    terms = {one.direction: one for one in criteria.terms if one.analyte == analyte}
    if "high" in terms:
        bands = multiple_bands(terms["high"])
        if bands:
            return LaboratoryView("multiple", bands, log=True)
    unit = rows["standard_unit"].drop_nulls()
    if "low" in terms and len(unit):
        return LaboratoryView("value", value_bands(terms["low"], unit[0]))
    return LaboratoryView()


def _ablation_days(course: TreatmentCourse) -> Sequence[int]:
    days = (course.study_day(one.date) for one in course.ablations)
    return [day for day in days if day is not None]
