"""Table 14.3.5: first events of special interest, per time at risk and with competing ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.cells import count_cell, number_cell, rate_cell
from trialwright.report.formats import NOT_ESTIMABLE, NOTHING, say_count
from trialwright.report.model import Cell, Inputs, Number, Row, Table, word_cell
from trialwright.report.safety.columns import count_columns
from trialwright.safety.event_counts import SEVERE
from trialwright.stats.result import show_level

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trialwright.analysis.safety.first_events import FirstEvents, Followed
    from trialwright.report.model import Population
    from trialwright.study.model import Study


def build_first_events(found: Sequence[FirstEvents], study: Study, population: Population) -> Table:
    """Return rate and cumulative incidence of the first events of each group.

    Parameters
    ----------
    found : sequence of FirstEvents
        One row each.
    study : Study
        Unit of time, landmarks and level.
    population : Population
        The treated patients.
    """
    unit = study.endpoints.time_unit.require()
    months = study.statistics.progression_landmarks_months.require() if unit == "months" else ()
    level = study.statistics.confidence_level.require()
    rows = tuple(Row(one.what, _cells(one, months, study)) for one in found)
    heads = (
        "Patients, n (%)",
        f"Median onset, {unit}",
        f"Per 100 patient-{unit} ({show_level(level)})",
        *(f"By month {month:g} ({show_level(level)})" for month in months),
    )
    title = "Events of special interest: rate and cumulative incidence"
    notes = ("Treatment-emergent events.", *_notes(found, study))
    return Table("14.3.5", title, population, count_columns("Group", heads), rows, notes)


def _cells(one: FirstEvents, months: Iterable[float], study: Study) -> tuple[Cell, ...]:
    to_end = _inputs(one.to_end)
    return (
        count_cell(one.had, one.patients, gives="had such an event"),
        _median(one),
        _rate(one, study),
        *(_incidence(one, month, study, to_end) for month in months),
    )


def _inputs(followed: Iterable[Followed]) -> Inputs:
    return Inputs(
        tuple(
            (one.patient_id, f"{one.kind} after {say_count(one.time_days, 'day')}")
            for one in followed
        )
    )


def _median(one: FirstEvents) -> Cell:
    if one.median_onset is None:
        return word_cell(NOTHING)
    given = Inputs(
        tuple((patient, f"onset after {say_count(days, 'day')}") for patient, days in one.onsets)
    )
    return number_cell("median", one.median_onset, inputs=given, text=f"{one.median_onset:.1f}")


def _rate(one: FirstEvents, study: Study) -> Cell:
    found = one.rate.estimate(level=study.statistics.confidence_level.require())
    text = f"{found.value:.1f} ({found.low:.1f} to {found.high:.1f})"
    numbers = (
        Number("rate", found.value, found.state),
        Number("lower limit", found.low, found.state),
        Number("upper limit", found.high, found.state),
    )
    shown = NOT_ESTIMABLE if found.state == "not estimable" else text
    return Cell(shown, numbers, _inputs(one.at_risk), found.method)


def _incidence(one: FirstEvents, month: float, study: Study, inputs: Inputs) -> Cell:
    found = one.incidence_by(month, study)
    if found is None:
        return word_cell(NOTHING)
    return rate_cell(found, inputs, statistic="cumulative incidence, percent")


def _notes(found: Sequence[FirstEvents], study: Study) -> tuple[str, ...]:
    window, longer = study.safety.emergent_days, study.safety.emergent_days_serious
    note = (
        "Rate: patients with a first event in the time at risk, exact Poisson interval; the time "
        f"ends {window.require()} days after the last treatment (immune-related: "
        f"{longer.require()}), so that a serious event after it is in the first column alone. By "
        "month: cumulative incidence (Aalen and Johansen); the end of study treatment and death "
        f"compete. Severe: grade {SEVERE} or higher."
    )
    untimed = [f"{one.what} ({one.untimed})" for one in found if one.untimed]
    left_out = "Patients without a time, left out of the incidence: " + ", ".join(untimed) + "."
    return (note, left_out) if untimed else (note,)
