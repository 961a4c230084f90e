"""What a rule says of a patient: the rows that it read, whether it fits, what it cannot be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from trialwright.study.dose_rules_section import DoseRule


class Cited(NamedTuple):
    """A row that a rule read: its table and number, its date, and what it says."""

    table: str
    row: int | None
    day: date
    words: str

    def __str__(self) -> str:
        """Write it with its place."""
        return f"{self.words} ({self.table}{'' if self.row is None else f', row {self.row}'})"


@dataclass(frozen=True, slots=True)
class RuleReading:
    """What one rule says of one event, or of values that are high for a time.

    Parameters
    ----------
    rule_set : str
        Name of the set.
    rule : DoseRule
        The rule.
    inputs : tuple of Cited
        The rows that it read.
    missing : tuple of str
        What the data do not say and the rule needs; empty: the rule fits.
    begun : date
        The first day on which it fits. That day's dose counts as taken.
    down : date or None
        The first day on which the event or the value had come down so far that the drug may be
        given again; none: it had not.
    down_missing : str
        Why that day is not known, where the event is said to be over.
    level_mg : float or None
        The dose last given when it began.
    after_ablation : int or None
        Days since an ablation that explains the value; none: no such one.
    """

    rule_set: str
    rule: DoseRule
    inputs: tuple[Cited, ...]
    missing: tuple[str, ...]
    begun: date
    down: date | None
    down_missing: str
    level_mg: float | None
    after_ablation: int | None = None

    @property
    def fits(self) -> bool:
        """Whether every condition of the rule is met."""
        return not self.missing

    @property
    def name(self) -> str:
        """The set and the number of the rule."""
        return f"{self.rule_set} {self.rule.number}"

    @property
    def what(self) -> str:
        """What it read, in words."""
        return "; ".join(map(str, self.inputs)) or "no row"
