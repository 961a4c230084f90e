"""What ``trialwright design logrank`` shows: tables, JSON, words and pictures of what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trialwright.cli.design.show import Shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.design.log_rank import (
        LogRankDesign,
        LogRankLooks,
        LogRankSearch,
        LogRankSimulation,
        LogRankTrial,
        LogRankTwoStage,
    )

_NOTE = (
    "Chances are those of the normal approximation, simulated ones are marked as such; E is what "
    "the historical curve expects, Z is positive where there are fewer events."
)
_TWO_STAGE_COLUMNS = (
    "n1",
    "t1",
    "stop: Z1 <=",
    "n",
    "active: Z >",
    "duration",
    "EN null",
    "PET null",
    "type I error",
    "power",
    "weight of n",
)
_LOOK_COLUMNS = (
    "look",
    "events",
    "time",
    "entered",
    "active: Z >",
    "at null",
    "at alternative",
)


def show_one_stage(
    design: LogRankDesign, simulated: Sequence[LogRankSimulation], unit: str
) -> Shown:
    """Return what is shown of a one-stage design."""
    from trialwright.report.design.log_rank_panels import log_rank_panels
    from trialwright.report.design.words_log_rank import word_log_rank

    row = design.row()
    rows = [
        ("patients", f"{design.patients}"),
        ("accrual, duration", f"{design.accrual:.4g}, {design.duration:.4g} {unit}"),
        (
            "events expected, null and alternative",
            f"{row['events_null']:.1f}, {row['events_alternative']:.1f}",
        ),
        ("activity if Z is above", f"{design.final_bound:.4f}"),
        ("type I error, power", f"{row['type_1_error']:.4f}, {row['power']:.4f}"),
        *_simulated_rows(simulated, unit),
    ]
    return Shown(
        title=f"One-sample log-rank, one stage: {design.trial}",
        columns=("", "design"),
        rows=rows,
        content={**_asked(design.trial, design.method), **row, "simulated": _told(simulated)},
        words=lambda: word_log_rank(design, simulated, unit=unit),
        panels=lambda: log_rank_panels(design),
        notes=(_NOTE,),
    )


def show_two_stages(
    found: LogRankSearch,
    chosen: LogRankTwoStage,
    simulated: Sequence[LogRankSimulation],
    unit: str,
) -> Shown:
    """Return what is shown of the two-stage designs, one of them in full."""
    from trialwright.report.design.log_rank_panels import log_rank_search_panels
    from trialwright.report.design.words_log_rank import word_log_rank_two_stage

    named = {"optimal": found.optimal, "minimax": found.minimax, "chosen": chosen}
    weighted = found.admissible
    rows = [
        (*_two_stage_cells(one.design), f"{one.from_weight:.3f} to {one.to_weight:.3f}")
        for one in weighted
    ]
    described = [f"{row[0]}: {row[1]}" for row in _simulated_rows(simulated, unit)]
    events = chosen.expected_events(1.0)
    return Shown(
        title=f"One-sample log-rank, two stages: {found.trial}",
        columns=_TWO_STAGE_COLUMNS,
        rows=rows,
        content={
            **_asked(found.trial, found.method),
            **{name: design.row() for name, design in named.items()},
            "admissible": [
                {**one.design.row(), "from_weight": one.from_weight, "to_weight": one.to_weight}
                for one in weighted
            ],
            "one_stage": found.one_stage.row(),
            "simulated": _told(simulated),
        },
        words=lambda: word_log_rank_two_stage(found, chosen, simulated, unit=unit),
        panels=lambda: log_rank_search_panels(found, chosen),
        notes=(
            f"Minimax first, optimal last; one stage needs {found.one_stage.patients} patients.",
            f"Chosen: {chosen}; {events[0]:.1f} events expected at its interim analysis at null.",
            *described,
            _NOTE,
        ),
    )


def _two_stage_cells(design: LogRankTwoStage) -> tuple[str, ...]:
    row = design.row()
    return (
        f"{design.first_stage}",
        f"{design.interim_time:.2f}",
        f"{design.interim_bound:.4f}",
        f"{design.patients}",
        f"{design.final_bound:.4f}",
        f"{design.duration:.2f}",
        f"{row['expected_patients_null']:.2f}",
        f"{row['early_stop_null']:.4f}",
        f"{row['type_1_error']:.4f}",
        f"{row['power']:.4f}",
    )


def show_looks(design: LogRankLooks, simulated: Sequence[LogRankSimulation], unit: str) -> Shown:
    """Return what is shown of a design with several looks."""
    from trialwright.report.design.log_rank_panels import log_rank_panels
    from trialwright.report.design.words_log_rank import word_log_rank_looks

    table = design.to_frame().to_dicts()
    rows = [
        (
            f"{row['look']}",
            f"{row['events']:.1f}",
            f"{row['time']:.2f}",
            f"{row['entered']:.0f}",
            f"{row['critical_value']:.4f}",
            f"{row['crossed_null']:.4f}",
            f"{row['crossed_alternative']:.4f}",
        )
        for row in table
    ]
    null, alternative = (design.characteristics(h) for h in (1.0, design.trial.hazard_ratio))
    reached = (
        f"Type I error {null.probability_declare_active:.4f}, power "
        f"{alternative.probability_declare_active:.4f}; one look needs "
        f"{design.one_stage.patients} patients."
    )
    return Shown(
        title=f"One-sample log-rank, {design.patients} patients, {len(rows)} looks: {design.trial}",
        columns=_LOOK_COLUMNS,
        rows=rows,
        content={
            **_asked(design.trial, design.method),
            "patients": design.patients,
            "looks": table,
            "type_1_error": null.probability_declare_active,
            "power": alternative.probability_declare_active,
            "simulated": _told(simulated),
        },
        words=lambda: word_log_rank_looks(design, simulated, unit=unit),
        panels=lambda: log_rank_panels(design),
        notes=(
            reached,
            *(f"{row[0]}: {row[1]}" for row in _simulated_rows(simulated, unit)),
            _NOTE,
        ),
    )


def _asked(trial: LogRankTrial, method: str) -> dict[str, Any]:
    return {
        "history": str(trial.history),
        "hazard_ratio": trial.hazard_ratio,
        "follow_up": trial.follow_up,
        "restricted": trial.restricted,
        "rate": trial.rate,
        "method": method,
    }


def _told(simulated: Sequence[LogRankSimulation]) -> list[dict[str, Any]]:
    return [row for one in simulated for row in one.to_frame().to_dicts()]


def _simulated_rows(simulated: Sequence[LogRankSimulation], unit: str) -> list[tuple[str, str]]:
    return [
        (
            f"simulated {one.trials} trials at hazard ratio {one.hazard_ratio:.4g}",
            _simulated_cell(one, unit),
        )
        for one in simulated
    ]


def _simulated_cell(one: LogRankSimulation, unit: str) -> str:
    declared = f"active {one.probability_declare_active}"
    if not one.probability_early_stop.value:
        return declared
    return (
        f"{declared}, early stop {one.probability_early_stop}, "
        f"{one.patients.value:.1f} patients, {one.duration.value:.1f} {unit}"
    )
