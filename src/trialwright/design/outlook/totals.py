"""Totals without their order: 3 of 12 responded, and nobody says which.

A look counts the first n patients. Where totals say how many responded among more than n, the look
is taken to have been passed, for the trial went on; where it cannot have been passed, it is
decided only if every order decides it alike. Nothing is guessed of a look that decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from trialwright.design.checks import check_number
from trialwright.errors import DesignError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trialwright.design.boundaries import Bound, Boundaries

    Total = tuple[int, int]  # responders, patients


class UnsaidLook(NamedTuple):
    """A look whose count of responders was not said.

    Parameters
    ----------
    patients : int
        Patients that the look counts.
    fewest, most : int
        Responders among them that the totals allow.
    passed : bool
        Whether the look is taken to have been passed; else every count from ``fewest`` to ``most``
        decides it alike.
    total : (int, int)
        The total that follows: responders, patients.
    """

    patients: int
    fewest: int
    most: int
    passed: bool
    total: tuple[int, int]


@dataclass(frozen=True, slots=True)
class OrderedTotals:
    """Outcomes in one order that agrees with totals.

    Parameters
    ----------
    totals : tuple of (int, int)
        What was said: responders, patients.
    responses : tuple of bool
        One outcome a patient, for `trialwright.design.outlook.look_ahead`.
    unsaid : tuple of UnsaidLook
        What had to be assumed of the order.
    """

    totals: tuple[tuple[int, int], ...]
    responses: tuple[bool, ...]
    unsaid: tuple[UnsaidLook, ...]

    def stated(self, seen: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
        """Return the points of a path that were said; nothing is said of the order between.

        Parameters
        ----------
        seen : sequence of (int, int)
            Patients and responders after each patient: `Outlook.seen`. It may end before the last
            total, where a look decided.
        """
        said = {patients for _, patients in self.totals}
        evaluated = [point for point in seen if point[0] <= max(said)]
        return tuple(point for point in evaluated if point[0] in said or point == evaluated[-1])


def order_totals(plan: Boundaries, totals: Sequence[tuple[int, int]]) -> OrderedTotals:
    """Return outcomes with these totals, spread evenly, that passed the looks where they can.

    Parameters
    ----------
    plan : Boundaries
        The looks and what stops the trial there.
    totals : sequence of (int, int)
        Responders and patients evaluated so far, one or more; later ones hold the earlier:
        ``[(2, 10), (3, 12)]``.

    Returns
    -------
    OrderedTotals
        The outcomes, and each look of which something had to be assumed.

    Raises
    ------
    DesignError
        If no total is given, if they cannot follow one another, or if a look decides the trial and
        the totals do not say how; the message says what to add.

    Examples
    --------
    >>> from trialwright.design.boundaries import Boundaries
    >>> simon = Boundaries((10, 29), (1, 5), (None, 6))
    >>> found = order_totals(simon, [(3, 12)])
    >>> sum(found.responses[:10]), sum(found.responses)
    (2, 3)
    >>> found.unsaid
    (UnsaidLook(patients=10, fewest=1, most=3, passed=True, total=(3, 12)),)
    """
    points, unsaid = [(0, 0), *_check_totals(totals)], []
    for step in plan.steps():
        look = step[0]
        after = next((i for i, (_, patients) in enumerate(points) if patients >= look), None)
        if after is None or points[after][1] == look:
            continue
        between = points[after - 1], points[after]
        responders, found = _place_look(step, *between, is_last=look == plan.most_patients)
        points.insert(after, (responders, look))
        unsaid.append(found)
    return OrderedTotals(tuple(totals), tuple(_spread(points)), tuple(unsaid))


def _check_totals(totals: Sequence[Total]) -> Sequence[Total]:
    if not totals:
        msg = "totals must hold one or more of (responders, patients), such as (3, 12)"
        raise DesignError(msg)
    for _, patients in totals:
        check_number("patients of a total", patients, 1)
    for (x, n), (k, m) in pairwise([(0, 0), *totals]):
        if m <= n or not 0 <= k - x <= m - n:
            msg = (
                f"{x}/{n} and then {k}/{m} cannot be: both numbers only grow, the responders by no "
                "more than the patients"
            )
            raise DesignError(msg)
    return totals


def _place_look(
    step: tuple[int, Bound, Bound], before: Total, after: Total, *, is_last: bool
) -> tuple[int, UnsaidLook]:
    """Return how many responded at a look between two totals, and what that assumes."""
    look, low, high = step
    (x, n), (k, m) = before, after
    least_here, most_here = max(x, k - (m - look)), min(k, x + look - n)
    even = x + round((k - x) * (look - n) / (m - n))
    fewest = max(least_here, 0 if low is None else low + 1)
    most = min(most_here, look if high is None else high - 1)
    if not is_last and fewest <= most:
        responders = min(max(even, fewest), most)
        return responders, UnsaidLook(look, least_here, most_here, passed=True, total=after)
    stops_low = low is not None and most_here <= low
    stops_high = high is not None and least_here >= high
    if not (stops_low or stops_high):
        msg = (
            f"{k}/{m}: the design decides at {look} patients, and how many of the first {look} "
            f"responded is not said; write K/{look},{k}/{m}"
        )
        raise DesignError(msg)
    return even, UnsaidLook(look, least_here, most_here, passed=False, total=after)


def _spread(points: Sequence[Total]) -> Iterator[bool]:
    """Yield outcomes that reach each total, the responders spread evenly between two."""
    for (x, n), (k, m) in pairwise(points):
        some = m - n
        for j in range(some):
            yield (j + 1) * (k - x) // some > j * (k - x) // some
