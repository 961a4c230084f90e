"""A page a patient: who, what was done, the lesion table, the reasons and the endpoints."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trialwright.analysis import keep_chosen
from trialwright.analysis.story import say_completed
from trialwright.analysis.times import show_days
from trialwright.endpoints import NoTime
from trialwright.report.badge import Badge
from trialwright.report.formats import NOTHING, Days, show_size, show_words
from trialwright.report.lesion_table import build_lesion_table
from trialwright.report.reasons import show_immune_reasons, show_reasons
from trialwright.report.sum_chart import build_sum_chart
from trialwright.report.tables.efficacy_inputs import say_end, say_met

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from trialwright.analysis import Analysis
    from trialwright.dataset import Dataset
    from trialwright.endpoints import Member, Timed
    from trialwright.report.lesion_table import LesionTable
    from trialwright.report.reasons import VisitReason
    from trialwright.report.sum_chart import SumChart
    from trialwright.response import PatientResponse

_Row = dict[str, Any]
_TABLES = (
    "patients",
    "lesions",
    "measurements",
    "ablations",
    "therapies",
    "deaths",
    "dispositions",
)


@dataclass(frozen=True, slots=True)
class PatientEndpoint:
    """One endpoint of one patient: met or not, or how long and what ended it."""

    key: str
    title: str
    result: str
    ended: str
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class PatientPage:
    """Everything on one patient's page; ``recorded`` lists the scans of one who cannot be read."""

    patient: str
    anchor: str
    best: Badge
    reason: str
    excluded: str
    facts: tuple[tuple[str, str], ...]
    table: LesionTable | None
    chart: SumChart | None
    reasons: tuple[VisitReason, ...]
    immune_reasons: tuple[VisitReason, ...]
    endpoints: tuple[PatientEndpoint, ...]
    recorded: tuple[tuple[str, str, str, str], ...]


def build_patient_pages(
    analysis: Analysis, anchors: Mapping[str, str], days: Days
) -> tuple[PatientPage, ...]:
    """Return one page a patient, in order of enrolment, of the readings that count.

    Parameters
    ----------
    analysis : Analysis
        The results.
    anchors : mapping of str to str
        The place of each patient's page.
    days : Days
        How dates look.
    """
    counted = keep_chosen(analysis.dataset, analysis.readings)
    rows = {name: _rows_by_patient(counted, name) for name in _TABLES}
    calls, endpoints = analysis.by_patient, _endpoints(analysis, days)
    pages = []
    for member in analysis.sets.members:
        name = member.patient_id
        own = {table: by_patient[name] for table, by_patient in rows.items()}
        response = calls[name]
        pages.append(
            PatientPage(
                patient=name,
                anchor=anchors[name],
                best=Badge.of(response.best.response),
                reason=days.in_words(response.best.reason.sentence),
                excluded=member.excluded or "",
                facts=tuple(_facts(member, own, days)),
                table=build_lesion_table(response, _places(own), _local(own, days), days),
                chart=build_sum_chart(response),
                reasons=tuple(show_reasons(response, days)),
                immune_reasons=tuple(show_immune_reasons(response.immune, days)),
                endpoints=tuple(endpoints[name]),
                recorded=_recorded(own, days) if response.baseline is None else (),
            )
        )
    return tuple(pages)


def layout_lesions(response: PatientResponse, dataset: Dataset) -> LesionTable | None:
    """Lay out one patient's lesions by visit; none for a patient without a baseline.

    Parameters
    ----------
    response : PatientResponse
        The calls.
    dataset : Dataset
        Where the lesions lie and what was done to them.
    """
    own = {
        name: [
            row
            for row in dataset.table(name).iter_rows(named=True)
            if row["patient_id"] == response.patient_id
        ]
        for name in ("lesions", "ablations")
    }
    days = Days(dataset.day_zero)
    return build_lesion_table(response, _places(own), _local(own, days), days)


def _rows_by_patient(dataset: Dataset, table: str) -> defaultdict[str, list[_Row]]:
    grouped: defaultdict[str, list[_Row]] = defaultdict(list)
    for row in dataset.table(table).iter_rows(named=True):
        grouped[row["patient_id"]].append(row)
    return grouped


def _places(own: Mapping[str, list[_Row]]) -> dict[str, str]:
    return {row["lesion_id"]: _place(row) for row in own["lesions"]}


def _place(row: _Row) -> str:
    node = "" if not row["lymph_node"] or row["organ"] == "lymph node" else "node"
    return ", ".join(part for part in (row["organ"], row["location"], node) if part)


