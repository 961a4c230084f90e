"""Characters that no cell of a table means to hold, and how to name them.

Tab, line feed and carriage return are text. All other control characters (C0, DEL, C1), the
two Unicode line ends and lone surrogates cannot be shown, break lines where none is, or
cannot be written as UTF-8 at all.
"""

from __future__ import annotations

import re

_CONTROL = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\u2028\\u2029\\ud800-\\udfff]")


def find_control(text: str) -> str | None:
    r"""Return the code point of the first control character of a text; None without one.

    Examples
    --------
    >>> find_control("week\x1b8")
    'U+001B'
    >>> find_control("two\nlines")
    """
    found = _CONTROL.search(text)
    return f"U+{ord(found[0]):04X}" if found else None
