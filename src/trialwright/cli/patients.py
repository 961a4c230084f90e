"""The patients and the reader that a user names, with the near misses of a name that is unknown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trialwright.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_NAMED = 3
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")


def choose_patients(known: Sequence[str], wanted: Sequence[str] | None) -> Sequence[str]:
    """Return the patients asked for, each once, in that order; all if none is named.

    Parameters
    ----------
    known : sequence of str
        The patients of the data.
    wanted : sequence of str or None
        What the user named.

    Raises
    ------
    DataError
        If one is not among them; those of nearly the same name are named.
    """
    if not wanted:
        return known
    missing = [name for name in wanted if name not in known]
    if missing:
        close = near_patients(missing[0], known)
        hint = f"; did you mean {', '.join(close)}?" if close else ""
        msg = f"no patient {', '.join(map(repr, missing))} in the data{hint}"
        raise DataError(msg)
    return list(dict.fromkeys(wanted))


def near_patients(name: str, known: Sequence[str]) -> list[str]:
    """Return the patients that a name was most likely meant to be.

    Those that differ in case, blanks and leading zeros alone come before any others.

    Examples
    --------
    >>> near_patients("p1", ["P001", "P011", "P021"])
    ['P001']
    """
    from difflib import get_close_matches

    plain: dict[str, list[str]] = {}
    for one in known:
        plain.setdefault(_plain(one), []).append(one)
    if _plain(name) in plain:
        return plain[_plain(name)][:_MOST_NAMED]
    close = get_close_matches(_plain(name), plain, n=_MOST_NAMED)
    return [one for match in close for one in plain[match]][:_MOST_NAMED]


def _plain(name: str) -> str:
    return _ZEROS.sub("", "".join(name.casefold().split()))


def check_reader(reader: str | None) -> None:
    """Refuse a word that no reader is called by.

    Raises
    ------
    DataError
        If it is none of the readers of the schema, nor ``central``.
    """
    from trialwright.dataset.raw_tables import nearest
    from trialwright.dataset.schema import READERS

    allowed = ("central", *READERS)
    if reader is None or reader in allowed:
        return
    meant = nearest(reader, allowed)
    hint = f"did you mean {meant}?" if meant else f"choose from {', '.join(sorted(allowed))}"
    msg = f"--reader {reader!r} is no reader; {hint}"
    raise DataError(msg)
