"""Text in RTF: everything that is markup there is written as the letters that it is."""

from __future__ import annotations

import re

from trialwright.report.writers.characters import show_controls
from trialwright.report.writers.layout import keep_together

CHINESE_FONT = 10  # after the ten fonts of rtflite
_ASCII = 128
_HALF, _WHOLE = 0x8000, 0x10000
_PLAIN = {
    "\\": r"\\",
    "{": r"\{",
    "}": r"\}",
    "\n": r"\line ",
    "\t": r"\tab ",
    "\N{NO-BREAK SPACE}": r"\~",
}
_MARKUP = re.compile(r"[\\{}\n\t]")
_CHINESE = re.compile("([\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+)")


def escape_rtf(text: str) -> str:
    r"""Return a text as RTF that shows just this text, in ASCII alone.

    Parameters
    ----------
    text : str
        Any text: a line feed becomes a new line, other characters than ASCII become ``\u`` codes
        (Word's own, of 16 bits with a sign), and Chinese is set in a font that has it.
    """
    text = keep_together(show_controls(text))
    if text.isascii():
        return _codes(text)
    pieces = _CHINESE.split(text)
    for place in range(1, len(pieces), 2):
        pieces[place] = rf"{{\f{CHINESE_FONT} {_codes(pieces[place])}}}"
    pieces[::2] = [_codes(piece) for piece in pieces[::2]]
    return "".join(pieces)


def _codes(text: str) -> str:
    if text.isascii() and not _MARKUP.search(text):
        return text
    return "".join(_PLAIN.get(letter) or _code(letter) for letter in text)


def _code(letter: str) -> str:
    if ord(letter) < _ASCII:
        return letter
    units = letter.encode("utf-16-be")
    numbers = (int.from_bytes(units[place : place + 2]) for place in range(0, len(units), 2))
    return "".join(rf"\u{one - _WHOLE if one >= _HALF else one}?" for one in numbers)
