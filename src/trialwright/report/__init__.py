"""What do we tell people? The report of an analysis, in every format it is asked for in.

Displays are built once as data (``report.model``, ``build_document``); writers lay them out.
"""

from __future__ import annotations

from trialwright.report.document import build_document
from trialwright.report.figures.waterfall import render_waterfall
from trialwright.report.files import (
    FORMATS,
    Report,
    build_report,
    format_of,
    render_report,
    write_built,
    write_report,
)
from trialwright.report.glance import EndpointRow, build_endpoints, say_intervals
from trialwright.report.patients import layout_lesions
from trialwright.report.tables.findings import RecordFinding

__all__ = [
    "FORMATS",
    "EndpointRow",
    "RecordFinding",
    "Report",
    "build_document",
    "build_endpoints",
    "build_report",
    "format_of",
    "layout_lesions",
    "render_report",
    "render_waterfall",
    "say_intervals",
    "write_built",
    "write_report",
]
