"""Table 14.3.13: unacceptable toxicity and the stopping rule, with who is still followed apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.formats import NOTHING
from trialwright.report.safety.display import Row, SafetyTable, say_treated

if TYPE_CHECKING:
    from trialwright.analysis.safety.result import SafetyAnalysis
    from trialwright.analysis.safety.watch import ToxicityWatch
    from trialwright.report.formats import Days


def build_toxicity_tables(safety: SafetyAnalysis, days: Days) -> tuple[SafetyTable, ...]:
    """Return the looks of the rule, and one row a treated patient."""
    watch = safety.toxicity
    if watch is None:
        return ()
    window = safety.study.safety.toxicity_window_days.require()
    population = f"{say_treated(len(watch.patients))}, {window} days each"
    return _looks(watch, population), _patients(watch, population, days)


def _looks(watch: ToxicityWatch, population: str) -> SafetyTable:
    reached = tuple(
        Row(
            f"{look.patients} patients",
            (_bound(look.stop_at), _range(look.least, look.most), look.verdict),
            mark="alert" if look.verdict == "stop enrolment" else "",
        )
        for look in watch.looks
    )
    ahead = tuple(
        Row(f"{patients} patients", (_bound(stop_at), NOTHING, "not reached"))
        for patients, stop_at in watch.ahead
    )
    columns = ("Look", "Stops at", "With toxicity", "Says")
    note = (
        "With toxicity: from those who had one to those added who may still have one, inside their "
        f"window or undecided. The rule says: {watch.verdict}. Decision support: the team decides."
    )
    title = "Stopping rule for toxicity"
    return SafetyTable(
        "14.3.13", title, population, columns, (*reached, *ahead), (note,), kind="listing"
    )


def _bound(stop_at: int | None) -> str:
    return "no count stops" if stop_at is None else f"{stop_at} or more"


def _range(least: int, most: int) -> str:
    return str(least) if least == most else f"{least} to {most}"


def _patients(watch: ToxicityWatch, population: str, days: Days) -> SafetyTable:
    rows = tuple(
        Row(
            one.patient_id,
            (
                one.state,
                one.what or NOTHING,
                days.show(one.date),
                f"{one.followed_days} of {one.window_days}",
                days.in_words(one.why),
            ),
            patient=one.patient_id,
            mark="alert" if one.state in ("event", "undecided") else "",
        )
        for one in watch.patients
    )
    columns = ("Patient", "Toxicity", "What", "Day", "Days followed", "Why")
    title = "Unacceptable toxicity by patient"
    return SafetyTable("16.2.8", title, population, columns, rows, kind="listing")
