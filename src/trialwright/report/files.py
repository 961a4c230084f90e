"""Write the report to a file whose ending says the format, or all of it into a folder."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from trialwright.errors import ExportError, MissingExtra
from trialwright.report.document import build_document
from trialwright.report.results import list_results, render_results
from trialwright.report.writers.placing import LONGEST_LISTING, WHOLE_PAPER, PaperOptions
from trialwright.whole import whole_folder, write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from trialwright.analysis import Analysis
    from trialwright.analysis.safety.result import SafetyAnalysis
    from trialwright.report.model import Document
    from trialwright.report.model.document import Language
    from trialwright.report.tables.findings import RecordFinding

FORMATS = ("html", "docx", "rtf", "pdf", "tex", "xlsx", "json")
_RESULTS, _BY_PATIENT = "results.csv", "results_by_patient.csv"
_FIGURES = "figures"


@dataclass(frozen=True)
class Report:
    """A document with the analyses it was built from, and what of it is set on paper."""

    analysis: Analysis
    safety: SafetyAnalysis
    document: Document
    paper: PaperOptions = WHOLE_PAPER


def build_report(
    analysis: Analysis,
    *,
    lint: Sequence[RecordFinding] = (),
    language: Language = "en",
    longest_listing: int | None = LONGEST_LISTING,
) -> Report:
    """Build the report of an analysis in one language.

    Parameters
    ----------
    analysis : Analysis
        What ``analyse`` returns.
    lint : sequence of RecordFinding
        What the registry record leaves open (``study.lint_record``).
    language : {"en", "zh"}
        English or Simplified Chinese.
    longest_listing : int or None
        Rows. A longer listing is not set on paper (``.docx``, ``.rtf``, ``.pdf``, ``.tex``): a
        sentence in its place says where it stands. None: every listing is set.
    """
    from trialwright.analysis.safety import analyse_safety

    paper = PaperOptions(longest_listing)
    safety = analyse_safety(analysis.dataset, analysis.study)
    document = build_document(analysis, safety, lint=lint, language=language)
    return Report(analysis, safety, document, paper)


def write_report(
    analysis: Analysis,
    path: str | Path,
    *,
    lint: Sequence[RecordFinding] = (),
    language: Language = "en",
    longest_listing: int | None = LONGEST_LISTING,
) -> None:
    """Write the report of an analysis.

    Parameters
    ----------
    analysis : Analysis
        What ``analyse`` returns.
    path : str or Path
        A file whose ending says the format (``.html``, ``.docx``, ``.rtf``, ``.pdf``, ``.tex``,
        ``.xlsx``, ``.json`` for the numbers alone); it is replaced as a whole or not at all. A
        name without an ending is a folder, which gets every format, the figures with their data,
        and the results for the registry.
    lint : sequence of RecordFinding
        What the registry record leaves open (``study.lint_record``).
    language : {"en", "zh"}
        English or Simplified Chinese.
    longest_listing : int or None
        Rows. A listing of more is not set on paper (``.docx``, ``.rtf``, ``.pdf``, ``.tex``),
        where its number, population and rows are named with the places that hold it: the
        workbook and the page. None: every listing is set on paper too.

    Raises
    ------
    ExportError
        If no format goes by that ending, or the file cannot be written.
    MissingExtra
        If the format needs the extra ``documents`` and it is not installed.

    Notes
    -----
    The same input gives the same bytes: there is no clock in any file.
    """
    path = Path(path)
    format_of(path)
    report = build_report(analysis, lint=lint, language=language, longest_listing=longest_listing)
    write_built(report, path)


def format_of(path: Path) -> str:
    """Return the format that a path asks for; empty for a folder. Worth asking before a long run.

    Raises
    ------
    ExportError
        If no format goes by the ending.
    """
    ending = path.suffix.lower().removeprefix(".").replace("htm", "html").replace("htmll", "html")
    if not ending or path.is_dir():
        return ""
    if ending not in FORMATS:
        known = ", ".join(f".{name}" for name in FORMATS)
        msg = f"{path}: a report is written as {known}, or into a folder (a name without an ending)"
        raise ExportError(msg)
    return ending


def write_built(report: Report, path: Path) -> None:
    """Write a report that was built, as ``write_report`` does."""
    ending = format_of(path)
    if not ending:
        with whole_folder(path) as folder:
            _fill(report, folder)
        return
    content = render(report, ending)
    if ending == "tex":  # its figures stand beside it
        with _extra_named(ending), whole_folder(path.parent / _FIGURES) as folder:
            _write_figures(report, folder)
    write_whole(path, content)


def render_report(
    analysis: Analysis,
    *,
    lint: Sequence[RecordFinding] = (),
    language: Language = "en",
) -> str:
    """Return the report as the text of an HTML page.

    Parameters
    ----------
    analysis : Analysis
        What ``analyse`` returns.
    lint : sequence of RecordFinding
        What the registry record leaves open.
    language : {"en", "zh"}
        English or Simplified Chinese.
    """
    return render(build_report(analysis, lint=lint, language=language), "html").decode()


def render(report: Report, ending: str) -> bytes:
    """Return the report in one format, as the content of a file.

    Parameters
    ----------
    report : Report
        From ``build_report``.
    ending : str
        One of ``FORMATS``.
    """
    with _extra_named(ending):
        return _writer_of(ending)(report)


def _writer_of(ending: str) -> Callable[[Report], bytes]:
    """Return the writer of a format, with the libraries that it needs."""
    return {
        "html": _html, "docx": _word, "rtf": _rtf, "pdf": _pdf, "tex": _latex, "xlsx": _workbook,
        "json": _numbers,
    }[ending]  # fmt: skip


def _html(report: Report) -> bytes:
    from trialwright.report.html.write import render_html

    return render_html(report.document, report.analysis)


def _word(report: Report) -> bytes:
    from trialwright.report.writers.word import render_word

    return render_word(report.document, report.paper)


def _rtf(report: Report) -> bytes:
    from trialwright.report.writers.rtf import render_rtf

    return render_rtf(report.document, report.paper)


def _pdf(report: Report) -> bytes:
    from trialwright.report.writers.pdf import render_pdf

    return render_pdf(report.document, report.paper)


def _latex(report: Report) -> bytes:
    from trialwright.report.writers.latex import render_latex

    return render_latex(report.document, report.paper).encode()


def _workbook(report: Report) -> bytes:
    from trialwright.report.writers.workbook import render_workbook

    return render_workbook(report.document)


def _numbers(report: Report) -> bytes:
    return render_results(list_results(report.document))


@contextmanager
def _extra_named(ending: str) -> Iterator[None]:
    """Say which extra brings the library that a format needs."""
    try:
        yield
    except ModuleNotFoundError as error:
        name = error.name or ""
        if name.partition(".")[0] not in {"docx", "rtflite", "typst", "lxml"}:
            raise
        msg = f"a .{ending} needs {name}: pip install 'trialwright[documents]'"
        raise MissingExtra(msg) from error


def _fill(report: Report, folder: Path) -> None:
    """Write every format, the numbers as tables, the figures, the registry results, the slides."""
    from trialwright.report.registry import render_registry_results
    from trialwright.report.slides import render_slides

    # The page comes first: it paints every figure, once for all formats.
    write_whole(folder / "report.html", render(report, "html"))
    with ThreadPoolExecutor(max_workers=1) as beside:  # typst works beside Python
        set_as_pdf = beside.submit(render, report, "pdf")
        for ending in ("docx", "rtf", "tex", "xlsx"):
            write_whole(folder / f"report.{ending}", render(report, ending))
        _write_figures(report, folder / _FIGURES)
        write_whole(folder / "report.pdf", set_as_pdf.result())
    results = list_results(report.document)
    write_whole(folder / "results.json", render_results(results))
    write_whole(folder / _RESULTS, results.to_frame().write_csv().encode())
    write_whole(folder / _BY_PATIENT, results.inputs_frame().write_csv().encode())
    slides = render_slides(report.analysis, report.safety, report.document.language)
    write_whole(folder / "safety_board.pdf", slides)
    registry = render_registry_results(report.analysis, report.safety)
    write_whole(folder / "registry_results.json", registry)


def _write_figures(report: Report, folder: Path) -> None:
    from trialwright.report.writers.figure_files import write_figure_files

    folder.mkdir(exist_ok=True)
    write_figure_files(report.document, folder)
