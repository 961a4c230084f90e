"""Check the numbers of a scenario that must fit each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trialwright.simulate.scenario_correlations import check_correlations
from trialwright.simulate.scenario_values import near

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trialwright.simulate.scenario_harm import Harm

_ORDERED = (
    ("scans.baseline_latest_days", "scans.baseline_earliest_days"),
    ("ablation.zone_least_mm", "ablation.zone_most_mm"),
    ("ablation.involution_least_per_week", "ablation.involution_most_per_week"),
    ("ablation.abscopal_onset_least_weeks", "ablation.abscopal_onset_most_weeks"),
    ("therapy.delay_least_days", "therapy.delay_most_days"),
    ("lesions.smallest_target_mm", "lesions.largest_mm"),
    ("lesions.smallest_node_mm", "lesions.largest_mm"),
    ("laboratory.baseline_latest_days", "laboratory.baseline_earliest_days"),
)
_BANDS = (  # limits of bands, and a number for each band: one more
    ("ablation.margin_limits_mm", "ablation.local_progression_hazards_per_month"),
    ("ablation.efficacy_size_limits_mm", "ablation.technique_efficacy_probabilities"),
)
_MOST_SHARES = {  # 0, 1, ... lesions: as many as a virtual patient has room for
    "lesions.extrahepatic_target_shares": 4,
    "lesions.non_target_shares": 4,
}


def check_together(values: Mapping[str, Any]) -> list[str]:
    """Return the problems of numbers that contradict each other; absent ones are left out."""
    problems = [
        f"{low} = {values[low]} is more than {high} = {values[high]}; exchange or mend them"
        for low, high in _ORDERED
        if low in values and high in values and values[low] > values[high]
    ]
    for limits, numbers in _BANDS:
        both = limits in values and numbers in values
        if both and not _are_bands(values[limits], values[numbers]):
            problems.append(f"{limits} must ascend, and {numbers} have one entry more")
    for name, most in _MOST_SHARES.items():
        if name in values and len(values[name]) > most:
            problems.append(f"{name} has {len(values[name])} entries; it can have {most} at most")
    return problems + check_correlations(values)


def _are_bands(limits: tuple[float, ...], numbers: tuple[float, ...]) -> bool:
    return list(limits) == sorted(set(limits)) and len(numbers) == len(limits) + 1


def check_harm(harm: Harm) -> list[str]:
    """Return the problems of names that point nowhere and of rules that contradict themselves."""
    tests = {test.test for test in harm.laboratory_tests}
    groups = {model.group for model in (*harm.adverse_events, *harm.ablation_events)}
    problems = _check_events(harm, tests)
    problems += [
        f"laboratory_drug_effects {effect.number}: there is no test {effect.test}"
        + near(effect.test, tests, otherwise="add it to [[laboratory_tests]]")
        for effect in harm.laboratory_drug_effects
        if effect.test not in tests
    ]
    for rule in harm.dose_rules:
        where = f"dose_rules {rule.number}"
        problems += [
            f"{where}: no event has the group {group!r}"
            + near(group, groups, otherwise="name a group of [[adverse_events]]")
            for group in rule.groups
            if group not in groups
        ]
        if rule.least_grade > rule.most_grade:
            problems.append(f"{where}: least_grade is more than most_grade; exchange them")
        if "hold" in rule.action and not 1 <= rule.hold_least_days <= rule.hold_most_days:
            problems.append(f"{where}: a hold needs 1 <= hold_least_days <= hold_most_days")
    return problems + _check_tests(harm)


def _check_events(harm: Harm, tests: Iterable[str]) -> list[str]:
    problems = []
    for section, models in (
        ("adverse_events", harm.adverse_events),
        ("ablation_events", harm.ablation_events),
    ):
        for model in models:
            where = f"{section} {model.number} ({model.term})"
            problems += [
                f"{where}: there is no test {test}"
                + near(test, tests, otherwise="add it to [[laboratory_tests]]")
                for test in model.laboratory
                if test not in tests
            ]
            if len(model.laboratory) != len(model.laboratory_delay_days):
                problems.append(
                    f"{where}: laboratory_delay_days needs an entry for each test of laboratory"
                )
    return problems


def _check_tests(harm: Harm) -> list[str]:
    problems = []
    names = [test.test for test in harm.laboratory_tests]
    for test in harm.laboratory_tests:
        where = f"laboratory_tests {test.number} ({test.test})"
        if test.lower_limit >= test.upper_limit:
            problems.append(f"{where}: lower_limit must be less than upper_limit")
        if any(least > most for least, most in zip(test.peak_least, test.peak_most, strict=True)):
            problems.append(f"{where}: an entry of peak_least is more than that of peak_most")
        if names.count(test.test) > 1:
            problems.append(f"{where}: the name stands twice; rename or remove one")
    return problems
