"""``trialwright simulate calibrate``: a scenario that shows published rates, or a wanted one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli import options
from trialwright.cli.simulate import drawn

if TYPE_CHECKING:
    from trialwright.simulate.calibration import Calibration, Search

_TARGETS = """\
Wanted: what was published, or asked for. Its SE: the standard error of that; of a median, of the
share of patients beyond it. Reached: the same in virtual patients of the fitted scenario. Monte
Carlo SE: how far chance in the simulation may move it. Difference / SE: reached less wanted, in
standard errors of what is wanted; beyond 2 or −2 the scenario does not show it. A median that is
seen at the same scan as the wanted one counts as met."""
_FIT = """\
Knobs: the numbers of the scenario that were moved; all others stay.
Open by a factor of 1.5: from the fitted value divided by 1.5 to 1.5 times it, the targets are met
nearly as well; inf: the targets do not tell how large the knob is.
Objective: sum of the squared differences; 0 is a perfect fit.
Condition: how many times more closely the targets hold the knobs where they hold them best than
where they hold them worst; near 1: all alike; inf: some knobs may be exchanged for others freely.
Identified: the targets hold all knobs, alone and together, to within a factor of 2; not
identified: quite other knobs would fit as well, so take theirs as one choice of many.
Settled: the search came to its end; not settled: it ran out of steps, and may be far from it."""


def calibrate(
    source: Annotated[
        str,
        typer.Argument(
            metavar="TARGETS",
            help="File of published targets (TOML), or the name of one that comes with "
            "Trialwright; with --rate a study file or its folder.",
        ),
    ],
    scenario: Annotated[
        str,
        typer.Option(
            "--scenario", "--from", help="Scenario to start from: its name, or a file (TOML)."
        ),
    ],
    rate: Annotated[
        float | None,
        typer.Option("--rate", help="Response rate wanted by the study's rules, such as 0.10."),
    ] = None,
    knobs: Annotated[
        list[str] | None,
        typer.Option("--knob", help="A number to move, by dotted name; repeat for each."),
    ] = None,
    study: Annotated[
        Path | None,
        typer.Option(
            "--study", help="Fit by the rules of this study, not by those the file names."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the fitted scenario here (TOML).")
    ] = None,
    seed: options.Seed = 1,
    patients: Annotated[
        int | None,
        typer.Option("--patients", min=1, help="Virtual patients at each step of the search."),
    ] = None,
    threads: options.Threads = None,
    json: drawn.Json = False,
) -> None:
    """Fit a scenario to published rates and medians, and say how well it fits.

    With --rate: move the shrinkage until so many patients respond by the study's own rules.
    """
    from trialwright.cli.terminal import progress_of
    from trialwright.simulate.calibration import Search
    from trialwright.simulate.many.threads import free_cores

    if rate is not None and (knobs or study is not None):
        msg = (
            "--rate moves the shrinkage alone, by the study named first; leave out --knob, --study"
        )
        raise typer.BadParameter(msg)
    drawn.check_folder_of("--out", out)
    many = 20_000 if rate is None else 60_000
    search = Search(seed=seed, patients=patients or many, threads=threads or free_cores())
    with progress_of(1) as step:
        step("Fitting the scenario (the first time the rules are compiled)")
        if rate is None:
            found = _fit_targets(source, scenario, knobs, study, search)
        else:
            found = _fit_rate(source, scenario, rate, search)
    _print(found, json=json)
    if out is not None:
        _write(found, scenario, out)


def _fit_targets(
    source: str, scenario: str, knobs: list[str] | None, study: Path | None, search: Search
) -> Calibration:
    from trialwright.simulate import calibration, read_scenario

    if options.find_study(Path(source)).name == "study.toml":
        msg = f"{source} is a study; give --rate, or name targets and this study with --study"
        raise typer.BadParameter(msg)
    targets = calibration.read_targets(source)
    setting = None
    if study is not None:
        setting = calibration.setting_of_study(drawn.read_study_at(study), study.as_posix())
    return calibration.calibrate(
        targets,
        read_scenario(scenario),
        setting=setting,
        knobs=knobs or calibration.KNOBS,
        search=search,
    )


def _fit_rate(source: str, scenario: str, rate: float, search: Search) -> Calibration:
    from trialwright.simulate import read_scenario
    from trialwright.simulate.calibration import calibrate_rate

    if not 0 < rate < 1:
        msg = f"must lie between 0 and 1, not {rate:g}; write 10 % as 0.10"
        raise typer.BadParameter(msg, param_hint="--rate")
    _refuse_targets(source)
    study, start = drawn.read_study_at(Path(source)), read_scenario(scenario)
    return calibrate_rate(study, start, rate, name=Path(source).as_posix(), search=search)


def _refuse_targets(source: str) -> None:
    """Refuse targets where a study is needed; what is neither is refused where it is read."""
    from trialwright.errors import StudyError
    from trialwright.simulate.calibration import read_targets

    if Path(source).is_dir():
        return
    try:
        read_targets(source)
    except StudyError:
        return
    msg = (
        f"--rate needs a study, and {source} is a file of targets; name a study file or its "
        "folder, or leave out --rate to fit the targets"
    )
    raise typer.BadParameter(msg)


def _write(found: Calibration, scenario: str, out: Path) -> None:
    from os.path import relpath

    from trialwright.simulate import list_scenarios
    from trialwright.whole import write_whole

    shipped = scenario in list_scenarios()
    inherits = scenario if shipped else Path(relpath(scenario, out.parent)).as_posix()
    write_whole(out, found.to_toml(inherits=inherits).encode())
    typer.echo(f"wrote {out}")


def _print(found: Calibration, *, json: bool) -> None:
    for note in found.notes:
        typer.echo(note, err=True)
    from trialwright.cli.terminal import print_json, print_table

    if json:
        print_json(found.to_dict())
        return
    rows = [
        (
            one.target.estimate,
            f"{one.target.value:.4g}",
            f"{one.reached:.4g}",
            f"{one.target.standard_error:.2g}",
            f"{one.simulation_error:.2g}",
            f"{one.difference:+.2f}",
        )
        for one in found.targets
    ]
    heads = ("target", "wanted", "reached", "its SE", "Monte Carlo SE", "difference / SE")
    print_table(f"{found.title}; setting: {found.setting}", heads, rows)
    moved = [
        (one.name, f"{one.before:.4g}", f"{one.after:.4g}", f"{one.factor:.3g}")
        for one in found.knobs
    ]
    typer.echo(f"{_TARGETS}\n")
    print_table("Knobs", ("knob", "before", "after", "open by a factor of"), moved)
    typer.echo(
        f"objective {found.objective:.3g}, condition {found.condition:.3g}, "
        f"{'identified' if found.identified else 'not identified'}, "
        f"{'settled' if found.settled else 'not settled'}"
    )
    typer.echo(_FIT)
