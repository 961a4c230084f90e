"""What the safety figures share: their size and colours, an axis of study days, a log axis."""

from __future__ import annotations

import hashlib
import re
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Any

from trialwright.report.formats import say_count
from trialwright.report.model import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.axes import Axes

WIDTH_INCHES = 7.4  # narrower than other figures: letters stay readable on 700 pixels
SMALL = 7.5  # points: the smallest letters of these figures

# Two sides and two depths: blue and vermilion differ for colour-blind readers, and so do pale and
# dark in grey.
COOL, COOL_PALE = "#0b4f8a", "#b6cee5"
WARM, WARM_PALE = "#b8430a", "#f3c4a8"

_DAY_STEPS = (7, 14, 28, 56, 84, 168, 336, 672)
_MOST_TICKS = 12
_SLUG = 40  # letters
_MOST_NAMES = 40
_LOG_STEPS: tuple[tuple[int, ...], ...] = ((1, 2, 3, 5), (1, 3), (1,))
_MOST_LOG_TICKS = 10


def empty_figure(key: str, number: str, title: str, words: str) -> Figure:
    """Return a figure without a drawing, which says why there is none."""
    return Figure(key, number, title, words, words)


def slug_of(words: str) -> str:
    """Return words as a part of a key: ``alanine-aminotransferase``.

    Words of other letters alone keep a key of their own.

    Examples
    --------
    >>> slug_of("Alanine aminotransferase")
    'alanine-aminotransferase'
    """
    slug = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:_SLUG]
    if slug == words.lower().replace(" ", "-"):
        return slug
    return f"{slug}-{hashlib.sha256(words.encode()).hexdigest()[:6]}".lstrip("-")


def say_patients(patients: int) -> str:
    """Write a number of patients: ``1 patient``, ``12 patients``."""
    return say_count(patients, "patient")


def say_values(values: int) -> str:
    """Write a number of values: ``1 value``, ``12 values``."""
    return say_count(values, "value")


def say_names(names: Iterable[str]) -> str:
    """Join names; of very many, the first ones and the number of the others."""
    names = list(names)
    if len(names) <= _MOST_NAMES:
        return ", ".join(names)
    return ", ".join(names[:_MOST_NAMES]) + f" and {len(names) - _MOST_NAMES} more"


def write_lines(
    axes: Axes, place: tuple[float, float], lines: Sequence[str], height: float, **style: Any
) -> None:
    """Write lines below one another, each aligned by itself: a browser has other letters.

    Parameters
    ----------
    axes : Axes
        Whose y axis counts inches downwards.
    place : (float, float)
        Where they stand; half of them above it, half below.
    lines : sequence of str
        The words.
    height : float
        Of a line, in inches.
    **style
        Of ``Axes.text``.
    """
    x, y = place
    for number, words in enumerate(lines):
        shift = height * (number - (len(lines) - 1) / 2)
        axes.text(x, y + shift, words, va="center_baseline", **style)


def place_of_day(study_day: int) -> int:
    """Return where a study day stands on an axis: there is no day 0, so day −1 stands at 0.

    Examples
    --------
    >>> [place_of_day(day) for day in (-2, -1, 1, 2)]
    [-1, 0, 1, 2]
    """
    return study_day if study_day > 0 else study_day + 1


def set_study_days(axes: Axes, first: float, last: float) -> None:
    """Set the x axis to study days, with ticks at day 1 and whole weeks from it.

    Parameters
    ----------
    axes : Axes
        To be set.
    first, last : float
        Places (`place_of_day`) that must be seen.
    """
    first, last = min(first, 1), max(last, first + 7, 8)
    room = 0.015 * (last - first)
    axes.set_xlim(first - room, last + room)
    span = last - first
    step = next((step for step in _DAY_STEPS if span / step <= _MOST_TICKS), None)
    step = _DAY_STEPS[-1] * ceil(span / _DAY_STEPS[-1] / _MOST_TICKS) if step is None else step
    at = [1 + step * k for k in range(ceil((first - 1) / step), floor((last - 1) / step) + 1)]
    axes.set_xticks(at, [str(x if x > 0 else x - 1).replace("-", "−") for x in at])
    axes.set_xlabel("Study day (first treatment: day 1)")


def log_ticks(low: float, high: float) -> list[float]:
    """Return ticks of a log axis from low to high: 1, 2, 3, 5 of each decade, or fewer.

    Examples
    --------
    >>> log_ticks(0.5, 12)
    [0.5, 1.0, 2.0, 3.0, 5.0, 10.0]
    """
    decades = range(floor(log10(low)), ceil(log10(high)) + 1)
    found: list[float] = []
    for steps in _LOG_STEPS:
        found = [float(f"{step}e{decade}") for decade in decades for step in steps]
        found = [tick for tick in found if low <= tick <= high]
        if len(found) <= _MOST_LOG_TICKS:
            break
    return found


def set_log_ticks(axes: Axes, which: str, limits: Sequence[float], *also: float) -> None:
    """Make an axis logarithmic with plain numbers on its ticks.

    Parameters
    ----------
    axes : Axes
        To be set.
    which : str
        ``x`` or ``y``.
    limits : sequence of float
        Low and high end, above 0.
    *also : float
        Further ticks.
    """
    from matplotlib.ticker import NullLocator

    axis = axes.xaxis if which == "x" else axes.yaxis
    ticks = sorted({*log_ticks(limits[0], limits[1]), *also})
    axes.set(**{f"{which}scale": "log", f"{which}lim": tuple(limits)})
    axis.set_ticks(ticks, [f"{tick:g}" for tick in ticks])
    axis.set_minor_locator(NullLocator())
