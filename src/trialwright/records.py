"""One layout, two kinds of memory: lists for rules as Python, records for rules as machine code.

A compiled function is handed one pointer to a record, where named tuples of arrays would be taken
apart at every call: on the simulator that halved the time to compile and cut that to run by a
third. The rules read both by the same names. Records are aligned, as a graphics card needs them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np

Kind = str  # "number", "count", "small" (a code of one byte) or "flag"
_DTYPES = {"number": "f8", "count": "i8", "small": "i1", "flag": "i1"}
_ZEROS: dict[str, Any] = {"number": 0.0, "count": 0, "small": 0, "flag": False}


class Column(NamedTuple):
    """So many values of a kind; 0: a single one."""

    kind: Kind
    length: int


Layout = Any  # a named tuple of columns and of layouts, of the type that the rules read


def blank_lists(layout: Layout) -> Any:
    """Return a layout's named tuples filled with lists of zeros."""
    if isinstance(layout, Column):
        return [_ZEROS[layout.kind]] * layout.length
    return type(layout)(*(blank_lists(part) for part in layout))


def blank_record(layout: Layout) -> Any:
    """Return a record of zeros with the fields of a layout, as machine code takes it."""
    import numpy as np

    return np.zeros(1, dtype_of(layout))[0]


def dtype_of(layout: Layout) -> np.dtype[Any]:
    """Return the type of a layout's record."""
    import numpy as np

    if isinstance(layout, Column):
        single = np.dtype(_DTYPES[layout.kind])
        return np.dtype((single, (layout.length,))) if layout.length else single
    columns = [(name, dtype_of(getattr(layout, name))) for name in layout._fields]
    return np.dtype(columns, align=True)


def as_record(values: Any) -> Any:
    """Return a record with the values of a named tuple of numbers, of tuples of them, and so on.

    Raises
    ------
    TypeError
        If a value is neither.
    """
    import numpy as np

    filled = np.zeros(1, _dtype_of_values(values))
    _fill(filled[0], values)
    return filled[0]


def _dtype_of_values(value: Any) -> np.dtype[Any]:
    import numpy as np

    if hasattr(value, "_fields"):
        names = value._fields
        columns = [(name, _dtype_of_values(getattr(value, name))) for name in names]
        return np.dtype(columns, align=True)
    if isinstance(value, tuple):
        kind = "f8" if any(isinstance(one, float) for one in value) else "i8"
        return np.dtype((kind, (len(value),)))
    for number, code in ((bool, "?"), (int, "i8"), (float, "f8")):
        if isinstance(value, number):
            return np.dtype(code)
    msg = f"{value!r} is no number that machine code could read"
    raise TypeError(msg)


def _fill(record: Any, values: Any) -> None:
    for name in values._fields:
        value = getattr(values, name)
        if hasattr(value, "_fields"):
            _fill(record[name], value)
        else:
            record[name] = value


def padded(values: tuple[Any, ...], length: int, filler: float) -> tuple[Any, ...]:
    """Return the values with a filler behind them, so that the type of a record stays the same.

    Parameters
    ----------
    values : tuple
        Numbers.
    length : int
        How many there are to be.
    filler : float
        What stands behind them; a rule that reads it must find nothing.

    Raises
    ------
    ValueError
        If there are more values than the length.
    """
    if len(values) > length:
        msg = f"{len(values)} values where at most {length} can be kept: {values}"
        raise ValueError(msg)
    return (*values, *(filler,) * (length - len(values)))


def as_plain_numbers(rules: Any) -> Any:
    """Return named tuples with members of enumerations as numbers, as compiled code takes them."""
    if isinstance(rules, tuple) and hasattr(rules, "_fields"):
        return type(rules)(*(as_plain_numbers(one) for one in rules))
    if isinstance(rules, int) and not isinstance(rules, bool):
        return int(rules)
    return rules
