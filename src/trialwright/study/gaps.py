"""List what a runnable study needs and a registry record does not say.

The list is data (``gaps.toml``). A gap closes when the record says it, in a field or in words;
nothing is filled in here.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from trialwright.study.lint import find_words, measures, named_pattern, treatment_texts

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping

    from trialwright.study.record import RegistryRecord

__all__ = ["Gap", "GapRule", "find_gaps", "read_gap_rules"]


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that has to be settled before the study can run.

    Parameters
    ----------
    id : str
        Stable name, such as ``GAP-03-planned-patients``.
    needed : str
        What has to be settled.
    why : str
        What cannot be done without it.
    field : str
        Dotted path in the study file.
    """

    id: str
    needed: str
    why: str
    field: str

    def __str__(self) -> str:
        """Write the gap as one line."""
        return f"{self.field}: {self.needed}. {self.why} [{self.id}]"


@dataclass(frozen=True, slots=True)
class GapRule:
    """A gap, what closes it, which records are asked, and one record of either kind."""

    gap: Gap
    closed_by_field: str | None
    closed_by_words: tuple[re.Pattern[str], ...]
    only_if_treatment: re.Pattern[str] | None
    only_if_endpoints: tuple[str, ...]
    open_record: Mapping[str, str]
    closed_record: Mapping[str, str]


def find_gaps(record: RegistryRecord) -> tuple[Gap, ...]:
    """List the gaps of a record.

    Parameters
    ----------
    record : RegistryRecord
        As read by :func:`trialwright.study.reading.read_record`.

    Returns
    -------
    tuple of Gap
        In the order of ``gaps.toml``. A gap that cannot arise (ablation in a study without
        ablation) is not listed.
    """
    return tuple(
        rule.gap
        for rule in read_gap_rules()
        if _is_asked(rule, record) and not _is_closed(rule, record)
    )


@cache
def read_gap_rules() -> tuple[GapRule, ...]:
    """Read the gaps of ``gaps.toml``."""
    text = files("trialwright.study").joinpath("gaps.toml").read_text(encoding="utf-8")
    return tuple(_gap_rule(entry) for entry in tomllib.loads(text)["gap"])


def _is_asked(rule: GapRule, record: RegistryRecord) -> bool:
    if rule.only_if_treatment and not find_words(rule.only_if_treatment, treatment_texts(record)):
        return False
    return not rule.only_if_endpoints or any(
        measures(outcome, endpoint)
        for _, outcome in record.outcomes()
        for endpoint in rule.only_if_endpoints
    )


def _is_closed(rule: GapRule, record: RegistryRecord) -> bool:
    if rule.closed_by_field:
        return getattr(record, rule.closed_by_field) is not None
    texts = record.texts()
    return all(find_words(pattern, texts) for pattern in rule.closed_by_words)


def _gap_rule(entry: dict[str, Any]) -> GapRule:
    treatment = entry.get("only_if_treatment")
    return GapRule(
        gap=Gap(entry["id"], entry["needed"], entry["why"], entry["field"]),
        closed_by_field=entry.get("closed_by_field"),
        closed_by_words=tuple(named_pattern(text) for text in entry.get("closed_by_words", ())),
        only_if_treatment=named_pattern(treatment) if treatment else None,
        only_if_endpoints=tuple(entry.get("only_if_endpoints", ())),
        open_record=entry["open"],
        closed_record=entry["closed"],
    )
