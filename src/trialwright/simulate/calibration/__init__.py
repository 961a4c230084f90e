"""Fit a scenario to what trials have published, and say how well it fits."""

from __future__ import annotations

from trialwright.simulate.calibration.calibration import Calibration, FittedTarget, Knob
from trialwright.simulate.calibration.fit import KNOBS, calibrate, calibrate_rate
from trialwright.simulate.calibration.search import Search
from trialwright.simulate.calibration.setting import (
    Setting,
    list_settings,
    read_setting,
    setting_of_study,
)
from trialwright.simulate.calibration.target import Target, Targets, list_targets, read_targets

__all__ = [
    "KNOBS",
    "Calibration",
    "FittedTarget",
    "Knob",
    "Search",
    "Setting",
    "Target",
    "Targets",
    "calibrate",
    "calibrate_rate",
    "list_settings",
    "list_targets",
    "read_setting",
    "read_targets",
    "setting_of_study",
]
