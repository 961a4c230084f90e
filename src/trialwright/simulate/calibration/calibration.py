"""The result of a calibration: the fitted scenario, each target with its miss, each knob."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from math import isfinite
from typing import TYPE_CHECKING

from trialwright.simulate.calibration.reached import share_error
from trialwright.simulate.calibration.scenario_text import write_scenario_text

if TYPE_CHECKING:
    import polars as pl

    from trialwright.simulate.calibration.target import Target
    from trialwright.simulate.scenario import Scenario

_KNOWN = 10.0  # a knob that is open by more than this factor is not called known


@dataclass(frozen=True, slots=True)
class FittedTarget:
    """A target, and how near the fitted scenario comes.

    Parameters
    ----------
    target : Target
        What was wanted.
    reached : float
        In the unit of the target; ``nan``: a median that is not reached.
    reached_share : float
        The share that was fitted: ``reached`` itself, or the rate at the published median.
    patients : int
        Virtual patients that it was read from; others than those of the search.
    """

    target: Target
    reached: float
    reached_share: float
    patients: int

    @property
    def difference(self) -> float:
        """Reached less wanted share, in standard errors of the target."""
        return (self.reached_share - self.target.share) / self.target.standard_error

    @property
    def simulation_error(self) -> float:
        """Monte Carlo standard error of ``reached_share``."""
        return share_error(self.reached_share, self.patients)


@dataclass(frozen=True, slots=True)
class Knob:
    """A number of the scenario that the search moved.

    Parameters
    ----------
    name : str
        Dotted name.
    before, after : float
        Its value in the scenario at the start and in the fitted one.
    factor : float
        The targets leave it open by this factor either way, at one standard error, when the other
        knobs may follow; ``inf``: they say nothing of it.
    """

    name: str
    before: float
    after: float
    factor: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """A scenario fitted to targets.

    Parameters
    ----------
    scenario : Scenario
        The start with its knobs moved; nothing else of it differs.
    setting : str
        Name of the setting.
    title : str
        Title of the targets.
    targets : tuple of FittedTarget
        In the order they were given.
    knobs : tuple of Knob
        In the order they were given.
    objective : float
        Sum of the squared differences, in standard errors.
    evaluations : int
        How often patients were drawn; those of a bisection (``calibrate_rate``) are not counted.
    condition : float
        Condition number of the weighted Jacobian on the logarithms of the knobs: the best
        determined direction of the knobs over the worst; ``inf``: one is not determined at all.
    identified : bool
        Whether the targets determine every direction of the knobs within a factor of 2.
    settled : bool
        Whether the search ended by itself.
    notes : tuple of str
        What a reader of the fit should know, one sentence each.
    seed, patients : int
        The search can be repeated with these.
    """

    scenario: Scenario
    setting: str
    title: str
    targets: tuple[FittedTarget, ...]
    knobs: tuple[Knob, ...]
    objective: float
    evaluations: int
    condition: float
    identified: bool
    settled: bool
    notes: tuple[str, ...]
    seed: int
    patients: int

    def to_frame(self) -> pl.DataFrame:
        """Return the targets as a table, one row each."""
        import polars as pl

        rows = [
            {
                "estimate": one.target.estimate,
                "wanted": one.target.value,
                "reached": one.reached,
                "wanted_share": one.target.share,
                "reached_share": one.reached_share,
                "standard_error": one.target.standard_error,
                "simulation_error": one.simulation_error,
                "difference": one.difference,
                "source": one.target.source,
            }
            for one in self.targets
        ]
        return pl.DataFrame(rows).with_columns(pl.col(pl.Float64).fill_nan(None))

    def to_dict(self) -> dict[str, object]:
        """Return all but the scenario as plain values, for JSON; what is not a number is None."""
        plain = {
            one.name: getattr(self, one.name)
            for one in fields(self)
            if one.name not in {"scenario", "targets", "knobs"}
        }
        plain["condition"] = self.condition if isfinite(self.condition) else None
        knobs = [
            {**asdict(one), "factor": one.factor if isfinite(one.factor) else None}
            for one in self.knobs
        ]
        return {**plain, "targets": self.to_frame().to_dicts(), "knobs": knobs}

    def to_toml(self, *, inherits: str, title: str = "") -> str:
        """Write a scenario file that inherits the start and changes the knobs.

        Parameters
        ----------
        inherits : str
            What the file inherits: the name of the scenario at the start, or its path as seen
            from the new file.
        title : str
            Title of the new scenario; empty: that of the start, with the targets'.

        Returns
        -------
        str
            TOML; each number has its source.
        """
        where = f"{self.title} in the setting {self.setting}"
        fitted = {
            one.name: (one.after, f"fitted to {where}; {_say_factor(one.factor)}")
            for one in self.knobs
        }
        lines = [
            f"Fitted by trialwright simulate calibrate to: {self.title}.",
            f"Setting {self.setting}, seed {self.seed}, {self.patients} patients a step.",
            f"Objective (sum of squared differences in standard errors): {self.objective:.3g}.",
            *(
                f"{one.target.estimate}: wanted {one.target.value:g}, reached {one.reached:.4g}, "
                f"{one.difference:+.2f} standard errors ({one.target.source})."
                for one in self.targets
            ),
            *(f"{note[0].upper()}{note[1:]}." for note in self.notes),
        ]
        return write_scenario_text(
            lines,
            title or f"{self.scenario.title}, fitted to {self.title}",
            inherits,
            fitted,
            self.scenario.achieved,
            f"simulation of {self.targets[0].patients} patients at the time of the fit",
        )


def _say_factor(factor: float) -> str:
    if factor < _KNOWN:
        return f"known to a factor of {factor:.4g}"
    return "the targets hardly determine it beside the other knobs"
