"""Table B.4: the design, what was weighed against it, and the toxicity rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.design.study_design import judge_study_design
from trialwright.report.cells import number_cell
from trialwright.report.design.words_study import say_together
from trialwright.report.design.words_toxicity import write_bounds
from trialwright.report.figures.population import screened_population
from trialwright.report.formats import show_percent
from trialwright.report.model import Column, Row, Table, word_cell

if TYPE_CHECKING:
    from trialwright.analysis import Analysis
    from trialwright.design.study_design import JudgedDesign, StudyDesign

NUMBER = "B.4"
_HEADS = ("r1/n1 r/n", "p0", "p1", "Type I error", "Power", "Early stop at p0", "Expected n at p0")
_NOTE = (
    "r1/n1 r/n: stop after n1 patients with at most r1 responders; declare activity with more "
    "than r responders of n. p0, p1: response rates of no interest and worth pursuing. "
    "Expected n: patients expected. All exact."
)


def build_design_table(analysis: Analysis) -> tuple[Table, ...]:
    """Lay out the chosen design and those weighed against it.

    The toxicity rule is told with its counts; who had unacceptable toxicity is not counted here.

    Parameters
    ----------
    analysis : Analysis
        The results.

    Returns
    -------
    tuple of Table
        One table; empty where no two-stage rule decides.
    """
    if analysis.stage is None:
        return ()
    found = judge_study_design(analysis.study)
    notes = (_NOTE, _say_toxicity_rule(found), say_together(found))
    table = Table(
        NUMBER,
        "The design, and what was weighed against it",
        screened_population(analysis),
        (Column("Design"), *(Column(head, "number") for head in _HEADS), Column("Basis")),
        tuple(_row(one, chosen=one is found.chosen) for one in found.designs),
        tuple(words for words in notes if words),
        method="exact",
    )
    return (table,)


def _row(one: JudgedDesign, *, chosen: bool) -> Row:
    role = "chosen" if chosen else "weighed against it"
    null, alternative = one.null, one.alternative
    shares = (
        ("type I error", null.probability_declare_active),
        ("power", alternative.probability_declare_active),
        ("early stop at p0", null.probability_early_stop),
    )
    return Row(
        f"{role}, {one.kind}" if one.kind else role,
        (
            word_cell(str(one.design)),
            number_cell("p0, percent", 100 * one.asked.p0, text=show_percent(one.asked.p0)),
            number_cell("p1, percent", 100 * one.asked.p1, text=show_percent(one.asked.p1)),
            *(number_cell(name, value, text=f"{value:.4f}") for name, value in shares),
            number_cell("patients", null.expected_patients, text=f"{null.expected_patients:.1f}"),
            word_cell(one.basis),
        ),
        mark="primary" if chosen else "",
    )


def _say_toxicity_rule(found: StudyDesign) -> str:
    if found.toxicity is None:
        return f"No toxicity rule: {found.open_fields}." if found.open_fields else ""
    rule = found.toxicity
    return (
        f"Enrolment stops with {write_bounds(rule.boundaries)} patients with unacceptable "
        f"toxicity: the posterior probability of a rate above {show_percent(rule.limit)}, from a "
        f"{rule.prior} prior, is then above {rule.cut:g}. Who had such toxicity is not counted in "
        "this report."
    )
