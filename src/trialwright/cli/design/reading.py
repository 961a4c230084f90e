"""Options that hold several numbers, read the same way by every verb of ``trialwright design``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from trialwright.stats.beta_binomial import BetaRate

_SHAPES = 2  # of a beta distribution


def read_numbers(option: str, written: str) -> tuple[float, ...]:
    """Return the numbers of ``10,20,29``; commas or spaces between them.

    Raises
    ------
    typer.BadParameter
        If something else stands there; the message names the option and what was given.
    """
    try:
        return tuple(float(part) for part in re.split(r"[,\s]+", written.strip()) if part)
    except ValueError:
        msg = f"{option} must be numbers with commas between, such as 10,20,29, not {written!r}"
        raise typer.BadParameter(msg) from None


def read_prior(written: str | None) -> BetaRate | None:
    """Return the beta prior of ``1,1``; none where none is given.

    Raises
    ------
    typer.BadParameter
        If it is not two numbers above 0.
    """
    from trialwright.stats.beta_binomial import BetaRate

    if written is None:
        return None
    shapes = read_numbers("--prior", written)
    if len(shapes) != _SHAPES:
        msg = f"--prior must be two numbers 'a,b' above 0, such as 1,1, not {written!r}"
        raise typer.BadParameter(msg)
    try:
        return BetaRate(*shapes)
    except ValueError as error:
        msg = f"--prior must be two numbers 'a,b' above 0, such as 1,1, not {written!r}: {error}"
        raise typer.BadParameter(msg) from error
