"""One virtual trial through a full data set and its analysis, and through the rules of many."""

from __future__ import annotations

from trialwright.analysis import analyse
from trialwright.endpoints.endings import Status
from trialwright.simulate.protocol import plan_trial, reading_of
from trialwright.simulate.trial import simulate_trial
from trialwright.simulate.trials.machine import TrialMachine, without_looks

TIMES = {"PFS": "progression_free", "OS": "survival", "TTP": "progression", "DOR": "response"}


def machine_without_looks(study, scenario, counting="study"):
    """Return a machine whose trials enrol everybody."""
    return without_looks(TrialMachine.of(study, scenario, counting))


def through_the_rules(outcome, extra_day, patients):
    """Return what each endpoint says of each patient of one outcome of many."""
    found = {
        "ORR": {_name(i): bool(outcome["responded"][i]) for i in range(patients)},
        "responders": int(outcome["responders"]),
        "controlled": int(outcome["controlled"]),
    }
    for key, field in TIMES.items():
        status = outcome[f"{field}_status"]
        found[key] = {
            _name(i): (int(outcome[field][i]) + extra_day, status[i] == Status.EVENT)
            for i in range(patients)
            if status[i] in (Status.EVENT, Status.CENSORED)
        }
    return found


def through_a_dataset(study, scenario, *, seed, trial, counting="study"):
    """Return the same of a data set of the same trial, from its analysis."""
    data = simulate_trial(scenario, plan_trial(study), reading_of(study), seed=seed, trial=trial)
    analysis = analyse(data, study, counting=counting)
    rates = {one.key: one for one in analysis.proportions}
    found = {
        "ORR": {one.patient_id: one.met for one in rates["ORR"].outcomes},
        "responders": rates["ORR"].estimate.successes,
        "controlled": rates["DCR"].estimate.successes,
    }
    survival = {one.key: one for one in analysis.survival}
    for key in TIMES:
        times = survival[key].times if key in survival else ()
        found[key] = {one.patient_id: (one.days, one.event) for one in times}
    return found


def _name(place):
    return f"P{place + 1:03d}"
