"""Which fonts a document needs on paper: none but bundled ones where these have every letter.

Latin text is set in fonts that come with typst and matplotlib, so that its bytes do not depend on
the machine. Only where a letter is missing are the fonts of the machine asked, Chinese ones by
name and in a fixed order.
"""

from __future__ import annotations

import json
import shutil
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from trialwright.errors import ExportError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typst import Fonts

# Simplified Chinese first: free ones, then those of Windows and macOS, then other regions.
CHINESE_FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Microsoft YaHei",
    "DengXian",
    "SimSun",
    "SimHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "STHeiti",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "Noto Sans CJK JP",
    "Arial Unicode MS",
)
_BUNDLED = ("Libertinus Serif", "DejaVu Sans")
_OF_MATPLOTLIB = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf")
_MOST_NAMED = 8
# An archival PDF must not hold a letter without a picture, so typst refuses one that does.
_PROBE = b"""#set document(date: datetime(year: 2000, month: 1, day: 1))
#set text(font: json(bytes(sys.inputs.fonts)))
#for letter in json(bytes(sys.inputs.letters)) [#letter ]
"""


@dataclass(frozen=True, slots=True)
class FontChoice:
    """The families that a document is set in, first choice first, and where typst finds them."""

    families: tuple[str, ...]
    fonts: Fonts


def fonts_for(text: str) -> FontChoice:
    """Return the fonts that have every letter of a text.

    Parameters
    ----------
    text : str
        All that will be written.

    Returns
    -------
    FontChoice
        The bundled fonts where they do, those of the machine behind them where they do not.

    Raises
    ------
    ExportError
        If neither the bundled fonts nor those of this machine have a letter; says which, and what
        to install.
    """
    choice, missing = nearest_fonts(text)
    if missing:
        raise ExportError(say_missing(missing))
    return choice


def nearest_fonts(text: str) -> tuple[FontChoice, tuple[str, ...]]:
    """Return the fonts that have most letters of a text, and the letters that none has.

    Parameters
    ----------
    text : str
        All that will be written.
    """
    letters = sorted({letter for letter in text if not letter.isspace()})
    bundled = _choice(system=False)
    if _all_there(letters, bundled):
        return bundled, ()
    machine = _choice(system=True)
    if _all_there(letters, machine):
        return machine, ()
    return machine, tuple(one for one in letters if not _all_there([one], machine))


def say_missing(letters: Iterable[str]) -> str:
    """Return the sentence that names letters without a font, and the font to install."""
    found = list(letters)
    names = [f"{one} (U+{ord(one):04X} {unicodedata.name(one, 'unnamed')})" for one in found]
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    chinese = any("CJK" in unicodedata.name(one, "") for one in found)
    mend = "Noto Sans CJK SC (Debian: fonts-noto-cjk)" if chinese else "the Noto font of its script"
    return (
        f"no font of this machine has {', '.join(names[:_MOST_NAMED])}{more}; install {mend}, "
        "or use HTML or SVG, which show it wherever it is read"
    )


@cache
def _choice(*, system: bool) -> FontChoice:
    from typst import Fonts

    fonts = Fonts(include_system_fonts=system, font_paths=[_bundled_folder().name])
    here = set(fonts.families())
    chinese = (name for name in CHINESE_FAMILIES if name in here) if system else ()
    return FontChoice((*_BUNDLED, *chinese), fonts)


@cache
def _bundled_folder() -> TemporaryDirectory[str]:
    """Copy the fonts of matplotlib without the one that has a box for every letter.

    The folder lasts as long as the process.
    """
    from matplotlib import get_data_path

    folder = TemporaryDirectory(prefix="trialwright-fonts-")
    for name in _OF_MATPLOTLIB:
        shutil.copy(Path(get_data_path(), "fonts", "ttf", name), folder.name)
    return folder


def _all_there(letters: list[str], choice: FontChoice) -> bool:
    import typst

    try:
        typst.compile(
            _PROBE,
            format="pdf",
            pdf_standards=["a-2b"],
            font_paths=choice.fonts,
            sys_inputs={"fonts": json.dumps(choice.families), "letters": json.dumps(letters)},
        )
    except typst.TypstError:
        return False
    return True
