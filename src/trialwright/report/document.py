"""The whole report as data: which displays there are, and in which section each stands.

Nothing is computed and nothing is laid out here. Order: what was found, how, then patients,
efficacy and safety with tables and figures, the listings, and the appendices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.analysis.beside import read_beside
from trialwright.analysis.safety import analyse_safety
from trialwright.report.anchors import build_anchors
from trialwright.report.formats import Days
from trialwright.report.model import Document, Section, Table
from trialwright.report.provenance import build_front, build_provenance
from trialwright.report.safety.exposure_tables import build_exposure_tables
from trialwright.report.safety.finding_tables import build_finding_tables as build_safety_findings
from trialwright.report.safety.listings import build_safety_listings
from trialwright.report.sections.efficacy import build_efficacy_sections
from trialwright.report.sections.safety import build_safety_section
from trialwright.report.tables.design import build_design_table
from trialwright.report.tables.efficacy import build_efficacy_listings
from trialwright.report.tables.findings import build_finding_tables, build_record_table
from trialwright.report.tables.population import (
    build_flow_block,
    build_population_listings,
    build_population_tables,
)
from trialwright.report.translation import translate_document
from trialwright.report.words import (
    build_checklist,
    build_choice_sections,
    build_limitations,
    build_methods_words,
    build_results_words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.analysis import Analysis
    from trialwright.analysis.beside import Readings
    from trialwright.analysis.safety.result import SafetyAnalysis
    from trialwright.report.model.document import Language
    from trialwright.report.tables.findings import RecordFinding


def build_document(
    analysis: Analysis,
    safety: SafetyAnalysis | None = None,
    *,
    readings: Readings | None = None,
    lint: Sequence[RecordFinding] = (),
    language: Language = "en",
) -> Document:
    """Build every display of the report, in one language.

    Parameters
    ----------
    analysis : Analysis
        What ``analyse`` returns.
    safety : SafetyAnalysis, optional
        What ``analysis.safety.analyse_safety`` returns of the same data; made if not given.
    readings : Readings, optional
        The other readings of the same data (``analysis.beside.read_beside``); made if not given.
    lint : sequence of RecordFinding
        What the registry record leaves open (``study.lint_record``).
    language : {"en", "zh"}
        English or Simplified Chinese. Identifiers and free text of the data stay as they are.

    Returns
    -------
    Document
        Ready for every writer.
    """
    safety = safety or analyse_safety(analysis.dataset, analysis.study)
    readings = readings or read_beside(analysis)
    days, anchors = Days(analysis.dataset.day_zero), build_anchors(analysis)
    sections = (
        Section("results", "1", "Results", build_results_words(analysis, safety, language)),
        Section("methods", "2", "Methods", build_methods_words(analysis, language)),
        _patients(analysis, safety, days),
        *build_efficacy_sections(analysis, readings, days, anchors),
        build_safety_section(safety, days),
        Section("limitations", "7", "Limitations", build_limitations(analysis, safety, language)),
        _listings(analysis, safety, days),
        *_appendices(analysis, safety, days, lint),
    )
    sections = (*sections, _checklist(sections, language))
    front, provenance = build_front(analysis), build_provenance(analysis, days)
    document = Document(front, provenance, sections, "en")
    return document if language == "en" else translate_document(document, language)


def _patients(analysis: Analysis, safety: SafetyAnalysis, days: Days) -> Section:
    tables = (
        *build_population_tables(analysis, safety, days),
        *build_exposure_tables(safety, days),
    )
    ordered = sorted(tables, key=lambda table: [int(part) for part in table.number.split(".")])
    return Section("patients", "3", "Patients", (build_flow_block(analysis), *ordered))


def _listings(analysis: Analysis, safety: SafetyAnalysis, days: Days) -> Section:
    tables = (
        *build_population_listings(analysis, days),
        *build_efficacy_listings(analysis, days),
        *build_safety_listings(safety, analysis.dataset, days),
    )
    return Section("listings", "16.2", "Listings", tables, folded=True)


def _appendices(
    analysis: Analysis,
    safety: SafetyAnalysis,
    days: Days,
    lint: Sequence[RecordFinding],
) -> tuple[Section, ...]:
    return (
        Section(
            "choices",
            "A",
            "The study's choices and assumptions",
            build_choice_sections(analysis.study),
        ),
        Section(
            "data",
            "B",
            "Findings about the data, the record and the design",
            (
                *build_finding_tables(analysis, days),
                *build_safety_findings(safety, days),
                build_record_table(analysis, lint),
                *build_design_table(analysis),
            ),
        ),
    )


def _checklist(sections: Sequence[Section], language: Language) -> Section:
    """Point to the tables that the sections before hold."""
    blocks = (block for section in sections for block in section.walk())
    present = [block.number for block in blocks if isinstance(block, Table)]
    return Section("checklist", "C", "Reporting checklist", (build_checklist(language, present),))
