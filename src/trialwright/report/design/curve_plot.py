"""Chances, and expected patients, against the true rate; and designs by their sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.design.labels import Labels
from trialwright.report.palette import FAINT, GREY, INK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from trialwright.report.design.panels import CurvePanel, FrontierPanel

_LINES = (("#0b4f8a", "-"), ("#b8430a", "--"), ("#17795e", "-."), ("#7d5f97", (0, (1, 1))),
          ("#a8850c", (0, (6, 2, 1, 2))))  # fmt: skip

_NAME_SIZE, _NAME_OFFSET = 7.5, (6.0, 5.0)  # of a design on the frontier, in points
_BEHIND = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.8}


def paint_curves(axes: Axes, panel: CurvePanel) -> None:
    """Paint one line a chance, marks at the hypotheses, expected patients on the right."""
    lines = []
    for number, (name, values) in enumerate(panel.curves.items()):
        colour, dashes = _LINES[number % len(_LINES)]
        lines += axes.plot(panel.rate, values, color=colour, linestyle=dashes, label=name, lw=1.6)
    low, high = min(panel.rate), max(panel.rate)
    axes.set(xlim=(low, high), ylim=(0, 1.02))
    axes.set_xlabel(panel.rate_name.capitalize())
    axes.set_ylabel(panel.value_name.capitalize())
    axes.grid(axis="y")
    for name, rate in panel.marks.items():
        axes.axvline(rate, color=GREY, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0.5)
        axes.text(rate, 1.03, f"{name} = {rate:g}", ha="center", va="bottom", fontsize=7.5,
                  color=GREY)  # fmt: skip
    if len(panel.expected_patients):
        right = axes.twinx()
        lines += right.plot(panel.rate, panel.expected_patients, color=INK, linewidth=1.1,
                            linestyle=(0, (2, 2)), label="expected patients (right)")  # fmt: skip
        right.set_ylabel("Expected patients")
        right.set_ylim(0, 1.1 * max(panel.expected_patients))
        right.spines["right"].set_visible(True)
    axes.legend(handles=lines, loc="lower right", bbox_to_anchor=(1.0, 1.075), borderaxespad=0,
                ncols=len(lines), columnspacing=1.4)  # fmt: skip


def paint_frontier(axes: Axes, panel: FrontierPanel) -> None:
    """Paint a dot a design, the named ones with their names."""
    axes.plot(panel.patients, panel.expected, "o", color=FAINT, markeredgecolor=GREY, markersize=4,
              markeredgewidth=0.6)  # fmt: skip
    named = sorted(panel.named.items(), key=lambda item: item[1])
    axes.plot(
        [p for _, (p, _) in named], [e for _, (_, e) in named], color="#0b4f8a", linewidth=1.1
    )
    axes.plot([p for _, (p, _) in named], [e for _, (_, e) in named], "o", color="#0b4f8a",
              markersize=6)  # fmt: skip
    _leave_room(axes, panel)
    for name, (patients, expected) in _with_room(axes, named):
        axes.annotate(name, (patients, expected), xytext=_NAME_OFFSET, textcoords="offset points",
                      fontsize=_NAME_SIZE, va="bottom", color=INK,
                      bbox=_BEHIND)  # fmt: skip
    axes.set_xlabel("Patients at most")
    axes.set_ylabel(panel.expected_name.capitalize())
    axes.grid(axis="both")


def _with_room(
    axes: Axes, named: Sequence[tuple[str, tuple[float, float]]]
) -> list[tuple[str, tuple[float, float]]]:
    """Return the names that fit: optimal and minimax, and the others where nothing stands yet."""
    labels, shown = Labels(axes, _NAME_SIZE), []
    is_best = [any(word in name for word in ("optimal", "minimax")) for name, _ in named]
    for best, (name, point) in sorted(zip(is_best, named, strict=True), key=lambda one: not one[0]):
        box = labels.box(name, point, _NAME_OFFSET, "left", "bottom")
        if best or labels.is_free(box):
            labels.taken.append(box)
            shown.append((name, point))
    return shown


def _leave_room(axes: Axes, panel: FrontierPanel) -> None:
    """Keep the frontier near its named designs in view: far beyond them nothing is chosen."""
    largest = max(patients for patients, _ in panel.named.values())
    smallest = min(panel.patients)
    right = largest + max(3.0, 0.8 * (largest - smallest))
    shown = [e for p, e in zip(panel.patients, panel.expected, strict=True) if p <= right]
    spread = max(max(shown) - min(shown), 1.0)
    axes.set(
        xlim=(smallest - 0.05 * (right - smallest) - 0.5, right + 0.16 * (right - smallest)),
        ylim=(min(shown) - 0.22 * spread, max(shown) + 0.08 * spread),
    )
