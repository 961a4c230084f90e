"""A reader of RTF for the tests: the text as it is seen, and the rows of its tables."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\\([a-z]+)(-?\d+)? ?|\\'([0-9a-f]{2})|\\(.)|([{}])|([^\\{}]+)", re.DOTALL)
_UNSEEN = {"fonttbl", "colortbl", "info", "pict", "fldinst", "*"}
_SEEN = {"line": "\n", "par": "\n", "tab": "\t", "cell": "\x1f", "row": "\x1e\n", "trowd": "\x1d"}
START, CELL, ROW = "\x1d", "\x1f", "\x1e"


def read_rtf(content: bytes) -> str:
    """Return what is seen; rows start with START and end with ROW, cells end with CELL."""
    units: list[int] = []
    hidden, stack, skip = False, [], 0
    for word, number, code, letter, brace, text in _TOKEN.findall(content.decode("ascii")):
        if brace == "{":
            stack.append(hidden)
        elif brace == "}":
            hidden = stack.pop()
        elif word in _UNSEEN or letter == "*":
            hidden = True
        elif hidden:
            continue
        elif word == "u":
            units.append(int(number) % 0x10000)
            skip = 1
        elif word or code:
            units.extend(_units(_SEEN.get(word, "")))
        else:
            plain = {"~": "\N{NO-BREAK SPACE}"}.get(letter, letter) or text.replace("\n", "")
            units.extend(_units(plain[skip:]))
            skip = 0
    assert not stack, "a brace is open"
    packed = b"".join(unit.to_bytes(2, "big") for unit in units)
    return packed.decode("utf-16-be")


def read_rows(content: bytes) -> list[list[str]]:
    """Return the cells of every row of every table."""
    rows = [part.rpartition(START)[2] for part in read_rtf(content).split(ROW)[:-1]]
    return [row.split(CELL)[:-1] for row in rows]


def _units(text: str) -> list[int]:
    coded = text.encode("utf-16-be")
    return [int.from_bytes(coded[n : n + 2], "big") for n in range(0, len(coded), 2)]
