"""The study: what was planned, field by field, each with its origin.

The model is the study file. The description of a field is the comment written above it, so
the file explains itself. Every choice that a careful statistician argues about stands here
and nowhere else; the rooms below read it and hold no default of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import model_validator

from trialwright.study.characteristics_section import Characteristic, refuse_repeated_names
from trialwright.study.counting import OwnCounting, Rates, Times
from trialwright.study.dose_rules_section import OwnDoseRules
from trialwright.study.safety_section import Safety
from trialwright.study.section import Section
from trialwright.study.sections import (
    Ablation,
    AnalysisSets,
    ConsideredDesign,
    Data,
    Dates,
    Design,
    Endpoints,
    Identity,
    RecordedOutcome,
    Response,
    Schedule,
    Simulation,
    Statistics,
    Treatment,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from trialwright.study.stated import Stated


class Study(Section):
    """What was planned: the whole study file.

    Notes
    -----
    ``ablation`` is none in a study without ablation; every other table is required, and a
    field that nobody has settled is written as a gap.
    """

    format_version: Literal[1] = 1
    identity: Identity
    design: Design
    considered_designs: tuple[ConsideredDesign, ...] = ()
    treatments: tuple[Treatment, ...] = ()
    ablation: Ablation | None = None
    characteristics: tuple[Characteristic, ...] = ()
    schedule: Schedule
    response: Response
    endpoints: Endpoints
    times: Times
    rates: Rates
    analysis_sets: AnalysisSets
    statistics: Statistics
    safety: Safety
    dates: Dates
    data: Data
    simulation: Simulation
    countings: tuple[OwnCounting, ...] = ()
    dose_rules: tuple[OwnDoseRules, ...] = ()
    outcomes: tuple[RecordedOutcome, ...] = ()

    @model_validator(mode="after")
    def _check_across_fields(self) -> Study:
        for path, stated, _ in self.stated_fields():
            stated._path = path  # noqa: SLF001 - a field learns its place from the study
        _check_design(self.design)
        for number, considered in enumerate(self.considered_designs):
            _check_two_stages(f"considered_designs[{number}]", considered.model_dump())
        _check_schedule(self)
        refuse_repeated_names(self.characteristics)
        if self.ablation is not None and self.ablation.timing.value is not None:
            first, last = self.ablation.timing.value
            if last < first:
                msg = f"ablation.timing: the last day {last} lies before the first day {first}"
                raise ValueError(msg)
        return self

    def stated_fields(self) -> Iterator[tuple[str, Stated[Any], str]]:
        """Yield (dotted path, value with its origin, description) in the order of the file."""
        for name in type(self).model_fields:
            part = getattr(self, name)
            if isinstance(part, Section):
                yield from _stated_of(name, part)
            elif name == "treatments":
                for number, treatment in enumerate(part):
                    yield from _stated_of(f"treatments[{number}]", treatment)

    def gaps(self) -> tuple[tuple[str, str], ...]:
        """Return (dotted path, what is needed) of every open field."""
        return tuple(
            (path, stated.evidence)
            for path, stated, _ in self.stated_fields()
            if stated.origin == "gap"
        )


def _stated_of(prefix: str, section: Section) -> Iterator[tuple[str, Stated[Any], str]]:
    for name, info in type(section).model_fields.items():
        yield f"{prefix}.{name}", getattr(section, name), info.description or ""


def _check_schedule(study: Study) -> None:
    _check_later_assessments(study.schedule)
    interval = study.schedule.assessment_interval_weeks.value
    window = study.schedule.assessment_window_days.value
    if interval is not None and window is not None and 2 * window >= 7 * interval:
        msg = (
            f"schedule.assessment_window_days {window} must be less than half of the "
            f"{7 * interval:g} days between assessments"
        )
        raise ValueError(msg)
    for number, drug in enumerate(study.treatments):
        cycle, given = drug.cycle_days.value, drug.days_given.value
        if cycle is not None and given is not None and given > cycle:
            msg = f"treatments[{number}].days_given {given} must be at most cycle_days {cycle}"
            raise ValueError(msg)


def _check_later_assessments(schedule: Schedule) -> None:
    later = schedule.later_assessments.value
    if later and len(later) != _WEEK_AND_INTERVAL:
        msg = (
            f"schedule.later_assessments {list(later)} must be [] or two numbers: after how many "
            "weeks, and how many weeks between assessments then"
        )
        raise ValueError(msg)


_WEEK_AND_INTERVAL = 2


def _check_design(design: Design) -> None:
    values = {name: getattr(design, name).value for name in type(design).model_fields}
    _check_two_stages("design", values)


def _check_two_stages(table: str, values: Mapping[str, Any]) -> None:
    """Refuse rates and bounds that contradict each other; what is still open is left alone."""
    p0, p1 = values["null_response_rate"], values["alternative_response_rate"]
    if p0 is not None and p1 is not None and p1 <= p0:
        msg = f"{table}.alternative_response_rate {p1} must lie above the null rate {p0}"
        raise ValueError(msg)
    n1, n = values["first_stage_patients"], values["planned_patients"]
    if n1 is not None and n is not None and n1 >= n:
        msg = f"{table}.first_stage_patients {n1} must be fewer than planned_patients {n}"
        raise ValueError(msg)
    r1, r = values["first_stage_bound"], values["final_bound"]
    if r1 is not None and n1 is not None and r1 >= n1:
        msg = f"{table}.first_stage_bound {r1} must be below first_stage_patients {n1}"
        raise ValueError(msg)
    if r1 is not None and r is not None and r < r1:
        msg = f"{table}.final_bound {r} must not be below first_stage_bound {r1}"
        raise ValueError(msg)
    if r is not None and n is not None and r >= n:
        msg = f"{table}.final_bound {r} must be below planned_patients {n}"
        raise ValueError(msg)
