"""Characters that a document cannot hold, written so that they are seen.

Control characters, lone surrogates and the non-characters of Unicode break XML, PDF and TeX alike.
None is dropped in silence: each becomes its code, ``<U+0007>``.
"""

from __future__ import annotations

import re

# all controls but tab and line feed; what turns the direction of the text; what is no character
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


def show_controls(text: str) -> str:
    """Return a text whose control characters stand as their codes: ``<U+0007>``.

    Tabs and line feeds stay; a carriage return before a line feed goes, as in any text file.

    Parameters
    ----------
    text : str
        What was read from the data or the study.
    """
    if text.isascii() and text.isprintable():
        return text
    return _UNSEEN.sub(_show_code, text.replace("\r\n", "\n"))


def _show_code(found: re.Match[str]) -> str:
    return f"<U+{ord(found[0]):04X}>"
