"""Tables 14.2.6 and 14.2.7: what became of ablated lesions, and how they may be counted."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from trialwright.analysis.ablation_counts import count_outcomes
from trialwright.report.cells import proportion_interval_cell
from trialwright.report.figures.population import efficacy_population
from trialwright.report.formats import show_percent, show_words
from trialwright.report.model import Cell, Column, Inputs, Number, Population, Row, Table
from trialwright.report.tables.efficacy_inputs import DASH, best_of_each, capitalise, name_patients
from trialwright.report.tables.readings_shown import explain_missing
from trialwright.report.tables.time_rows import PLUS, count_rows, quartile_rows
from trialwright.report.words.counted import explain_endpoint
from trialwright.response.ablated.rules import Answer, LocalEnd
from trialwright.stats.result import show_level

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from trialwright.analysis import Analysis, PolicyResult
    from trialwright.analysis.ablation_counts import AblationCount
    from trialwright.report.formats import Days
    from trialwright.response import AblatedLesion
    from trialwright.study.model import Study

OUTCOMES, LOCAL_TIMES, POLICIES = "14.2.6", "14.2.6.1", "14.2.7"
_LOCAL = ("LTPFS", "LTPFS per lesion")
NOBODY = "no lesion was ablated on study"
ABOUT_CONTROLS = (
    "A control is a scan after the ablation that records what the zone shows; nothing recorded is "
    "not assessed, never complete. A rim of enhancement or a larger zone is no tumour. Intervals "
    "take the lesions of one patient as independent."
)
_ABOUT_LOCAL_PROGRESSION = (
    "Local progression is counted here: it needs time, and death competes with it. Time to it is "
    "in tables 14.2.6.1 and 14.2.11."
)


def concerns_ablation(analysis: Analysis) -> bool:
    """Tell whether a study has anything to say of ablation: one was planned, or one was done."""
    return analysis.study.ablation is not None or bool(analysis.ablated)


def ablated_population(lesions: Sequence[AblatedLesion]) -> Population:
    """Return the patients with an ablated lesion: ``41 patients with 52 ablated lesions``."""
    patients = tuple(dict.fromkeys(one.patient_id for one in lesions))
    words = (
        f"{len(patients)} patient{'s' * (len(patients) != 1)} with "
        f"{len(lesions)} ablated lesion{'s' * (len(lesions) != 1)}"
    )
    return Population("ablated", words, patients)


def build_ablated_lesions(analysis: Analysis, days: Days) -> tuple[Table, ...]:
    """Lay out outcomes and local control of ablated lesions, and the policies to count them.

    Parameters
    ----------
    analysis : Analysis
        The results.
    days : Days
        How dates look.

    Returns
    -------
    tuple of Table
        Empty where the study plans no ablation and none was done.
    """
    if not concerns_ablation(analysis):
        return ()
    return (
        build_outcomes(analysis.ablated, analysis.study, days),
        _local_times(analysis),
        _policies(analysis),
    )


def build_outcomes(lesions: Sequence[AblatedLesion], study: Study, days: Days) -> Table:
    """Lay out how many lesions, patients and sessions met each outcome, and how zones ended.

    Parameters
    ----------
    lesions : sequence of AblatedLesion
        All ablated lesions of the trial.
    study : Study
        Names the interval of a proportion, and when the first control should be.
    days : Days
        How dates look.
    """
    level = show_level(study.statistics.confidence_level.require())
    counts = count_outcomes(lesions, study)
    return Table(
        OUTCOMES,
        "Ablated lesions: technical success, technique efficacy and local control",
        ablated_population(lesions),
        (
            Column("Outcome"),
            Column("Counted by"),
            Column("n/assessed (%)", "number"),
            Column(level, "number"),
            Column("Not assessed", "number"),
        ),
        (
            *(_outcome_row(one, days) for one in counts),
            *((*_controls(lesions, study), *_ends(lesions)) if lesions else ()),
        ),
        (ABOUT_CONTROLS, _ABOUT_LOCAL_PROGRESSION),
        empty=NOBODY,
    )


def _outcome_row(one: AblationCount, days: Days) -> Row:
    inputs = _answers(one, days, Answer.YES, Answer.NO)
    numbers = [Number(f"{one.level}s", one.met), Number(f"{one.level}s assessed", one.assessed)]
    share = ""
    if one.assessed:
        numbers.append(Number("percent", 100 * one.met / one.assessed))
        share = f" ({show_percent(one.met / one.assessed)})"
    cells = (
        Cell(one.level),
        Cell(f"{one.met}/{one.assessed}{share}", tuple(numbers), inputs),
        DASH if one.estimate is None else proportion_interval_cell(one.estimate, inputs),
        Cell(
            str(one.not_assessed),
            (Number(f"{one.level}s", one.not_assessed),),
            _answers(one, days, Answer.NOT_ASSESSED),
        ),
    )
    return Row(one.title, cells)


def _answers(one: AblationCount, days: Days, *wanted: Answer) -> Inputs:
    return Inputs(
        tuple(
            (patient, days.in_words(f"{what}: {answer.label}" if what else answer.label))
            for patient, what, answer in one.answers
            if answer in wanted
        )
    )


def _controls(lesions: Sequence[AblatedLesion], study: Study) -> Iterator[Row]:
    """Yield when the first control was made, where the study says when it should be."""
    ablation = study.ablation
    window = None if ablation is None else ablation.first_scan_weeks.value
    if window is None:
        return
    yield Row(f"First control {window[0]:g} to {window[1]:g} weeks after the planned course")
    for label, place in (("inside", True), ("outside", False), ("without a control", None)):
        found = [one for one in lesions if one.in_window is place]
        yield _lesion_row(label, found, lesions)


def _ends(lesions: Sequence[AblatedLesion]) -> Iterator[Row]:
    """Yield how the follow-up of the zones ended."""
    yield Row("End of follow-up of the zone")
    for end in LocalEnd:
        found = [one for one in lesions if one.local.end == end]
        yield _lesion_row(end.label, found, lesions)


def _lesion_row(
    label: str, found: Sequence[AblatedLesion], lesions: Sequence[AblatedLesion]
) -> Row:
    inputs = Inputs(tuple((one.patient_id, f"{one.lesion.lesion_id}: {label}") for one in found))
    among = Inputs(tuple((one.patient_id, one.lesion.lesion_id) for one in lesions))
    total = len(lesions)
    share = len(found) / total
    numbers = (
        Number("lesions", len(found)),
        Number("lesions in all", total),
        Number("percent", 100 * share),
    )
    text = f"{len(found)}/{total} ({show_percent(share)})"
    cell = Cell(text, numbers, inputs, among=among)
    return Row(capitalise(label), (Cell("lesion"), cell, DASH, DASH), depth=1)


def _local_times(analysis: Analysis) -> Table:
    """Lay out local progression-free survival, by patient and by lesion."""
    results = [one for key in _LOCAL if (one := analysis.survival_of(key)) is not None]
    study = analysis.study
    told = ((one.title, explain_endpoint(one.key, study, analysis.counting)) for one in results)
    return Table(
        LOCAL_TIMES,
        "Local tumour progression-free survival",
        ablated_population(analysis.ablated),
        (Column(""), *(Column(f"By {one.counted}", "number") for one in results)),
        (*count_rows(results), *quartile_rows(results, study)) if results else (),
        (
            *(f"{title}: {words}." for title, words in told if words),
            f"{PLUS}.",
            *explain_missing(analysis, *_LOCAL),
        ),
        empty=NOBODY,
        method="Kaplan–Meier",
    )


def _policies(analysis: Analysis) -> Table:
    level = show_level(analysis.study.statistics.confidence_level.require())
    best = best_of_each(analysis)
    missing = [one for one in analysis.not_computable if one.key == "ORR viable"]
    return Table(
        POLICIES,
        "Objective response rate under each way to count lesions ablated as planned",
        efficacy_population(analysis),
        (
            Column("Policy"),
            Column("Meaning"),
            Column("Objective response, n (%)", "number"),
            Column(level, "number"),
            Column("Best response differs from the primary reading"),
        ),
        tuple(_policy_row(one, best) for one in analysis.policies),
        tuple(f"{one.title}: not computable: {one.why}." for one in missing),
        empty="no lesion was ablated as planned, so there is nothing to compare",
    )


def _policy_row(one: PolicyResult, best: Mapping[str, str]) -> Row:
    estimate = one.estimate
    after = {patient: other for patient, _, other in one.changed}
    inputs = Inputs(tuple((patient, after.get(patient, own)) for patient, own in best.items()))
    numbers = (
        Number("successes", estimate.successes),
        Number("percent", 100 * estimate.value),
    )
    text = f"{estimate.successes} ({show_percent(estimate.value)})"
    return Row(
        show_words(one.policy),
        (
            Cell(one.meaning),
            Cell(text, numbers, inputs, estimate.method),
            proportion_interval_cell(estimate, inputs),
            _changed_cell(one.changed),
        ),
        mark="primary" if one.primary else "",
    )


def _changed_cell(changed: Sequence[tuple[str, str, str]]) -> Cell:
    """Make the cell of those whose best response differs, grouped by what it becomes."""
    inputs = Inputs(tuple((patient, f"{old} → {new}") for patient, old, new in changed))
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for patient, words in inputs.rows:
        groups[words].append(patient)
    text = "; ".join(f"{words}: {name_patients(names)}" for words, names in groups.items())
    number = Number("patients", len(changed))
    return Cell(f"{len(changed)}; {text}" if changed else "0", (number,), inputs, sort=len(changed))
