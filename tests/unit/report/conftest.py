from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from small_trial import Page, make_analysis

from trialwright.report import render_report

if TYPE_CHECKING:
    from trialwright.analysis import Analysis


@pytest.fixture(scope="session")
def analysis() -> Analysis:
    return make_analysis()


@pytest.fixture(scope="session")
def html(analysis: Analysis) -> str:
    return render_report(analysis)


@pytest.fixture(scope="session")
def page(html: str) -> Page:
    return Page(html)
