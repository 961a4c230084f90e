"""``trialwright simulate calibrate``: a scenario that shows published rates, or a wanted one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli import options

if TYPE_CHECKING:
    from trialwright.simulate.calibration import Calibration, Search


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
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
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
    from trialwright.study import read_study

    if options.find_study(Path(source)).name == "study.toml":
        msg = f"{source} is a study; give --rate, or name targets and this study with --study"
        raise typer.BadParameter(msg)
    targets = calibration.read_targets(source)
    setting = None
    if study is not None:
        read = read_study(options.find_study(study))
        setting = calibration.setting_of_study(read, study.as_posix())
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
    from trialwright.study import read_study

    if not 0 < rate < 1:
        msg = f"must lie between 0 and 1, not {rate:g}; write 10 % as 0.10"
        raise typer.BadParameter(msg, param_hint="--rate")
    study, start = read_study(options.find_study(Path(source))), read_scenario(scenario)
    return calibrate_rate(study, start, rate, name=Path(source).as_posix(), search=search)


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
    if json:
        from json import dumps

        typer.echo(dumps(found.to_dict(), ensure_ascii=False, indent=2))
        return
    from trialwright.cli.terminal import print_table

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
    print_table("Knobs", ("knob", "before", "after", "open by a factor of"), moved)
    typer.echo(
        f"objective {found.objective:.3g}, condition {found.condition:.3g}, "
        f"{'identified' if found.identified else 'not identified'}, "
        f"{'settled' if found.settled else 'not settled'}"
    )
