"""What a protocol and a grant application say of a design: paragraphs with every number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.report.formats import say_count

if TYPE_CHECKING:
    from collections.abc import Sequence

_HALF_DIGIT = 0.0005  # a chance nearer to 0 or 1 would be written as 0.0 or 100.0 %
_NOISE = 1e-12  # of sums that are 0 or 1


@dataclass(frozen=True, slots=True)
class Wording:
    """A design in words that can stand in a protocol.

    Parameters
    ----------
    protocol : str
        A paragraph for the protocol: hypotheses, error rates, sizes, bounds, and what the design
        does, every number in it.
    grant : str
        The same for the sample-size box of a grant application, in at most three sentences.
    references : tuple of str
        What the paragraphs rest on, one citation each.
    headings : (str, str)
        Above the two texts.
    """

    protocol: str
    grant: str
    references: tuple[str, ...]
    headings: tuple[str, str] = ("For the protocol", "For a grant application")

    def __str__(self) -> str:
        """Write both texts and the references, as ``--protocol-text`` prints them."""
        long, short = self.headings
        parts = [long, "", self.protocol, "", short, "", self.grant, "", "References", ""]
        return "\n".join([*parts, *(f"{i}. {text}" for i, text in enumerate(self.references, 1))])


def say_rate(rate: float, digits: int = 6) -> str:
    """Write a rate that somebody chose, with the digits that it has: ``12.5 %``.

    Parameters
    ----------
    rate : float
        The rate.
    digits : int
        Most that are written; fewer where the rate was computed.
    """
    return f"{100 * rate:.{digits}g} %"


def say_percent(share: float, *, fixed: bool = False) -> str:
    """Write a chance in percent; one that is possible never as 0 or as 100.

    Parameters
    ----------
    share : float
        The chance, from 0 to 1.
    fixed : bool
        Whether ``30.0 %`` keeps its 0, for chances that are compared with one another.

    Examples
    --------
    >>> say_percent(0.3), say_percent(0.08207), say_percent(0.0004), say_percent(0.99999)
    ('30 %', '8.2 %', '< 0.1 %', '> 99.9 %')
    """
    if 0 < share < _HALF_DIGIT:
        return "< 0.1 %"
    if 1 - _HALF_DIGIT <= share < 1:
        return "> 99.9 %"
    return f"{100 * share:.1f} %" if fixed else f"{round(100 * share, 1):g} %"


def say_chance(chance: float, digits: int = 4) -> str:
    """Write a chance with so many digits; one that is possible never as 0 or as 1.

    Examples
    --------
    >>> say_chance(0.0471), say_chance(0.0001, 3), say_chance(0.9975, 2), say_chance(1.0, 2)
    ('0.0471', '< 0.001', '> 0.99', '1.00')
    """
    written = f"{chance:.{digits}f}"
    if chance > _NOISE and float(written) == 0:
        return f"< {10**-digits:.{digits}f}"
    if 1 - chance > _NOISE and float(written) == 1:
        return f"> {1 - 10**-digits:.{digits}f}"
    return written


def say_patients(count: int, *, more: bool = False) -> str:
    """Write how many patients: ``1 patient``, ``10 patients``, ``1 more patient``."""
    return say_count(count, f"{'more ' if more else ''}patient")


def say_enrolled(patients: int, *, more: bool = False) -> str:
    """Write how many are enrolled: ``10 patients are enrolled``, ``1 more patient is enrolled``."""
    return f"{say_patients(patients, more=more)} {'is' if patients == 1 else 'are'} enrolled"


def join_words(parts: Sequence[str], last: str = "and") -> str:
    """Join words: ``5, 10 and 15``; with ``last="or"``, alternatives."""
    if len(parts) < 2:  # noqa: PLR2004 - one part needs no joint
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def say_hypotheses(p0: float, p1: float) -> str:
    """Return the sentence of the hypotheses."""
    return (
        f"The null hypothesis that the true response rate is at most {say_rate(p0)} is tested "
        f"against a one-sided alternative; a rate of {say_rate(p1)} is of interest."
    )


def say_at_most(bound: int | None) -> str:
    """Return how few must respond: ``at most 3``, ``none``."""
    return f"at most {bound}" if bound else "none"
