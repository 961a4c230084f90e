"""``trialwright design three-stages``: three stages that stop for futility."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialwright.cli.design.show import (
    Alpha,
    AlternativeRate,
    Json,
    MostPatients,
    NullRate,
    Plot,
    Power,
    ProtocolText,
    Shown,
    show,
)
from trialwright.cli.design.staged import COLUMNS, Choose, choose_staged, say_proof, staged_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.design.staged.staged_design import StagedDesign
    from trialwright.design.staged.three_stage import ThreeStageSearch
    from trialwright.report.design import Panel, Wording

__all__ = ["Path", "three_stages"]


def three_stages(
    p0: NullRate,
    p1: AlternativeRate,
    alpha: Alpha = 0.05,
    power: Power = 0.80,
    choose: Choose = "optimal",
    most_patients: MostPatients = 100,
    json: Json = False,
    plot: Plot = None,
    protocol_text: ProtocolText = False,
) -> None:
    """Find three-stage designs that stop early for futility, exactly.

    Stop if at most r1 of the first m1 patients respond, or at most r2 of m2; declare activity if
    more than r of all n respond. Bounds are written r1/m1 r2/m2 r/n, of all patients so far.
    """
    from trialwright.design.staged.staged_design import write_bounds
    from trialwright.design.staged.three_stage import find_three_stage_designs

    found = find_three_stage_designs(p0, p1, alpha=alpha, power=power, most_patients=most_patients)
    asked, chosen = found.hypotheses, choose_staged(found.frontier, choose)
    content: dict[str, Any] = {
        **asked._asdict(),
        "most_patients": found.most_patients,
        "proven": found.proven,
        "chosen": write_bounds(chosen.boundaries),
        "designs": found.to_frame().to_dicts(),
    }
    shown = Shown(
        f"Three-stage designs: {p0:g} against {p1:g}, type I error at most {alpha:g}, power at "
        f"least {power:g}",
        COLUMNS,
        [staged_row(one) for one in found.admissible],
        content,
        lambda: _words(found, chosen),
        lambda: _panels(found, chosen),
        (say_proof(3, found.most_patients, proven=found.proven),),
    )
    show(shown, json=json, plot=plot, protocol_text=protocol_text)


def _words(found: ThreeStageSearch, chosen: StagedDesign) -> Wording:
    from trialwright.report.design.words_three_stage import word_three_stage

    return word_three_stage(chosen, found.hypotheses)


def _panels(found: ThreeStageSearch, chosen: StagedDesign) -> Sequence[Panel]:
    from trialwright.report.design.staged_panels import panels_of_frontier

    return panels_of_frontier(found.frontier, chosen, found.hypotheses.p0, found.hypotheses.p1)
