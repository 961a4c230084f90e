"""Table 14.2.8: best responses by iRECIST beside those by RECIST 1.1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.cells import count_cell
from trialwright.report.figures.population import efficacy_population
from trialwright.report.model import Column, Row, Table
from trialwright.report.tables.efficacy_inputs import DASH
from trialwright.response import ImmuneResponseCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.analysis import Analysis
    from trialwright.analysis.beside import Readings
    from trialwright.response import PatientResponse

NUMBER = "14.2.8"
_NAME = "irecist"
_EXPLORATORY = (
    "Best responses by RECIST 1.1 in rows, by iRECIST in columns; iRECIST is exploratory."
)
_COUNTED = "Best responses by RECIST 1.1 in rows, by iRECIST in columns; endpoints count iRECIST."


def build_immune_responses(readings: Readings) -> Table:
    """Lay out the pairs of best responses, and how many progressions were confirmed.

    Parameters
    ----------
    readings : Readings
        The study's own reading where it asks for iRECIST, else the one beside it.
    """
    own = readings.own
    shown, why = _read_by_irecist(readings)
    responses = (
        [] if shown is None else [shown.response_of(one.patient_id) for one in own.sets.efficacy]
    )
    immune = sorted({_best_immune(one) for one in responses})
    return Table(
        NUMBER,
        "Best overall response by iRECIST beside RECIST 1.1",
        efficacy_population(own),
        (
            Column("RECIST 1.1"),
            *(Column(one.label, "number") for one in immune),
            Column("All", "number"),
        ),
        tuple(_rows(responses, immune)) if responses else (),
        (_COUNTED if own.study.endpoints.criteria.value == "iRECIST" else _EXPLORATORY,),
        empty=why or f"no patient in the efficacy set ({own.sets.efficacy_set})",
    )


def _read_by_irecist(readings: Readings) -> tuple[Analysis | None, str]:
    """Return the analysis whose patients were read by iRECIST, or why there is none."""
    if readings.own.study.response.immune_criteria.require() != "none":
        return readings.own, ""
    for one in readings.others:
        if one.name == _NAME:
            return one.analysis, one.why_not
    return None, "the scans were not read by iRECIST"


def _best_immune(response: PatientResponse) -> ImmuneResponseCode:
    """Return the best response; a patient who cannot be read by RECIST 1.1 cannot by iRECIST."""
    return ImmuneResponseCode.NE if response.immune is None else response.immune.best.response


def _rows(responses: list[PatientResponse], immune: list[ImmuneResponseCode]) -> Iterator[Row]:
    total = len(responses)
    for called in sorted({one.best.response for one in responses}):
        own = [one for one in responses if one.best.response == called]
        cells = (
            count_cell(
                [one.patient_id for one in own if _best_immune(one) == code],
                total,
                gives=f"{called.label} by RECIST 1.1, {code.label} by iRECIST",
            )
            for code in immune
        )
        everybody = count_cell([one.patient_id for one in own], total, gives=called.label)
        yield Row(called.label, (*cells, everybody))
    yield _all_row(responses, immune)
    yield from _progressions(responses, len(immune))


def _all_row(responses: list[PatientResponse], immune: list[ImmuneResponseCode]) -> Row:
    total = len(responses)
    cells = (
        count_cell(
            [one.patient_id for one in responses if _best_immune(one) == code],
            total,
            gives=code.label,
        )
        for code in immune
    )
    everybody = count_cell([one.patient_id for one in responses], total, gives="counted")
    return Row("All", (*cells, everybody))


def _progressions(responses: list[PatientResponse], columns: int) -> Iterator[Row]:
    """Yield of how many a progression was confirmed, and of how many not."""
    ends = {one.patient_id: one.immune.progression for one in responses if one.immune is not None}
    dated = {patient: end for patient, end in ends.items() if end.date is not None}
    confirmed = [patient for patient, end in dated.items() if end.confirmed_on is not None]
    pending = [patient for patient in dated if patient not in set(confirmed)]
    rest = (DASH,) * columns
    yield Row("Progression by iRECIST")
    for label, found in (("confirmed", confirmed), ("not confirmed", pending)):
        cell = count_cell(found, len(responses), gives=f"progression by iRECIST {label}")
        yield Row(label, (*rest, cell), depth=1)
