"""Sets of dose rules: those that come with Trialwright, and a team's own.

A set is data (the TOML files beside this module, ``[[dose_rules]]`` of a study file); no rule of
this package knows a drug.
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from importlib.resources import files
from typing import TYPE_CHECKING

from trialwright.errors import StudyError
from trialwright.safety.special_interest import plain_term
from trialwright.safety.units import find_analyte, near_analytes
from trialwright.study.dose_rules_section import OwnDoseRules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trialwright.study.dose_rules_section import DoseAction, DoseRule
    from trialwright.study.model import Study

NO_RULES = "none"  # what a treatment names that has no rules
PRESETS = ("regorafenib_label", "toripalimab_label", "toripalimab_chinese_practice")
# Mildest first: of several rules that fit, the most severe action counts.
SEVERITY: tuple[DoseAction, ...] = ("continue", "reduce", "hold", "hold and reduce", "stop")


@dataclass(frozen=True, slots=True)
class DoseRuleSet:
    """The rules of one drug.

    Parameters
    ----------
    name, title, source : str
        What it is called, in the study file and in words, and where it comes from.
    rules : tuple of DoseRule
        In the order of their source.
    groups : mapping of str to tuple of str
        Preferred terms by group; ``*`` stands for any letters.
    immune_groups : tuple of str
        Groups that are immune-related where the data do not say.
    monitoring : str
        What to watch in every patient.
    """

    name: str
    title: str
    source: str
    rules: tuple[DoseRule, ...]
    groups: Mapping[str, tuple[str, ...]]
    immune_groups: tuple[str, ...] = ()
    monitoring: str = ""

    def is_in(self, term: str, groups: Iterable[str]) -> bool:
        """Tell whether a preferred term belongs to one of the groups."""
        return any(matches_term(term, self.groups[group]) for group in groups)


def matches_term(term: str, patterns: Iterable[str]) -> bool:
    """Tell whether a term is one of those listed.

    Parameters
    ----------
    term : str
        A preferred term; capitals and further blanks do not matter.
    patterns : iterable of str
        Terms; ``*`` stands for any letters.

    Examples
    --------
    >>> matches_term("Palmar-Plantar Erythrodysesthesia", ["palmar-plantar erythrodys*"])
    True
    """
    return _matches(plain_term(term), tuple(patterns))


@functools.lru_cache(maxsize=4096)  # the rules ask of the same terms in every patient
def _matches(plain: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(plain, plain_term(pattern)) for pattern in patterns)


def read_dose_rules(name: str, study: Study) -> DoseRuleSet | None:
    """Return a set of dose rules by its name.

    Parameters
    ----------
    name : str
        As ``treatments[].dose_rules`` names it; capitals do not matter.
    study : Study
        Whose own sets, ``[[dose_rules]]``, are known too.

    Returns
    -------
    DoseRuleSet or None
        None for ``none``: the drug has no rules.

    Raises
    ------
    StudyError
        If there is no such set, or one of the team's own names a group, a set, a rule or an
        analyte that does not exist; the nearest is named.
    """
    known = dose_rule_sets(study)
    wanted = name.strip().casefold()
    if wanted == NO_RULES:
        return None
    if wanted not in known:
        msg = f"{name!r} is no set of dose rules; {_hint(wanted, [*known, NO_RULES])}"
        raise StudyError(msg)
    return known[wanted]


def dose_rule_sets(study: Study) -> dict[str, DoseRuleSet]:
    """Return every set by its name, those of the study file last; raise ``StudyError`` for a slip.

    See `read_dose_rules`.
    """
    known = dict(preset_dose_rules())
    for own in study.dose_rules:
        if own.name in known or own.name == NO_RULES:
            msg = f"dose_rules: the name {own.name} is taken; give the set another"
            raise StudyError(msg)
        known[own.name] = _build(own, known)
    return known


@functools.cache
def preset_dose_rules() -> Mapping[str, DoseRuleSet]:
    """Return the sets that come with Trialwright, by name."""
    return {name: _build(_read_preset(name), {}) for name in PRESETS}


def _read_preset(name: str) -> OwnDoseRules:
    text = files("trialwright.safety.dosing").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    content = tomllib.loads(text)
    return OwnDoseRules.model_validate({"name": name, "basis": content.pop("source"), **content})


def _build(own: OwnDoseRules, known: Mapping[str, DoseRuleSet]) -> DoseRuleSet:
    base = _find_base(own, known)
    taken_over = () if base is None else base.rules
    _check_known(own, "without", own.without or (), [rule.number for rule in taken_over])
    own_rules = {rule.number: rule for rule in own.rules}
    kept = [rule for rule in taken_over if rule.number not in (own.without or ())]
    rules = [own_rules.pop(rule.number, rule) for rule in kept] + list(own_rules.values())
    groups = ({} if base is None else dict(base.groups)) | (own.groups or {})
    immune = own.immune_groups
    built = DoseRuleSet(
        name=own.name,
        title=own.title,
        source=own.basis,
        rules=tuple(_with_return(rule, rules) for rule in rules),
        groups=groups,
        immune_groups=immune if immune is not None else (base.immune_groups if base else ()),
        monitoring=own.monitoring or (base.monitoring if base else ""),
    )
    _check_words(own, built)
    return built


def _with_return(rule: DoseRule, rules: Iterable[DoseRule]) -> DoseRule:
    """Give a stop that names no return that of the holds of its set: an ablation makes it a hold.

    It is never looser than the lowest bound of a hold of one of its analytes.
    """
    if rule.action != "stop" or rule.above is None or rule.return_at_most is not None:
        return rule
    named = set(rule.analytes or ())
    holds = [one for one in rules if "hold" in one.action and named & set(one.analytes or ())]
    bounds = [bound for one in holds for bound in (one.above, one.return_at_most) if bound]
    return rule.model_copy(update={"return_at_most": min([rule.above, *bounds])})


def _find_base(own: OwnDoseRules, known: Mapping[str, DoseRuleSet]) -> DoseRuleSet | None:
    if own.based_on is None:
        if not own.rules:
            msg = f"dose_rules: {own.name} has no rules; write [[dose_rules.rules]] or based_on"
            raise StudyError(msg)
        return None
    if own.based_on not in known:
        msg = (
            f"dose_rules: {own.name} is based on {own.based_on!r}, which is no set of dose rules; "
            f"{_hint(own.based_on, [*known])}; one that is declared before may be named"
        )
        raise StudyError(msg)
    return known[own.based_on]


def _check_words(own: OwnDoseRules, built: DoseRuleSet) -> None:
    """Refuse groups and analytes that nothing could ever match."""
    _check_known(own, "immune_groups", built.immune_groups, built.groups)
    for rule in built.rules:
        where = f"rule {rule.number}"
        named = (*(rule.groups or ()), *(rule.except_groups or ()))
        _check_known(own, f"{where}, group", named, built.groups)
        _check_analytes(own, where, rule)


def _check_analytes(own: OwnDoseRules, where: str, rule: DoseRule) -> None:
    named = [*(rule.analytes or ()), *(rule.baseline_analytes or ())]
    for name in [*named, rule.with_analyte] if rule.with_analyte else named:
        found = find_analyte(name)
        if found is None or found.name != name:
            near = near_analytes(name) if found is None else (found.name,)
            meant = f"; did you mean {' or '.join(near)}?" if near else ""
            msg = f"dose_rules: {own.name}, {where}: {name!r} is no analyte{meant}"
            raise StudyError(msg)


def _check_known(own: OwnDoseRules, where: str, named: Iterable[str], known: Iterable[str]) -> None:
    allowed = list(known)
    for name in named:
        if name not in allowed:
            msg = f"dose_rules: {own.name}, {where}: {name!r} is not known; {_hint(name, allowed)}"
            raise StudyError(msg)


def _hint(name: str, known: list[str]) -> str:
    close = get_close_matches(name.casefold(), known, n=1)
    if close:
        return f"did you mean {close[0]}?"
    return f"known here: {', '.join(known)}" if known else "none is known here"
