"""Text for TeX: every character that means something to it stands for itself."""

from __future__ import annotations

import re

from trialwright.report.writers.characters import show_controls
from trialwright.report.writers.layout import break_words, keep_together

_NEW_LINE = "\\mbox{}\\newline{}"
_ESCAPES = {
    "\\": "\\textbackslash{}",
    "{": "\\{",
    "}": "\\}",
    "$": "\\$",
    "&": "\\&",
    "#": "\\#",
    "%": "\\%",
    "_": "\\_",
    "^": "\\textasciicircum{}",
    "~": "\\textasciitilde{}",
    # an opening bracket or a star after the end of a row would be an option of it
    "[": "{[}",
    "]": "{]}",
    "*": "{*}",
    "\N{NO-BREAK SPACE}": "~",
    "\N{ZERO WIDTH SPACE}": "\\allowbreak{}",
    "\N{SOFT HYPHEN}": "\\-",
    "\t": " ",
    "\n": _NEW_LINE,
}
_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789−+", strict=True))  # of units: 10⁹/L
_SPECIAL = re.compile("|".join(re.escape(letter) for letter in _ESCAPES))
_RAISED_RUN = re.compile(f"[{''.join(_RAISED)}]+")
# What neither the Latin font (TeX Gyre Termes) nor that of Chinese has: signs, other scripts
_OTHER = re.compile(
    "[^\x00-\u024f\u0370-\u03ff\u1e00-\u1eff\u200b\u2010-\u2027\u2030\u2039\u203a\u20ac\u2103"
    "\u2190-\u2193\u2212\u221a\u221e\u2248\u2260\u2264\u2265"
    "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]+"
)


def escape(text: str) -> str:
    """Return a text for the body of a document; long words may break, units stay with numbers.

    Parameters
    ----------
    text : str
        Any text; control characters are seen as their codes.
    """
    return _escape(break_words(keep_together(show_controls(text))))


def escape_line(text: str) -> str:
    """Return a text for a title or a running line: in one line, and nothing in it may break."""
    return _escape(" ".join(show_controls(text).split())) if text.strip() else ""


def _escape(text: str) -> str:
    escaped = _SPECIAL.sub(lambda found: _ESCAPES[found[0]], text)
    raised = _RAISED_RUN.sub(_raise, escaped)
    return _OTHER.sub(lambda found: f"{{\\otherletters {found[0]}}}", raised)


def _raise(found: re.Match[str]) -> str:
    return f"\\textsuperscript{{{''.join(_RAISED[sign] for sign in found[0])}}}"
