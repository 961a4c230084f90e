"""The swimmer: each patient's time on study, with treatment, response, and what happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.endpoints import last_contacts
from trialwright.report.drawing import WIDTH_INCHES, Picture, draw_svg, place_axes
from trialwright.report.palette import FAINT, GREY, INK, SHADES
from trialwright.response import Response

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from trialwright.analysis import Analysis
    from trialwright.endpoints import Member

_ROW_INCHES = 0.165
_MOST_ROWS = 50  # more patients go on further figures, so that each fits a printed page
_TITLE = "Swimmer: time on study"


@dataclass(frozen=True, slots=True)
class Lane:
    """One patient: months from the first treatment to each thing that happened.

    ``treated`` are the stretches in which study drug was given, ``follow_up`` ends at death
    or at the last contact.
    """

    patient: str
    best: Response
    follow_up: float
    treated: tuple[tuple[float, float], ...]
    marks: tuple[tuple[str, float], ...]
    died: bool


def collect_lanes(analysis: Analysis) -> tuple[Lane, ...]:
    """Return the lanes of the treated patients of the efficacy set, the longest first."""
    found = _Found.of(analysis)
    lanes = [
        found.lane(member, member.first_treatment)
        for member in analysis.sets.efficacy
        if member.first_treatment is not None
    ]
    return tuple(sorted(lanes, key=lambda lane: (-lane.follow_up, lane.patient)))


@dataclass(frozen=True, slots=True)
class _Found:
    """The dates of all patients, by patient."""

    analysis: Analysis
    month: float
    contact: Mapping[str, date]
    death: Mapping[str, list[tuple[date, ...]]]
    doses: Mapping[str, list[tuple[date, ...]]]
    ablations: Mapping[str, list[tuple[date, ...]]]
    therapies: Mapping[str, list[tuple[date, ...]]]

    @classmethod
    def of(cls, analysis: Analysis) -> _Found:
        dataset = analysis.dataset
        return cls(
            analysis,
            analysis.study.endpoints.days_per_month.require(),
            last_contacts(dataset),
            _dates(dataset.deaths.select("patient_id", "death_date").iter_rows()),
            _dates(
                (patient, start, end or start)
                for patient, start, end, dose in dataset.doses.select(
                    "patient_id", "start_date", "end_date", "dose_mg"
                ).iter_rows()
                if dose
            ),
            _dates(dataset.ablations.select("patient_id", "ablation_date").iter_rows()),
            _dates(dataset.therapies.select("patient_id", "start_date").iter_rows()),
        )

    def lane(self, member: Member, start: date) -> Lane:
        name = member.patient_id
        response = self.analysis.response_of(name)
        ends = [day for (day,) in self.death.get(name, [])]
        end = min(ends) if ends else self.contact.get(name, start)
        progression = response.first_progression
        happened: list[tuple[str, date | None]] = [
            ("response", response.response_start),
            ("PD", progression.date if progression else None),
            *(("ablation", day) for (day,) in self.ablations.get(name, [])),
            *(("therapy", day) for (day,) in self.therapies.get(name, [])),
        ]
        return Lane(
            name,
            response.best.response,
            self._months(start, end),
            tuple(
                (self._months(start, first), self._months(start, last))
                for first, last in self.doses.get(name, [])
            ),
            tuple((kind, self._months(start, day)) for kind, day in happened if day is not None),
            died=bool(ends),
        )

    def _months(self, start: date, day: date) -> float:
        return (day - start).days / self.month


def _dates(rows: Iterable[tuple[object, ...]]) -> dict[str, list[tuple[date, ...]]]:
    grouped: dict[str, list[tuple[date, ...]]] = {}
    for patient, *days in rows:
        grouped.setdefault(patient, []).append(tuple(days))
    return grouped
