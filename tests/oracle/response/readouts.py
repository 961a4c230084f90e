"""What the tests of this folder read off a patient, and the rules they read by."""

from __future__ import annotations

from trialwright.response import (
    BestRules,
)

BEST_RULES = BestRules(
    interval_days=28, allowed_not_evaluable=1, allowed_stable=1, minimum_stable_days=49
)


def targets(response):
    return [point.target.name for point in response.time_points]


def overall(response):
    return [point.overall.name for point in response.time_points]
