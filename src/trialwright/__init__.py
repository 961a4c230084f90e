"""Design, run, watch and report a single-arm phase II oncology trial."""

from __future__ import annotations

__version__ = "0.1.0"
