"""Take displays out of a stack one by one, so that none is shown twice and none is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trialwright.report.model import Figure, Table


class Stack:
    """Displays of one subject, taken by number or key; what is left is asked for at the end.

    Parameters
    ----------
    displays : iterable of Table or Figure
        In their order.
    """

    def __init__(self, displays: Iterable[Table | Figure]) -> None:
        self._left = list(displays)

    def take(self, *names: str) -> tuple[Table | Figure, ...]:
        """Return the displays with these numbers or keys that are there, in the order asked for.

        A name that ends in ``*`` takes every display whose number or key begins so.
        """
        taken = [one for name in names for one in self._left if _is_named(one, name)]
        self._left = [one for one in self._left if one not in taken]
        return tuple(taken)

    def rest(self) -> tuple[Table | Figure, ...]:
        """Return what nobody has taken."""
        left, self._left = tuple(self._left), []
        return left


def _is_named(display: Table | Figure, name: str) -> bool:
    # A figure has the number of the table that it belongs to: it is taken by its key.
    own = display.number if hasattr(display, "rows") else display.key
    return own.startswith(name[:-1]) if name.endswith("*") else own == name
