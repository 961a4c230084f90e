"""Everything the page shows, put together from an analysis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright import __version__
from trialwright.analysis.safety import analyse_safety
from trialwright.report.ablation import build_ablation
from trialwright.report.boundary import build_design
from trialwright.report.choices import build_choices
from trialwright.report.drawing import drawing_settings
from trialwright.report.findings import build_data_findings, count_severities, sort_record_findings
from trialwright.report.flow import build_flow
from trialwright.report.formats import Days
from trialwright.report.glance import (
    build_decision,
    build_endpoints,
    build_head,
    build_tiles,
    say_intervals,
)
from trialwright.report.immune import build_immune
from trialwright.report.patients import build_anchors, build_patient_pages
from trialwright.report.readers import build_calls, build_readers, keep_counted
from trialwright.report.responses import build_best_responses, build_patient_rows, build_policies
from trialwright.report.safety import build_safety
from trialwright.report.spider import draw_spider
from trialwright.report.survival import build_survival_rows, show_follow_up
from trialwright.report.survival_figure import draw_survival
from trialwright.report.swimmer import draw_swimmers
from trialwright.report.waterfall import draw_waterfall
from trialwright.stats.result import show_level

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trialwright.analysis import Analysis, NotComputable
    from trialwright.report.ablation import AblationSection
    from trialwright.report.boundary import DesignSection
    from trialwright.report.choices import Choices
    from trialwright.report.drawing import Picture
    from trialwright.report.findings import DataFindings, RecordFinding
    from trialwright.report.flow import Step
    from trialwright.report.glance import Decision, EndpointRow, Head, Tile
    from trialwright.report.immune import ImmuneSection
    from trialwright.report.patients import PatientPage
    from trialwright.report.readers import CallSection, ReaderSection
    from trialwright.report.responses import BestRow, PatientRow, PolicyRow
    from trialwright.report.safety import SafetyChapter
    from trialwright.report.survival import SurvivalRow


@dataclass(frozen=True, slots=True)
class Page:
    """The display rows of the whole report; the templates write them and decide nothing."""

    head: Head
    tiles: tuple[Tile, ...]
    endpoints: tuple[EndpointRow, ...]
    interval: str
    intervals: str
    unit: str
    decision: Decision | None
    design: DesignSection | None
    not_computable: tuple[NotComputable, ...]
    choices: Choices
    record_findings: tuple[RecordFinding, ...]
    record_severities: tuple[tuple[str, int], ...]
    flow: tuple[Step, ...]
    data_findings: DataFindings
    best_responses: tuple[BestRow, ...]
    policies: tuple[PolicyRow, ...]
    immune: ImmuneSection | None
    ablation: AblationSection | None
    patient_rows: tuple[PatientRow, ...]
    survival: tuple[SurvivalRow, ...]
    follow_up: str
    response_pictures: tuple[Picture, ...]
    survival_pictures: tuple[Picture, ...]
    safety: SafetyChapter
    patients: tuple[PatientPage, ...]
    readers: ReaderSection | None
    calls: CallSection | None
    anchors: Mapping[str, str]
    version: str


def build_page(analysis: Analysis, lint: Sequence[RecordFinding] = ()) -> Page:
    """Turn an analysis into display rows and figures.

    Parameters
    ----------
    analysis : Analysis
        The results.
    lint : sequence of RecordFinding
        What the registry record leaves open.
    """
    days, anchors = Days(analysis.dataset.day_zero), build_anchors(analysis)
    found = sort_record_findings(lint)
    responses, curves = _draw(analysis, anchors)
    return Page(
        head=build_head(analysis),
        tiles=build_tiles(analysis),
        endpoints=build_endpoints(analysis),
        interval=show_level(analysis.study.statistics.confidence_level.require()),
        intervals=say_intervals(analysis),
        unit=analysis.study.endpoints.time_unit.require(),
        decision=build_decision(analysis),
        design=build_design(analysis),
        not_computable=analysis.not_computable,
        choices=build_choices(analysis.study),
        record_findings=found,
        record_severities=count_severities(found),
        flow=build_flow(analysis),
        data_findings=build_data_findings(analysis, days),
        best_responses=build_best_responses(analysis),
        policies=build_policies(analysis),
        immune=build_immune(analysis),
        ablation=build_ablation(analysis, days),
        patient_rows=build_patient_rows(analysis, days),
        survival=build_survival_rows(analysis),
        follow_up=show_follow_up(analysis),
        response_pictures=responses,
        survival_pictures=curves,
        safety=_build_safety(analysis, days),
        patients=build_patient_pages(keep_counted(analysis), anchors, days),
        readers=build_readers(analysis, days),
        calls=build_calls(analysis, days),
        anchors=anchors,
        version=__version__,
    )


def _draw(
    analysis: Analysis, anchors: Mapping[str, str]
) -> tuple[tuple[Picture, ...], tuple[Picture, ...]]:
    with drawing_settings():
        pictures = (
            draw_waterfall(analysis, anchors),
            draw_spider(analysis, anchors),
            *draw_swimmers(analysis, anchors),
        )
        return pictures, draw_survival(analysis)


def _build_safety(analysis: Analysis, days: Days) -> SafetyChapter:
    with drawing_settings():
        return build_safety(analyse_safety(analysis.dataset, analysis.study), days)
