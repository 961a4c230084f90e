"""One patient read by iRECIST alone, written as a table of lesions by scans."""

from __future__ import annotations

from dataclasses import replace

from trialwright.response import BestRules
from trialwright.response.immune.assess import assess_immune
from trialwright.response.immune.state import ImmuneRules
from written_scans import STRICT, write_scans

BEST = BestRules(
    interval_days=28, allowed_not_evaluable=1, allowed_stable=0, minimum_stable_days=42
)
RULES = replace(STRICT, best=BEST, confirm=False, immune_criteria="iRECIST")
NO_WINDOW = ImmuneRules(earliest_confirmation_days=0)
UNE = "unequivocal_progression"
STILL = (20.0, UNE)  # progressed, and as large as before
T, NT, X = "T1", "N1", "X1"


def write(targets=None, non_targets=None, new=None, **facts):
    return write_scans(targets or {}, non_targets=non_targets, new=new, **facts)


def read(*tables, rules=RULES, immune=NO_WINDOW, **facts):
    return assess_immune(write(*tables, **facts), rules, immune)


def calls(response):
    return [point.overall.label for point in response.time_points]
