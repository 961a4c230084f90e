"""What the page has beside the document: the results at a glance, and a page a patient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.report.anchors import build_anchors
from trialwright.report.formats import Days
from trialwright.report.glance import (
    build_decision,
    build_endpoints,
    build_tiles,
    say_intervals,
    show_follow_up,
)
from trialwright.report.patients import build_patient_pages
from trialwright.stats.result import show_level

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trialwright.analysis import Analysis, NotComputable
    from trialwright.report.glance import Decision, EndpointRow, Tile
    from trialwright.report.patients import PatientPage


@dataclass(frozen=True, slots=True)
class Page:
    """The display rows that are the page's own; the templates write them and decide nothing."""

    tiles: tuple[Tile, ...]
    endpoints: tuple[EndpointRow, ...]
    interval: str
    intervals: str
    decision: Decision | None
    not_computable: tuple[NotComputable, ...]
    follow_up: str
    patients: tuple[PatientPage, ...]
    anchors: Mapping[str, str]


def build_page(analysis: Analysis) -> Page:
    """Turn an analysis into the rows of the glance and of the pages of patients.

    Parameters
    ----------
    analysis : Analysis
        The results.
    """
    days, anchors = Days(analysis.dataset.day_zero), build_anchors(analysis)
    return Page(
        tiles=build_tiles(analysis),
        endpoints=build_endpoints(analysis),
        interval=show_level(analysis.study.statistics.confidence_level.require()),
        intervals=say_intervals(analysis),
        decision=build_decision(analysis, days),
        not_computable=analysis.not_computable,
        follow_up=show_follow_up(analysis),
        patients=build_patient_pages(analysis, anchors, days),
        anchors=anchors,
    )