def _local(own: Mapping[str, list[_Row]], days: Days) -> dict[str, str]:
    """Return words on the local treatments of each lesion: ``RFA 2025-03-02``."""
    words: dict[str, list[str]] = defaultdict(list)
    for row in own["ablations"]:
        outside = "" if row["planned"] else ", not planned"
        words[row["lesion_id"]].append(
            f"{row['modality']} {days.show(row['ablation_date'])}{outside}"
        )
    return {lesion: "; ".join(parts) for lesion, parts in words.items()}


def _facts(member: Member, own: Mapping[str, list[_Row]], days: Days) -> Iterator[tuple[str, str]]:
    """Yield (label, words) of the head of a page; what was not recorded is left out."""
    patient = own["patients"][0]
    who = [patient["sex"], patient["site"], patient["arm"]]
    if patient["ecog"] is not None:
        who.append(f"ECOG {patient['ecog']}")
    known = ", ".join(part for part in who if part)
    if known:
        yield "Patient", known
    if member.enrolment is not None:
        yield "Enrolled", days.show(member.enrolment)
    started = member.first_treatment
    yield "First treatment", days.show(started) if started is not None else "none recorded"
    for row in own["ablations"]:
        yield f"{row['modality']} of {row['lesion_id']}", _ablation_words(row, days)
    for row in own["dispositions"]:
        what = row["drug"] if row["scope"] == "drug" else row["scope"]
        yield f"End of {what or 'a drug'}", f"{_day(row, 'end_date', days)}: {row['reason']}"
    for row in own["therapies"]:
        begun = row["start_date"]
        prior = started is not None and begun is not None and begun < started
        label = "Therapy before the study" if prior else "New anticancer therapy"
        yield label, f"{_day(row, 'start_date', days)}: {row['therapy']}"
    for row in own["deaths"]:
        cause = f": {row['cause']}" if row["cause"] else ""
        yield "Death", f"{_day(row, 'death_date', days)}{cause}"
    if not own["deaths"] and patient["last_alive_date"] is not None:
        yield "Last known alive", days.show(patient["last_alive_date"])


def _day(row: _Row, column: str, days: Days) -> str:
    return days.show(row[column]) + say_completed(row, column)


def _ablation_words(row: _Row, days: Days) -> str:
    words = [days.show(row["ablation_date"]), "planned" if row["planned"] else "not planned"]
    if row["technical_success"] is not None:
        words.append("zone as planned" if row["technical_success"] else "zone not as planned")
    if row["margin_mm"] is not None:
        words.append(f"margin {show_size(row['margin_mm'])} mm")
    return ", ".join(words)


def _endpoints(analysis: Analysis, days: Days) -> defaultdict[str, list[PatientEndpoint]]:
    """Return the endpoint lines of each patient."""
    lines: defaultdict[str, list[PatientEndpoint]] = defaultdict(list)
    for result in analysis.proportions:
        for outcome in result.outcomes:
            why = days.in_words(outcome.reason)
            lines[outcome.patient_id].append(
                PatientEndpoint(result.key, result.title, say_met(outcome), NOTHING, why, "")
            )
    for timed in analysis.timed:
        every: tuple[Timed, ...] = (*timed.times, *timed.no_times)
        for one in every:
            lines[one.patient_id].append(_time_line(timed.key, timed.title, one, days))
    return lines


def _time_line(key: str, title: str, one: Timed, days: Days) -> PatientEndpoint:
    """Lay out one time, or why there is none; an endpoint per lesion names the lesion."""
    named = f"{key} {one.lesion_id}" if one.lesion_id else key
    why = days.in_words(one.why if isinstance(one, NoTime) else one.reason)
    if isinstance(one, NoTime):
        return PatientEndpoint(named, title, "not counted", NOTHING, why, "")
    result = f"{show_days(one.days)}, {say_end(one)}"
    return PatientEndpoint(named, title, result, days.show(one.end), why, one.source)


def _recorded(
    own: Mapping[str, Iterable[_Row]], days: Days
) -> tuple[tuple[str, str, str, str], ...]:
    """List what was recorded of a patient whose scans cannot be read: visit, date, lesion, what."""
    return tuple(
        (row["visit"], days.show(row["scan_date"]), row["lesion_id"], _what(row))
        for row in own["measurements"]
    )


def _what(row: _Row) -> str:
    if row["diameter_mm"] is not None:
        return f"{show_size(row['diameter_mm'])} mm"
    return show_words(row["state"] or "no value")
