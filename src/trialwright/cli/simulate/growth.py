"""``trialwright simulate growth``: growth rates of tumours from the sizes of lesions."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli.simulate import drawn

if TYPE_CHECKING:
    from trialwright.simulate.growth_fit import GrowthFit


class Model(StrEnum):
    """The growth models by the names that the command line uses."""

    STEIN_FOJO = "stein-fojo"
    GENERALISED = "generalised"
    CLARET = "claret"
    WANG = "wang"


def growth(
    sizes: Annotated[
        Path,
        typer.Argument(
            metavar="SIZES",
            help="Workbook of tumour sizes (XLSX), or a CSV with patient, lesion, day or week, "
            "size_mm.",
        ),
    ],
    model: Annotated[Model, typer.Option("--model", help="How one lesion changes.")] = (
        Model.STEIN_FOJO
    ),
    json: drawn.Json = False,
    plot: drawn.Plot = None,
) -> None:
    """Fit growth and shrinkage rates to sizes of lesions, and how they vary between patients.

    Prints the lines of a scenario file too, each with its source.
    """
    from trialwright.cli.terminal import progress_of
    from trialwright.report.simulation.growth_plot import write_growth
    from trialwright.simulate.growth_fit import fit_growth, read_lesion_series

    drawn.check_files(None, plot)
    with progress_of(3) as step:
        step("Reading the sizes")
        series = read_lesion_series(sizes)
        step("Fitting the population")
        fit = fit_growth(series, model=model.value.replace("-", "_"))  # type: ignore[arg-type]
        step("Drawing")
        if plot is not None:
            write_growth(fit, series, plot)
    for note in (*series.notes, *fit.warnings):
        typer.echo(note, err=True)
    if json:
        _print_json(fit)
    else:
        _print_table(fit)


def _print_json(fit: GrowthFit) -> None:
    from dataclasses import asdict

    from trialwright.cli.terminal import print_json

    content = {
        "model": fit.model,
        "source": fit.source,
        "estimates": fit.to_frame().to_dicts(),
        "log_likelihood": fit.log_likelihood,
        "aic": fit.aic,
        "bic": fit.bic,
        "smallest_mm": fit.smallest_mm,
        "counts": asdict(fit.counts),
        "warnings": fit.warnings,
    }
    print_json(content)


def _print_table(fit: GrowthFit) -> None:
    from dataclasses import asdict

    from trialwright.cli.terminal import print_table

    rows = [
        (one.name, one.words, f"{one.value:.4g}", f"{one.low:.4g} to {one.high:.4g}")
        for one in fit.estimates()
    ]
    print_table(f"Growth model {fit.model}", ("name", "meaning", "estimate", "95 % CI"), rows)
    counts = ", ".join(f"{key.replace('_', ' ')} {n:,}" for key, n in asdict(fit.counts).items())
    typer.echo(f"{counts}; too small and absent count as below {fit.smallest_mm:g} mm")
    typer.echo(f"log-likelihood {fit.log_likelihood:.1f}, AIC {fit.aic:.1f}, BIC {fit.bic:.1f}")
    if fit.warnings:
        typer.echo(
            "\nno lines for a scenario: see the warnings; Python's to_scenario_lines() has them"
        )
        return
    typer.echo(f"\n{fit.to_scenario_lines()}", nl=False)
