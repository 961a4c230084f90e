"""The lesion grid: every lesion of every patient by itself, the ablated ones apart.

A row a patient; at the left the ablated lesions with what became of the ablation, then the target
lesions that nobody touched, with the best change of each from its baseline, then the others and
the new ones. What shrinks in the middle shrank without a needle: where it does so in a patient
with an ablation, an abscopal effect may be thought of, and so may the drugs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.analysis.lesion_changes import follow_lesions
from trialwright.report.drawing import WIDTH_INCHES, count_letters, shorten_label
from trialwright.report.figures.lesion_cells import BLOCKS, collect_lanes, kinds_in_order
from trialwright.report.figures.marks import paint_rectangles
from trialwright.report.figures.population import efficacy_population
from trialwright.report.model import Figure
from trialwright.report.palette import FAINT, GREY, INK
from trialwright.response.recist import SHRINKAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import polars as pl
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

    from trialwright.analysis import Analysis
    from trialwright.analysis.lesion_changes import LesionCourse
    from trialwright.report.figures.lesion_cells import Block, CellKind, LesionCell, LesionLane

_KEY = "lesion-grid"
_ABLATED, _LISTED = "14.2.6", "16.2.6.1"  # the table of ablated lesions, the listing of all
_TITLE = "Lesion grid: what became of each lesion"
_MOST_ROWS = 45  # patients on a figure, so that each fits a printed page
_ROW, _HEAD, _FOOT, _EDGE = 0.175, 0.52, 0.46, 0.1
_GAP = 0.16  # between blocks, in inches
_WIDEST = 0.62  # of a cell
_MOST_IN_LINE = 7  # kinds of cells in the legend
_MOST_IN_BLOCK = {"ablated": 5, "target": 5, "other": 4, "new": 3}


def draw_lesion_grid(analysis: Analysis, anchors: Mapping[str, str]) -> tuple[Figure, ...]:
    """Draw every lesion of the efficacy set, in several figures for many patients.

    Parameters
    ----------
    analysis : Analysis
        The results.
    anchors : mapping of str to str
        Where the page of each patient is; empty: no links.
    """
    among = efficacy_population(analysis)
    lanes = collect_lanes(follow_lesions(analysis))
    number = _ABLATED if analysis.study.ablation or analysis.ablated else _LISTED
    if not lanes:
        words = "No patient has a lesion on record."
        return (Figure(_KEY, number, _TITLE, words, words, population=among),)
    parts = _split(lanes)
    absent = len(among) - len(lanes)
    return tuple(
        Figure(
            _KEY if len(parts) == 1 else f"{_KEY}-{place}",
            number,
            _TITLE if len(parts) == 1 else f"{_TITLE} ({place} of {len(parts)})",
            _caption(part, absent),
            _describe(part),
            (WIDTH_INCHES, _HEAD + _FOOT + _ROW * max(len(part), 3)),
            _painter(part, anchors),
            _tabulate(part),
            among,
        )
        for place, part in enumerate(parts, 1)
    )


def _split(lanes: Sequence[LesionLane]) -> list[Sequence[LesionLane]]:
    figures = -(-len(lanes) // _MOST_ROWS)
    size = -(-len(lanes) // figures)
    return [lanes[begin : begin + size] for begin in range(0, len(lanes), size)]


def _cells(lanes: Sequence[LesionLane]) -> Iterator[LesionCell]:
    return (cell for lane in lanes for block in BLOCKS for cell in lane.cells.get(block, ()))


def _caption(lanes: Sequence[LesionLane], absent: int) -> str:
    words = [
        (
            f"{len(lanes)} patients, those whose target lesions without ablation shrank most on "
            "top. Numbers: best change of that lesion from its baseline, %, at the scans that "
            "count. Ablated lesions stand apart, because their zone is no tumour: C complete, R "
            "residual tumour, LP local progression, ? not assessed. Non-target lesions: what was "
            "recorded last."
        )
    ]
    shown = {cell.course.touch for cell in _cells(lanes)}
    if "ablated" in shown:
        words.append("A lesion that shrinks without ablation may have met the drugs alone.")
    hidden = sum(_hidden(lane, block) for lane in lanes for block in BLOCKS)
    if hidden:
        words.append(f"+n: further lesions without room ({hidden}); the data hold them.")
    if absent:
        words.append(f"Not drawn: {absent} without a baseline, or without a lesion on record.")
    return " ".join(words)


def _hidden(lane: LesionLane, block: Block) -> int:
    count = len(lane.cells.get(block, ()))
    most = _MOST_IN_BLOCK[block]
    return count - (most - 1) if count > most else 0


def _describe(lanes: Sequence[LesionLane]) -> str:
    def of(block: Block) -> list[LesionCell]:
        return [cell for cell in _cells(lanes) if cell.block == block]

    measured = [cell.course.best_change for cell in of("target")]
    known = [change for change in measured if change is not None]
    fell = sum(change <= -SHRINKAGE for change in known)
    complete = sum(cell.words == "C" for cell in of("ablated"))
    return (
        f"Grid of the lesions of {len(lanes)} patients. Target lesions without ablation: "
        f"{len(known)} measured after baseline, {fell} of them {100 * SHRINKAGE:.0f} % or more "
        f"smaller. Ablated lesions: {len(of('ablated'))}, {complete} completely. New lesions: "
        f"{len(of('new'))}."
    )


def _tabulate(lanes: Sequence[LesionLane]) -> pl.DataFrame:
    """Return a row a lesion and scan that measured it; a row a lesion where none did."""
    import polars as pl

    rows = [
        (cell.course, visit, day, change, cell.kind.words)
        for cell in _cells(lanes)
        for visit, day, change in (cell.course.changes or ((None, None, None),))
    ]
    return pl.DataFrame(
        {
            "patient_id": [one.patient_id for one, *_ in rows],
            "lesion_id": [one.lesion_id for one, *_ in rows],
            "role": [one.role for one, *_ in rows],
            "touch": [one.touch for one, *_ in rows],
            "baseline_mm": [one.baseline_mm for one, *_ in rows],
            "visit": [visit for _, visit, *_ in rows],
            "day_from_first_treatment": [day for _, _, day, *_ in rows],
            "change_percent": [None if one is None else 100 * one for *_, one, _ in rows],
            "best_change_percent": [
                None if one.best_change is None else 100 * one.best_change for one, *_ in rows
            ],
            "size_before_ablation_mm": [
                one.ablated.size_before_mm if one.ablated else None for one, *_ in rows
            ],
            "last_zone_mm": [_last_zone(one) for one, *_ in rows],
            "last_recorded": [one.last_shown for one, *_ in rows],
            "shown_as": [words for *_, words in rows],
        },
        schema_overrides={
            "baseline_mm": pl.Float64,
            "visit": pl.String,
            "day_from_first_treatment": pl.Int64,
            "change_percent": pl.Float64,
            "best_change_percent": pl.Float64,
            "size_before_ablation_mm": pl.Float64,
            "last_zone_mm": pl.Float64,
        },
    )


def _last_zone(course: LesionCourse) -> float | None:
    if course.ablated is None or not course.ablated.zone_sizes_mm:
        return None
    return course.ablated.zone_sizes_mm[-1]


def _painter(lanes: Sequence[LesionLane], anchors: Mapping[str, str]) -> Callable[[Canvas], None]:
    return lambda figure: _paint(figure, lanes, anchors)


def _paint(figure: Canvas, lanes: Sequence[LesionLane], anchors: Mapping[str, str]) -> None:
    height = _HEAD + _FOOT + _ROW * max(len(lanes), 3)
    axes = figure.add_axes((0, 0, 1, 1))  # in inches from the upper left corner
    axes.set(xlim=(0, WIDTH_INCHES), ylim=(height, 0))
    axes.set_axis_off()
    labels = [shorten_label(lane.patient) for lane in lanes]
    left = _EDGE + 0.12 + 0.065 * max(count_letters(label) for label in labels)
    for row, label in enumerate(labels):
        y = _HEAD + _ROW * (row + 0.5)
        axes.text(left - 0.08, y, label, ha="right", va="center", fontsize=6.8)
    counts = {block: _columns(lanes, block) for block in BLOCKS}
    blocks = [block for block in BLOCKS if counts[block]]
    room = WIDTH_INCHES - _EDGE - left - _GAP * (len(blocks) - 1)
    width = min(_WIDEST, room / max(sum(counts.values()), 1))
    for block in blocks:
        end = left + width * counts[block]
        _write_head(axes, block, left, end)
        _paint_block(axes, lanes, block, (left, width, counts[block]), anchors)
        left = end + _GAP
    _add_legend(figure, axes, lanes)


def _columns(lanes: Sequence[LesionLane], block: Block) -> int:
    most = max((len(lane.cells.get(block, ())) for lane in lanes), default=0)
    return min(most, _MOST_IN_BLOCK[block])


def _write_head(axes: Axes, block: Block, left: float, end: float) -> None:
    axes.plot([left, end], [_HEAD - 0.05] * 2, color=GREY, linewidth=0.8)
    words = BLOCKS[block]
    if end - left < 0.07 * len(words):  # a narrow block
        words = words.split(",", maxsplit=1)[0]
    axes.text((left + end) / 2, _HEAD - 0.1, words, ha="center", va="bottom", fontsize=7.5)


def _paint_block(
    axes: Axes,
    lanes: Sequence[LesionLane],
    block: Block,
    place: tuple[float, float, int],
    anchors: Mapping[str, str],
) -> None:
    """Paint the cells of a block, all of one look together, and write in them."""
    left, width, columns = place
    by_kind: dict[CellKind, list[tuple[float, float, str]]] = {}
    for row, lane in enumerate(lanes):
        cells, hidden = lane.cells.get(block, ()), _hidden(lane, block)
        top = _HEAD + _ROW * row
        for column, cell in enumerate(cells[: columns - 1 if hidden else columns]):
            x = left + width * column
            by_kind.setdefault(cell.kind, []).append((x, top, lane.patient))
            axes.figure.text(  # not of the axes, which would work out how to clip it
                x + width / 2, top + _ROW / 2, cell.words, ha="center", va="center",
                fontsize=6.2, color=cell.kind.text, transform=axes.transData,
            )  # fmt: skip
        if hidden:
            axes.text(
                left + width * (columns - 0.5), top + _ROW / 2, f"+{hidden}", ha="center",
                va="center", fontsize=6.2, color=GREY,
            )  # fmt: skip
    for kind, spots in by_kind.items():
        paint_rectangles(
            axes,
            [(x + 0.015, top + 0.015, width - 0.03, _ROW - 0.03) for x, top, _ in spots],
            [anchors.get(patient) for *_, patient in spots],
            facecolor=kind.fill,
            edgecolor=INK if block == "ablated" else FAINT,
            linewidth=0.7 if block == "ablated" else 0.4,
            hatch=kind.hatch,
            zorder=0.9,
        )


def _add_legend(figure: Canvas, axes: Axes, lanes: Sequence[LesionLane]) -> None:
    from matplotlib.patches import Patch

    there = {cell.kind for cell in _cells(lanes)}
    kinds = [kind for kind in kinds_in_order() if kind in there]
    handles = [
        Patch(facecolor=kind.fill, edgecolor=GREY, linewidth=0.5, hatch=kind.hatch,
              label=kind.words)
        for kind in kinds
    ]  # fmt: skip
    rows = 1 if len(kinds) <= _MOST_IN_LINE else 2
    columns = max(1, -(-len(kinds) // rows))
    axes.legend(
        handles=handles, loc="lower left", ncols=columns, handlelength=1.3, columnspacing=1.2,
        bbox_to_anchor=(_EDGE / figure.get_figwidth(), 0.0), borderaxespad=0.2, fontsize=7,
        handleheight=0.9, labelspacing=0.35,
    )  # fmt: skip
