"""What do we tell people? The report of an analysis as one self-contained HTML file."""

from __future__ import annotations

from trialwright.report.findings import RecordFinding
from trialwright.report.glance import EndpointRow, build_endpoints, say_intervals
from trialwright.report.patients import layout_lesions
from trialwright.report.waterfall import render_waterfall
from trialwright.report.write import render_report, write_report

__all__ = [
    "EndpointRow",
    "RecordFinding",
    "build_endpoints",
    "layout_lesions",
    "render_report",
    "render_waterfall",
    "say_intervals",
    "write_report",
]
