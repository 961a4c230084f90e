"""The interval of a size in a picture: its limits and its width at every count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.design.panels import CurvePanel
from trialwright.report.design.wording import say_patients

if TYPE_CHECKING:
    from trialwright.design.single_stage.interval_width import IntervalWidth
    from trialwright.report.design.panels import Numbers, Panel


def panels_of_interval_width(
    found: IntervalWidth, *, patients: int | None = None
) -> tuple[Panel, ...]:
    """Return limits and width against the observed rate, for a size of the search."""
    from trialwright.stats.proportion import INTERVALS

    n = found.first if patients is None else patients
    every = [INTERVALS[found.method](k, n, level=found.level) for k in range(n + 1)]
    curves: dict[str, Numbers] = {
        "lower limit": [one.low for one in every],
        "upper limit": [one.high for one in every],
        "width": [one.high - one.low for one in every],
    }
    marks = {} if found.rate is None else {"expected": found.rate}
    title = f"{100 * found.level:.6g} % {every[0].method} interval of {say_patients(n)}"
    shares = [k / n for k in range(n + 1)]
    return (
        CurvePanel(
            shares, curves, marks, "observed response rate", title=title, value_name="response rate"
        ),
    )
