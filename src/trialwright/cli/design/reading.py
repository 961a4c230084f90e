"""Options read the same way by every verb of ``trialwright design``: numbers, counts, choices."""

from __future__ import annotations

import re
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeVar

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trialwright.stats.beta_binomial import BetaRate

T = TypeVar("T")
_SHAPES = 2  # of a beta distribution
_COUNT = re.compile(r"(\d+)/(\d+)")
_PERCENT = 100


def read_numbers(
    option: str, written: str, *, such_as: str = "10,20,29", what: str = "numbers"
) -> tuple[float, ...]:
    """Return the numbers of ``10,20,29``; commas or spaces between them.

    Parameters
    ----------
    option : str
        What the message calls it.
    written : str
        What was given.
    such_as : str
        An example for the message.
    what : str
        What the numbers are, for the message.

    Raises
    ------
    typer.BadParameter
        If something else stands there, or nothing; the message names the option and what was
        given.
    """
    try:
        found = tuple(float(part) for part in re.split(r"[,\s]+", written.strip()) if part)
    except ValueError:
        found = ()
    if not found or not all(isfinite(number) for number in found):
        msg = f"{option} must be {what} with commas between, such as {such_as}, not {written!r}"
        raise typer.BadParameter(msg)
    return found


def read_whole_numbers(option: str, written: str, *, such_as: str = "10,20,29") -> tuple[int, ...]:
    """Return the numbers of patients of ``10,20,29``."""
    found = read_numbers(option, written, such_as=such_as, what="numbers of patients")
    if any(number != int(number) for number in found):
        msg = f"{option} must be whole numbers of patients, such as {such_as}, not {written!r}"
        raise typer.BadParameter(msg)
    return tuple(int(number) for number in found)


def read_rates(option: str, written: str) -> tuple[float, ...]:
    """Return the true rates of ``0.1,0.3``, each from 0 to 1."""
    rates = read_numbers(option, written, such_as="0.1,0.3", what="rates")
    return tuple(check_rate(option, rate) for rate in rates)


def check_rate(option: str, rate: float) -> float:
    """Return a rate from 0 to 1; refuse another one, and say how a percentage is written."""
    if not 0 <= rate <= 1:
        mend = f"; for {rate:g} % write {rate / _PERCENT:g}" if 1 < rate <= _PERCENT else ""
        msg = f"{option} must be from 0 to 1, not {rate:g}{mend}"
        raise typer.BadParameter(msg)
    return rate


def check_within(option: str, value: float) -> float:
    """Return a number strictly between 0 and 1, which is no percentage."""
    if not 0 < value < 1:
        msg = f"{option} must be strictly between 0 and 1, not {value:g}"
        raise typer.BadParameter(msg)
    return value


def read_counts(name: str, written: str, *, least: int = 0) -> tuple[tuple[int, int], ...]:
    """Return the counts and patients of ``1/10 5/29``; commas or spaces between them.

    Parameters
    ----------
    name : str
        What the message calls it: the option, ``the design``.
    written : str
        What was given.
    least : int
        Fewest that a count may be; 1 where "at least 0" would stop every trial.
    """
    from trialwright.design.checks import MOST_PATIENTS

    counts = []
    for part in re.split(r"[,\s]+", written.strip()):
        found = _COUNT.fullmatch(part)
        if found is None:
            msg = f"{name} must be written as K/N (count/patients), such as 1/10, not {part!r}"
            raise typer.BadParameter(msg)
        k, n = int(found[1]), int(found[2])
        if k > n:
            msg = f"{name}: {k} of {n} cannot be; give the count first, then patients"
            raise typer.BadParameter(msg)
        if n > MOST_PATIENTS:
            msg = f"{name}: {n} patients are more than the {MOST_PATIENTS} that a design may have"
            raise typer.BadParameter(msg)
        if k < least:
            msg = f"{name} {part}: at least {k} of {n} is true of every trial; give {least} or more"
            raise typer.BadParameter(msg)
        counts.append((k, n))
    return tuple(counts)


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
    shapes = read_numbers("--prior", written, such_as="1,1")
    if len(shapes) != _SHAPES:
        msg = f"--prior must be two numbers 'a,b' above 0, such as 1,1, not {written!r}"
        raise typer.BadParameter(msg)
    try:
        return BetaRate(*shapes)
    except ValueError as error:
        msg = f"--prior must be two numbers 'a,b' above 0, such as 1,1, not {written!r}: {error}"
        raise typer.BadParameter(msg) from error


def choose_named(name: str, designs: Iterable[tuple[str, str, T]], known: Iterable[object]) -> T:
    """Return the design of a name; refuse another name with those there are.

    Parameters
    ----------
    name : str
        ``optimal``, ``minimax``, or the bounds as the table writes them.
    designs : iterable of (str, str, design)
        Kind (``"optimal and minimax"``), bounds and design, the first of a name is taken.
    known : iterable
        What the message lists.
    """
    wanted = " ".join(name.replace(",", " ").split())
    for kind, bounds, design in designs:
        if wanted == bounds or wanted in kind.split(" and "):
            return design
    msg = f"--choose {name!r}: none of {', '.join(str(one) for one in known)}"
    raise typer.BadParameter(msg)


def choose_size(first: T, stable: T | None, *, wants_stable: bool, looked_to: int) -> T:
    """Return the smallest size, or with ``--stable`` the one from which every larger one works."""
    if not wants_stable:
        return first
    if stable is None:
        msg = (
            f"--stable: up to {looked_to} patients it does not show from where on every size "
            "works; raise --most-patients"
        )
        raise typer.BadParameter(msg)
    return stable


def refuse_beside(option: str, others: Mapping[str, Any]) -> None:
    """Refuse options that say nothing beside another one.

    Parameters
    ----------
    option : str
        The option that was given.
    others : mapping
        Those that do not go with it, each with its value; None: not given.
    """
    spare = [name for name, value in others.items() if value is not None]
    if spare:
        msg = f"{option} does not go with {' and '.join(spare)}"
        raise typer.BadParameter(msg)


def refuse_given(context: typer.Context, option: str, names: Iterable[str]) -> None:
    """Refuse options that were typed beside one that leaves them unread.

    Parameters
    ----------
    context : typer.Context
        Of the call.
    option : str
        The option that was given.
    names : iterable of str
        Parameters of the verb, as Python names them.
    """
    sources = {name: context.get_parameter_source(name) for name in names}
    typed = [name for name, source in sources.items() if source and source.name == "COMMANDLINE"]
    refuse_beside(option, {f"--{name.replace('_', '-')}": True for name in typed})
