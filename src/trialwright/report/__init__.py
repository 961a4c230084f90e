"""What do we tell people? The report of an analysis as one self-contained HTML file."""

from __future__ import annotations

from trialwright.report.findings import RecordFinding
from trialwright.report.write import render_report, write_report

__all__ = ["RecordFinding", "render_report", "write_report"]
