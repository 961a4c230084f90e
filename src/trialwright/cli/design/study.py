"""``trialwright design study.toml``: the design of a study file, judged or chosen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from trialwright.cli.design.show import Json, Plot, ProtocolText, Shown, show
from trialwright.cli.design.simon import choose_design, shown_search

if TYPE_CHECKING:
    from trialwright.design.study_design import JudgedDesign, StudyDesign
    from trialwright.study.model import Study

_COLUMNS = (
    "", "r1/n1 r/n", "p0", "p1", "type I error", "power", "stops early at p0", "expected at p0",
    "expected at p1",
)  # fmt: skip


def study(
    file: Annotated[Path, typer.Argument(metavar="STUDY", help="Study file (TOML).")],
    choose: Annotated[
        str | None,
        typer.Option(
            help="Choose a design for the rates and errors of the file: optimal, minimax, or "
            "'r1/n1 r/n'; needs --out."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Write the study file with the chosen design; may be STUDY itself, whose "
            "comments stay."
        ),
    ] = None,
    json: Json = False,
    plot: Plot = None,
    protocol_text: ProtocolText = False,
) -> None:
    """Judge the design of a study file, or choose one and write it there.

    Prints the exact properties of the design, of those weighed against it, and of the toxicity
    rule with it. Where the file leaves the numbers of patients open, the designs to choose from.
    """
    from trialwright.design.study_design import (
        design_is_open,
        judge_study_design,
        propose_designs,
        settle_design,
    )
    from trialwright.study import read_study, write_study

    if (choose is None) != (out is None):
        msg = "--choose names a design and --out the file that it is written to: give both"
        raise typer.BadParameter(msg)
    planned = read_study(file)
    if choose is not None and out is not None:
        before = planned
        planned = settle_design(planned, choose_design(propose_designs(planned), choose))
        write_study(planned, out)
        typer.echo(f"study file in {out}", err=True)
        for line in _say_replaced(before, planned):
            typer.echo(line, err=True)
    if design_is_open(planned):
        found = propose_designs(planned)
        shown = shown_search(found, found.optimal)
    else:
        shown = _shown(judge_study_design(planned))
    show(shown, json=json, plot=plot, protocol_text=protocol_text)


def _say_replaced(before: Study, after: Study) -> list[str]:
    """Say which settled numbers the chosen design replaced."""
    old, new = before.design, after.design
    return [
        f"  design.{name}: {getattr(old, name).value} replaced by {getattr(new, name).value}"
        for name in type(old).model_fields
        if getattr(old, name).value not in (None, getattr(new, name).value)
    ]


def _shown(found: StudyDesign) -> Shown:
    from trialwright.report.design.study_panels import panels_of_study
    from trialwright.report.design.words_study import say_together, word_study

    notes = [_say_asked(found.chosen)]
    if found.toxicity is not None:
        from trialwright.report.design.words_toxicity import write_bounds

        bounds = write_bounds(found.toxicity.boundaries)
        notes += ["", f"Toxicity stops enrolment with {bounds} patients.", say_together(found)]
    elif found.open_fields:
        notes += ["", f"No toxicity rule yet: {found.open_fields}"]
    return Shown(
        "The design of the study file",
        _COLUMNS,
        [
            _row(one, "chosen" if number == 0 else "considered")
            for number, one in enumerate(found.designs)
        ],
        _content(found),
        lambda: word_study(found),
        lambda: panels_of_study(found),
        notes,
    )


def _say_asked(chosen: JudgedDesign) -> str:
    asked, kind = chosen.asked, chosen.kind
    what = f"it is Simon's {kind} design for these limits" if kind else "a design of one's own"
    error = "keeps" if chosen.keeps_alpha else "EXCEEDS"
    power = "keeps" if chosen.keeps_power else "MISSES"
    return (
        f"Asked for: type I error at most {asked.alpha:g} ({error} it), power at least "
        f"{1 - asked.beta:g} ({power} it); {what}."
    )


def _row(one: JudgedDesign, role: str) -> tuple[str, ...]:
    null, alternative = one.null, one.alternative
    return (
        f"{role}, {one.kind}" if one.kind else role,
        str(one.design),
        f"{one.asked.p0:g}",
        f"{one.asked.p1:g}",
        f"{null.probability_declare_active:.4f}",
        f"{alternative.probability_declare_active:.4f}",
        f"{null.probability_early_stop:.4f}",
        f"{null.expected_patients:.2f}",
        f"{alternative.expected_patients:.2f}",
    )


def _content(found: StudyDesign) -> dict[str, Any]:
    toxicity = found.toxicity
    return {
        "designs": [
            {
                "design": str(one.design),
                "kind": one.kind,
                "basis": one.basis,
                **one.asked._asdict(),
                "type_one_error": one.null.probability_declare_active,
                "power": one.alternative.probability_declare_active,
                "early_stop_p0": one.null.probability_early_stop,
                "early_stop_p1": one.alternative.probability_early_stop,
                "expected_patients_p0": one.null.expected_patients,
                "expected_patients_p1": one.alternative.expected_patients,
                "keeps_alpha": one.keeps_alpha,
                "keeps_power": one.keeps_power,
            }
            for one in found.designs
        ],
        "toxicity": None
        if toxicity is None
        else {
            "limit": toxicity.limit,
            "cut": toxicity.cut,
            "looks": list(toxicity.looks),
            "stop_at_least": list(toxicity.boundaries.stop_at_least),
        },
        "together": [] if found.together is None else found.together.to_frame().to_dicts(),
        "open": found.open_fields,
    }
