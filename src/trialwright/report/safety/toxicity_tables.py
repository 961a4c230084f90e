"""Tables 14.3.13: the stopping rule for toxicity, with who is still followed apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.figures.population import treated_population
from trialwright.report.formats import NOTHING
from trialwright.report.model import Cell, Inputs, Number, Row, Table, word_cell
from trialwright.report.safety.columns import date_cell, listing_columns, value_cell

if TYPE_CHECKING:
    from trialwright.analysis.safety.result import SafetyAnalysis
    from trialwright.analysis.safety.watch import ToxicityLook, ToxicityWatch
    from trialwright.report.formats import Days
    from trialwright.report.model import Population


def build_toxicity_tables(safety: SafetyAnalysis, days: Days) -> tuple[Table, ...]:
    """Return the looks of the rule, and one row a treated patient."""
    watch = safety.toxicity
    if watch is None:
        return ()
    window = f"Window: {safety.study.safety.toxicity_window_days.require()} days of each patient."
    population = treated_population(safety)
    return _looks(watch, population, window), _patients(watch, population, window, days)


def _looks(watch: ToxicityWatch, population: Population, window: str) -> Table:
    reached = tuple(
        Row(
            f"{look.patients} patients",
            (_bound(look.stop_at), _with_toxicity(look), word_cell(look.verdict)),
            mark="alert" if look.verdict == "stop enrolment" else "",
        )
        for look in watch.looks
    )
    ahead = tuple(
        Row(
            f"{patients} patients",
            (_bound(stop_at), word_cell(NOTHING), word_cell("not reached")),
        )
        for patients, stop_at in watch.ahead
    )
    note = (
        "With toxicity: from those who had one to those added who may still have one, inside their "
        f"window or undecided. The rule says: {watch.verdict}. Decision support: the team decides."
    )
    columns = listing_columns(("Look", "Stops at", "With toxicity", "Says"))
    title, rows = "Stopping rule for toxicity", (*reached, *ahead)
    return Table("14.3.13", title, population, columns, rows, (window, note), kind="listing")


def _bound(stop_at: int | None) -> Cell:
    if stop_at is None:
        return word_cell("no count stops")
    return Cell(f"{stop_at} or more", (Number("stops from", stop_at),))


def _with_toxicity(look: ToxicityLook) -> Cell:
    text = str(look.least) if look.least == look.most else f"{look.least} to {look.most}"
    had = Inputs.counted(look.had, "had unacceptable toxicity")
    may = Inputs.counted(look.may_have, "may still have it")
    numbers = (Number("patients, fewest", look.least), Number("patients, most", look.most))
    return Cell(text, numbers, Inputs((*had.rows, *may.rows)))


def _patients(watch: ToxicityWatch, population: Population, window: str, days: Days) -> Table:
    rows = tuple(
        Row(
            one.patient_id,
            (
                word_cell(one.state),
                word_cell(one.what or NOTHING),
                date_cell(one.date, days),
                value_cell(
                    "days followed",
                    one.followed_days,
                    text=f"{one.followed_days} of {one.window_days}",
                ),
                word_cell(days.in_words(one.why)),
            ),
            patient=one.patient_id,
            mark="alert" if one.state in ("event", "undecided") else "",
        )
        for one in watch.patients
    )
    columns = listing_columns(("Patient", "Toxicity", "What", "Date", "Days followed", "Why"))
    title = "Unacceptable toxicity by patient"
    empty = "no patient was treated"
    return Table("14.3.13.1", title, population, columns, rows, (window,), "listing", empty)
