"""Styles, page and running lines of the Word file: letters for both languages, A4."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trialwright.report.writers.title_page import shorten_title
from trialwright.report.writers.word_parts import field, part, run

if TYPE_CHECKING:
    from docx.document import Document as WordFile
    from docx.section import Section as WordSection

    from trialwright.report.model import Document
    from trialwright.report.writers.labels import Labels

PAGE_TWIPS = (11906, 16838)  # A4
MARGIN_TWIPS = 1134  # 2 cm
_AFTER_UPDATE = ("}hdrShapeDefaults", "}footnotePr", "}endnotePr", "}compat")  # by the schema
_LATIN, _CHINESE = "Arial", "SimSun"
_INK, _PALE, _WARNING = "1d2733", "56626f", "b8430a"
# name, built on, size in points, bold, colour, points before and after, kept with the next
_STYLES = (
    ("Table Text", "Normal", 8, False, _INK, (1, 1), False),
    ("Table Note", "Normal", 7.5, False, _PALE, (2, 0), False),
    ("Table End", "Normal", 6, False, _INK, (0, 6), False),
    ("Display Title", "Normal", 10, True, _INK, (10, 1), True),
    ("Display Population", "Normal", 8.5, False, _PALE, (0, 3), True),
    ("Figure Caption", "Normal", 8.5, False, _PALE, (2, 8), False),
    ("Lead", "Normal", 11, False, _INK, (0, 6), False),
    ("Small", "Normal", 8.5, False, _PALE, (0, 4), False),
    ("Caveat", "Normal", 10, False, _WARNING, (0, 6), False),
    ("Running Line", "Normal", 8, False, _PALE, (0, 0), False),
    ("Contents Title", "Normal", 14, True, _INK, (0, 8), True),
    *((f"toc {level}", "Normal", 9, level == 1, _INK, (3 if level == 1 else 0, 0), False)
      for level in (1, 2, 3, 4)),
)  # fmt: skip
_HEADING_POINTS = {1: 16, 2: 13, 3: 11.5, 4: 10.5}


def set_styles(file: WordFile) -> None:
    """Set the styles of the document: those of the template in our letters, and our own."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt, RGBColor

    _set_letters(file)
    file.styles["Normal"].font.size = Pt(10)
    file.styles["Normal"].paragraph_format.space_after = Pt(6)
    for level, points in _HEADING_POINTS.items():
        style = file.styles[f"Heading {level}"]
        style.font.size, style.font.color.rgb = Pt(points), RGBColor.from_string(_INK.upper())
    for name, basis, points, bold, colour, space, kept in _STYLES:
        style = file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = file.styles[basis]
        style.font.size, style.font.bold = Pt(points), bold
        style.font.color.rgb = RGBColor.from_string(colour.upper())
        form = style.paragraph_format
        form.space_before, form.space_after = Pt(space[0]), Pt(space[1])
        form.keep_with_next = kept
        if name.startswith("toc"):
            form.left_indent = Pt(12 * (int(name[-1]) - 1))
            form.tab_stops.add_tab_stop(*_contents_tab())


def _contents_tab() -> tuple[Any, Any, Any]:
    from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
    from docx.shared import Twips

    place = Twips(PAGE_TWIPS[0] - 2 * MARGIN_TWIPS)
    return place, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS


def _set_letters(file: WordFile) -> None:
    """Name the fonts themselves: a theme would choose Chinese letters by the reader's computer."""
    from docx.oxml.ns import qn

    for fonts in file.styles.element.iter(qn("w:rFonts")):
        fonts.attrib.clear()
        for script in ("ascii", "hAnsi", "cs"):
            fonts.set(qn(f"w:{script}"), _LATIN)
        fonts.set(qn("w:eastAsia"), _CHINESE)
    for language in file.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")
        language.set(qn("w:eastAsia"), "zh-CN")


def set_properties(file: WordFile, document: Document) -> None:
    """Set what the file says of itself; no date: the data cut stands in the text."""
    from trialwright.report.writers.characters import show_controls

    properties = file.core_properties
    properties.title = show_controls(document.front.title)[:255]
    properties.author = properties.last_modified_by = "trialwright"
    properties.subject = show_controls(document.front.registration_number)[:255]
    properties.comments = properties.keywords = ""
    properties.language = {"en": "en-GB", "zh": "zh-CN"}[document.language]
    properties.revision = 1
    settings = file.settings.element
    later = next(one for one in settings if one.tag.endswith(_AFTER_UPDATE))
    later.addprevious(part("w:updateFields", {"val": "true"}))


def set_page(section: WordSection, *, landscape: bool) -> int:
    """Set paper and margins of a section; return the width between the margins in twips."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Twips

    across, down = PAGE_TWIPS[::-1] if landscape else PAGE_TWIPS
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Twips(across), Twips(down)
    section.left_margin = section.right_margin = Twips(MARGIN_TWIPS)
    section.top_margin = section.bottom_margin = Twips(MARGIN_TWIPS)
    section.header_distance = section.footer_distance = Twips(MARGIN_TWIPS // 2)
    return across - 2 * MARGIN_TWIPS


def set_running_lines(section: WordSection, document: Document, labels: Labels) -> None:
    """Write the header (short title, banner of simulated patients) and the footer (pages)."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    top = section.header.paragraphs[0]
    top.style = "Running Line"
    top._p.append(run(shorten_title(document)))  # noqa: SLF001 - python-docx has no other way to add an element
    if document.front.simulated:
        banner = section.header.add_paragraph(style="Running Line")
        looks = part("w:b"), part("w:color", {"val": _WARNING})
        banner._p.append(run(labels.simulated, *looks))  # noqa: SLF001
    foot = section.footer.paragraphs[0]
    foot.style, foot.alignment = "Running Line", WD_ALIGN_PARAGRAPH.RIGHT
    pages = (*field("PAGE", "1"), run(labels.of), *field("NUMPAGES", "1"), run(labels.page_end))
    foot._p.extend((run(labels.page), *pages))  # noqa: SLF001
