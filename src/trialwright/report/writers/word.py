"""The report as a Word file: a title page, contents, real headings, real tables, real fields.

python-docx makes the file. A table wider than an upright page lies on a page of its own side;
links carry page numbers, which Word works out when it opens the file.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from trialwright.errors import MissingExtra
from trialwright.report.model import Figure, Paragraph, Section, Table
from trialwright.report.writers.bookmarks import Bookmarks
from trialwright.report.writers.characters import show_controls
from trialwright.report.writers.fixed_zip import without_clock
from trialwright.report.writers.labels import labels_of
from trialwright.report.writers.layout import keep_together
from trialwright.report.writers.pictures import draw_png, fit_size
from trialwright.report.writers.placing import WHOLE_PAPER, PaperOptions, place_blocks
from trialwright.report.writers.title_page import list_facts
from trialwright.report.writers.word_parts import field, link, mark_place, paragraph, part, run
from trialwright.report.writers.word_styles import (
    MARGIN_TWIPS,
    PAGE_TWIPS,
    set_page,
    set_properties,
    set_running_lines,
    set_styles,
)
from trialwright.report.writers.word_table import Setting, lay_table, show_cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from docx.document import Document as WordFile

    from trialwright.report.model import Document
    from trialwright.report.writers.placing import Placed

_DEEPEST = 4  # level of headings
_TALLEST_INCHES = {False: 8.6, True: 5.2}  # of a figure, upright and on its side
_STYLE_IDS = {"body": "Normal", "lead": "Lead", "small": "Small", "caveat": "Caveat"}


def render_word(document: Document, paper: PaperOptions = WHOLE_PAPER) -> bytes:
    """Write the report as the content of a ``.docx`` file; the same document, the same bytes.

    Parameters
    ----------
    document : Document
        The whole report.
    paper : PaperOptions
        What is set on paper.

    Raises
    ------
    MissingExtra
        If python-docx is not installed.
    """
    try:
        import docx
    except ImportError as error:
        msg = "a Word file needs python-docx: pip install 'trialwright[documents]'"
        raise MissingExtra(msg) from error

    labels = labels_of(document.language)
    file = docx.Document()
    set_styles(file)
    set_properties(file, document)
    _drop_thumbnail(file)
    set_page(file.sections[0], landscape=False)
    set_running_lines(file.sections[0], document, labels)
    placed = place_blocks(document, paper)
    setting = Setting(labels, Bookmarks(_key_of(one) for one in placed if _key_of(one)))
    pictures = _draw_pictures(file, placed)
    _append(file, _title_page(document, setting))
    _append(file, _contents(placed, setting))
    _write_blocks(file, placed, pictures, setting)
    saved = BytesIO()
    file.save(saved)
    return without_clock(saved.getvalue())


def _write_blocks(
    file: WordFile, placed: Sequence[Placed], pictures: Mapping[Figure, Any], setting: Setting
) -> None:
    from docx.enum.section import WD_SECTION

    landscape, width = False, PAGE_TWIPS[0] - 2 * MARGIN_TWIPS
    for number, one in enumerate(placed):
        if one.landscape != landscape or not number:
            landscape = one.landscape
            width = set_page(file.add_section(WD_SECTION.NEW_PAGE), landscape=landscape)
        if isinstance(one.block, Section):
            _append(file, [_heading(one.block, one.level, setting)])
        elif isinstance(one.block, Paragraph):
            _append(file, [_prose(one.block, setting)])
        elif isinstance(one.block, Table):
            _append(file, _caption(one, setting))
            _append(file, _rows_of(one, one.block, width, setting))
        else:
            _append(file, _caption(one, setting))
            _append(file, _figure_parts(one.block, pictures.get(one.block), setting))


def _rows_of(one: Placed, table: Table, width_twips: int, setting: Setting) -> Iterator[Any]:
    """Yield a table with its notes, or what is said in its place."""
    if one.fit is None:
        yield paragraph("Normal", run(keep_together(one.instead)))
    else:
        yield from lay_table(table, one.fit, width_twips, setting)


def _append(file: WordFile, parts: Iterator[Any] | Sequence[Any]) -> None:
    """Add parts at the end, before the properties of the last section."""
    body = file.element.body
    for one in parts:
        body.insert(len(body) - 1, one)


def _title_page(document: Document, setting: Setting) -> Iterator[Any]:
    labels, front = setting.labels, document.front
    yield paragraph("Title", run(front.title))
    if front.simulated:
        yield paragraph("Caveat", run(labels.simulated, part("w:b")))
    for name, value in list_facts(document, labels):
        yield paragraph("Normal", run(f"{name}{labels.colon}", part("w:b")), run(value))
    yield paragraph("Small", run(labels.decision_support))


def _contents(placed: Sequence[Placed], setting: Setting) -> Iterator[Any]:
    """Yield the table of contents: a field that Word works out, filled with what it will hold."""
    new_page = part("w:pageBreakBefore")
    yield paragraph("ContentsTitle", run(setting.labels.contents), looks=(new_page,))
    begin, code, middle, _, end = field('TOC \\o "1-3" \\h \\z \\t "Display Title,4"', "")
    lines = list(_content_lines(placed, setting))
    if not lines:
        return
    first = lines[0]
    for place, one in enumerate((begin, code, middle)):
        first.insert(1 + place, one)
    lines[-1].append(end)
    yield from lines


def _content_lines(placed: Sequence[Placed], setting: Setting) -> Iterator[Any]:
    seen: set[str] = set()
    for one in placed:
        key = _key_of(one)
        name = setting.bookmarks.name_of(key) if key else None
        if name is None or one.continued or key in seen:
            continue
        seen.add(key)
        words, level = _title_words(one, setting), 4
        if isinstance(one.block, Section):
            words, level = _heading_words(one.block), min(one.level, 3)
        page = field(f"PAGEREF {name} \\h", "–")
        yield paragraph(f"toc{level}", link(name, run(words), run("\t"), *page))


def _heading(section: Section, level: int, setting: Setting) -> Any:
    runs = mark_place(setting.bookmarks, section.key, run(_heading_words(section)))
    return paragraph(f"Heading{min(level, _DEEPEST)}", *runs)


def _heading_words(section: Section) -> str:
    return " ".join(f"{section.number} {section.title}".split())


def _prose(prose: Paragraph, setting: Setting) -> Any:
    """Return a paragraph; the values that point somewhere in the report become links."""
    runs: list[Any] = []
    rest = prose.text
    for _, cell in prose.values:
        before, found, after = rest.partition(cell.text)
        if cell.target and cell.text and found:
            runs.extend([run(keep_together(before)), *show_cell(cell, setting)])
            rest = after
    style = "ListBullet" if prose.style == "item" else _STYLE_IDS[prose.style]
    return paragraph(style, *runs, run(keep_together(rest)))


def _caption(one: Placed, setting: Setting) -> Iterator[Any]:
    """Yield the title of a table or figure with its number, and its population below."""
    words, key = run(_title_words(one, setting)), _key_of(one)
    yield paragraph("DisplayTitle", *mark_place(setting.bookmarks, key, words))
    population = None if isinstance(one.block, (Section, Paragraph)) else one.block.population
    if population is not None:
        text = setting.labels.say_population(population.words)
        yield paragraph("DisplayPopulation", run(text))


def _title_words(one: Placed, setting: Setting) -> str:
    if isinstance(one.block, (Section, Paragraph)):
        return ""
    labels, title = setting.labels, one.block.title
    title = labels.say_continued(title) if one.continued else title
    return f"{labels.number_of(one.block)}  {title}"


def _figure_parts(figure: Figure, picture: Any, setting: Setting) -> Iterator[Any]:
    """Yield the picture of a figure and its caption, or why there is nothing to draw."""
    caption = figure.caption
    if picture is None:
        caption = setting.labels.nothing_to_draw + caption
    else:
        yield picture
    yield paragraph("FigureCaption", run(keep_together(caption)))


def _draw_pictures(file: WordFile, placed: Sequence[Placed]) -> dict[Figure, Any]:
    """Draw every figure into a paragraph that stands nowhere yet.

    Into an empty file: python-docx reads the whole of it for the number of each picture.
    """
    found = {}
    for one in placed:
        if isinstance(one.block, Figure) and one.block.paint is not None:
            width = PAGE_TWIPS[one.landscape] - 2 * MARGIN_TWIPS
            size = fit_size(one.block, width, _TALLEST_INCHES[one.landscape])
            found[one.block] = _draw_picture(file, one.block, size)
    for holder in found.values():
        holder.getparent().remove(holder)
    return found


def _draw_picture(file: WordFile, figure: Figure, size_inches: tuple[float, float]) -> Any:
    """Draw a figure into the file with its words for who cannot see it."""
    from docx.shared import Inches

    across, down = size_inches
    holder = file.add_paragraph()
    holder.paragraph_format.keep_with_next = True
    picture = BytesIO(draw_png(figure))
    shape = holder.add_run().add_picture(picture, Inches(across), Inches(down))
    words = shape._inline.docPr  # noqa: SLF001 - python-docx has no alt text
    words.set("descr", show_controls(figure.description))
    words.set("title", show_controls(figure.title))
    return holder._p  # noqa: SLF001


def _key_of(one: Placed) -> str:
    return "" if isinstance(one.block, Paragraph) else one.block.key


def _drop_thumbnail(file: WordFile) -> None:
    """Take the picture of an empty page out of python-docx's template."""
    relations = file.part.package.rels
    for name, relation in list(relations.items()):
        if relation.reltype.endswith("/thumbnail"):
            del relations[name]
