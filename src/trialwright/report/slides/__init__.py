"""Two pages for the safety board: where the trial stands, and what is pending."""

from __future__ import annotations

from trialwright.report.slides.content import Slide, build_slides
from trialwright.report.slides.render import render_slides

__all__ = ["Slide", "build_slides", "render_slides"]
