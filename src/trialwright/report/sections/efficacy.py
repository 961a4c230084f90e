"""Sections 4 and 5: response and times to event, with their tables and figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.analysis.subgroups import subgroups_of
from trialwright.report.design.words_outlook import say_outlook
from trialwright.report.figures.boundary import draw_boundary
from trialwright.report.figures.competing import draw_competing
from trialwright.report.figures.forest import draw_forest
from trialwright.report.figures.lesion_grid import draw_lesion_grid
from trialwright.report.figures.spider import draw_spider
from trialwright.report.figures.survival import draw_survival
from trialwright.report.figures.swimmer import draw_swimmers
from trialwright.report.figures.waterfall import draw_waterfall
from trialwright.report.model import Paragraph, Section
from trialwright.report.sections.placing import Stack
from trialwright.report.tables.ablated_lesions import concerns_ablation
from trialwright.report.tables.efficacy import build_efficacy_tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from trialwright.analysis import Analysis
    from trialwright.analysis.beside import Readings
    from trialwright.report.formats import Days
    from trialwright.report.model import Figure


def build_efficacy_sections(
    analysis: Analysis, readings: Readings, days: Days, anchors: Mapping[str, str]
) -> tuple[Section, ...]:
    """Build the sections of response and of times to event.

    Parameters
    ----------
    analysis : Analysis
        The results.
    readings : Readings
        The other readings of the same data.
    days : Days
        How dates look.
    anchors : mapping of str to str
        The place of each patient's page, to which a mark of a patient links.
    """
    found = Stack(build_efficacy_tables(analysis, readings, days))
    drawn = Stack((*_response_figures(analysis, anchors), *_time_figures(analysis)))
    response = (
        *found.take("14.2.1"),
        *drawn.take("waterfall", "spider*", "swimmer*"),
        Section(
            "decision",
            "4.1",
            "Decision of the design",
            (*_standing(analysis), *found.take("14.2.12")),
        ),
        Section(
            "control",
            "4.2",
            "Disease control and duration of response",
            (*found.take("14.2.2"), *drawn.take("km-dor")),
        ),
        Section("subgroups", "4.3", "Subgroups", (*found.take("14.2.5"), *drawn.take("forest*"))),
        Section(
            "ablated",
            "4.4",
            "Ablated lesions" if concerns_ablation(analysis) else "What became of each lesion",
            (*found.take("14.2.7", "14.2.6*"), *drawn.take("lesion*")),
        ),
        Section(
            "readings",
            "4.5",
            "Other criteria and readers",
            found.take("14.2.8*", "14.2.9*", "14.2.10*"),
        ),
    )
    times = (
        *found.take("14.2.3"),
        *drawn.take("km-*"),
        *found.take("14.2.11"),
        *drawn.rest(),
        *found.take("14.2.4*"),
        *found.rest(),
    )
    return (
        Section("response", "4", "Response", response),
        Section("survival", "5", "Times to event", times),
    )


def _response_figures(analysis: Analysis, anchors: Mapping[str, str]) -> Iterator[Figure]:
    yield draw_waterfall(analysis, anchors)
    yield draw_spider(analysis, anchors)
    yield from draw_swimmers(analysis, anchors)
    yield from draw_forest(analysis, subgroups_of(analysis))
    yield from draw_lesion_grid(analysis, anchors)


def _time_figures(analysis: Analysis) -> Iterator[Figure]:
    yield from draw_survival(analysis)
    yield from draw_competing(analysis)


def _standing(analysis: Analysis) -> Iterator[Figure | Paragraph]:
    """Yield the boundaries with the trial on them, and where a running trial stands."""
    yield from draw_boundary(analysis)
    stage = analysis.stage
    if stage is not None and stage.outlook.standing == "under way":
        for words in say_outlook(stage.outlook):
            yield Paragraph(words, style="item")
