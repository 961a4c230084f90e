"""The profile ``admiral`` against the published tables: unit tests of admiralonco, the data set
of pharmaverseadam and the vignettes, every subject and parameter, values and dates.

Oracle: ``shared/cases`` (admiralonco and pharmaverseadam, Apache-2.0). One parameter is not
believed: the published CBCP is N for everyone, because it is derived from a copy made before CBOR
existed (``shared/reference/peers.md`` §0). It is derived here, and the difference is named.
"""

from __future__ import annotations

import math

import pytest

from admiral_cases import (
    CODES,
    TEMPLATE,
    WORDS,
    expected_parameters,
    read_by_admiral,
    read_cases,
    read_subject,
    read_subjects,
    yes_or_no,
)
from trialwright.response import BestRules, Response
from trialwright.response.admiral import (
    best_or_missing,
    clinical_benefit,
    count_until,
    derive_parameters,
    first_response_admiral,
    up_to_progression,
)

pytestmark = pytest.mark.shared

# --- Unit tests of admiralonco: one function of it a case

CASES = {
    "derive_param_bor": 5,
    "derive_param_clinbenefit": 2,
    "derive_param_confirmed_bor": 3,
    "derive_param_confirmed_resp": 3,
    "derive_param_response": 2,
    "filter_pd": 4,
}
FILE = "response_admiralonco_tests"


def cases_of(shared, function):
    found = [case for case in read_cases(shared, FILE) if case["upstream_function"] == function]
    assert len(found) == CASES[function]
    return found


def test_every_upstream_function_is_covered(shared):
    found = [case["upstream_function"] for case in read_cases(shared, FILE)]
    assert {name: found.count(name) for name in found} == CASES


def rules_of(parameters):
    return BestRules(
        interval_days=parameters.get("ref_confirm", 0),
        allowed_not_evaluable=parameters.get("max_nr_ne", 0),
        allowed_stable=int(parameters.get("accept_sd", False)),
        minimum_stable_days=parameters.get("ref_start_window", 0),
    )


def subjects_of(shared, function):
    """Yield each subject of a function's cases, cut at its first PD where the case asks for it."""
    for case in cases_of(shared, function):
        parameters = case["parameters"]
        for row in case["subjects"]:
            subject = read_subject(row)
            cut = parameters["restrict_to_first_pd"]
            day = subject.day_of(row["first_pd_date"]) if cut else math.nan
            count = count_until(subject.days, day)
            yield parameters, subject, subject.responses[:count], subject.days[:count]


def expected_of(subject):
    return subject.row["expected"]["value"], subject.row["expected"]["date"]


@pytest.mark.parametrize("function", ["derive_param_bor", "derive_param_confirmed_bor"])
def test_best_response(shared, function):
    confirm = function == "derive_param_confirmed_bor"
    for parameters, subject, responses, days in subjects_of(shared, function):
        rules, as_ne = rules_of(parameters), parameters["missing_as_ne"]
        best = best_or_missing(responses, days, rules, confirm, as_ne)
        word = "ND" if best.response == Response.NONE and best.visit >= 0 else WORDS[best.response]
        assert (word, subject.date_of(best.visit)) == expected_of(subject), subject


@pytest.mark.parametrize("function", ["derive_param_response", "derive_param_confirmed_resp"])
def test_response(shared, function):
    confirm = function == "derive_param_confirmed_resp"
    for parameters, subject, responses, days in subjects_of(shared, function):
        first = first_response_admiral(responses, days, rules_of(parameters), confirm)
        assert yes_or_no(subject, first) == expected_of(subject), subject


def test_clinical_benefit(shared):
    for parameters, subject, responses, days in subjects_of(shared, "derive_param_clinbenefit"):
        rules = rules_of(parameters)
        non_target_only = "NON-CR/NON-PD" in parameters.get("clinben_vals", CODES)
        first = clinical_benefit(responses, days, rules, False, non_target_only)
        assert yes_or_no(subject, first) == expected_of(subject), subject
        # upstream is handed the date of response; it is the one that follows from the records
        response = first_response_admiral(responses, days, rules, False)
        assert subject.date_of(response) == subject.row["first_response_date"]


def test_assessments_up_to_progression(shared):
    for case in cases_of(shared, "filter_pd"):
        for row in case["subjects"]:
            subject = read_subject(row)
            count = count_until(subject.days, subject.day_of(row["first_pd_date"]))
            assert row["assessments"][:count] == row["expected_kept"]


# --- Whole tables: the published data set and the vignettes

VIGNETTE = TEMPLATE._replace(interval_days=21)  # adrs.Rmd changes the interval
TABLES = {
    "published_pharmaverseadam_onco": (TEMPLATE, 14),
    "recist_admiralonco_vignette_adrs_basic": (TEMPLATE, 9),
    "recist_admiralonco_vignette_adrs": (VIGNETTE, 9),
}


@pytest.mark.parametrize("table", TABLES)
def test_every_parameter_of_a_table(shared, table):
    rules, count = TABLES[table]
    subjects = read_subjects(shared, table)
    assert len(subjects) == count
    differing = {}
    for subject in subjects:
        found = read_by_admiral(subject, rules) | own_examples(subject, rules)
        for name, expected in expected_parameters(subject).items():
            if found[name] != expected:
                differing[subject.name, name] = (found[name], expected)
    assert differing == WRONG_CBCP[table]


# Published N where CBOR is PR: the CBCP defect, and no other difference.
WRONG_CBCP = {
    "published_pharmaverseadam_onco": {
        ("01-701-1118", "CBCP"): (("Y", "2014-04-23"), ("N", None)),
    },
    "recist_admiralonco_vignette_adrs_basic": {
        ("01-701-1118", "CBCP"): (("Y", "2014-04-23"), ("N", None)),
    },
    "recist_admiralonco_vignette_adrs": {
        ("01-701-1115", "CBCP"): (("Y", "2013-01-11"), ("N", None)),
        ("01-701-1118", "CBCP"): (("Y", "2014-04-23"), ("N", None)),
        ("01-701-1133", "CBCP"): (("Y", "2012-11-18"), ("N", None)),
    },
}


def own_examples(subject, rules):
    """Return the two parameters that ``adrs.Rmd`` writes itself to show how it is done.

    A1BOR adds a value NED, which none of its subjects has; ACCB counts a PD after day 42 as
    benefit. Neither is part of the profile.
    """
    found = derive_parameters(subject.responses, subject.days, rules)
    late = found.progression >= 0 and subject.days[found.progression] > rules.minimum_stable_days
    benefit = [found.confirmed_clinical_benefit] + [found.progression] * late
    first = min((one for one in benefit if one >= 0), default=-1)
    return {"A1BOR": read_by_admiral(subject, rules)["BOR"], "ACCB": yes_or_no(subject, first)}


@pytest.mark.parametrize(
    "table", ["published_pharmaverseadam_onco", "recist_admiralonco_vignette_adrs"]
)
def test_records_that_count(shared, table):
    for subject in read_subjects(shared, table):
        used = [i for i, one in enumerate(subject.row["assessments"]) if one["used"]]
        assert up_to_progression(subject.responses, subject.days) == used
