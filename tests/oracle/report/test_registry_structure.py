"""Our results section against real records of the registry: keys, nesting, types, words.

The structure is derived from the records themselves. A key that none of the three happens to use
is listed below with its type, from the registry's own documentation.

Source of ``DOCUMENTED`` and ``ENUMERATIONS``: ClinicalTrials.gov, study data structure and
migration guide of API version 2 (2024).
"""

from __future__ import annotations

import json
from collections import defaultdict

import pytest

from trialwright.analysis import analyse
from trialwright.analysis.safety import analyse_safety
from trialwright.report.registry import build_registry_results
from trialwright.report.registry.adverse_events import ORGAN_SYSTEMS
from trialwright.report.registry.gaps import list_gaps
from trialwright.report.registry.limits import find_overlong
from trialwright.simulate import simulate_study

pytestmark = pytest.mark.shared

ONE_GROUP = ("ctrdata_NCT03275402", "aact_NCT05594173")
EVERY = (*ONE_GROUP, "ctrdata_NCT00567567")
_RESULTS = "resultsSection"
_MEASURE = f"{_RESULTS}.outcomeMeasuresModule.outcomeMeasures[]"
_BASELINE = f"{_RESULTS}.baselineCharacteristicsModule"
_FLOW = f"{_RESULTS}.participantFlowModule"
DOCUMENTED = {
    f"{_FLOW}.preAssignmentDetails": str,
    f"{_FLOW}.periods[].milestones[].comment": str,
    f"{_BASELINE}.populationDescription": str,
    f"{_BASELINE}.measures[].description": str,
    f"{_BASELINE}.measures[].populationDescription": str,
    f"{_BASELINE}.measures[].denoms[].units": str,
    f"{_BASELINE}.measures[].denoms[].counts[].groupId": str,
    f"{_BASELINE}.measures[].denoms[].counts[].value": str,
    f"{_BASELINE}.measures[].classes[].categories[].measurements[].comment": str,
    f"{_MEASURE}.classes[].categories[].measurements[].comment": str,
    f"{_MEASURE}.analyses[].nonInferiorityComment": str,
    f"{_MEASURE}.analyses[].pValueComment": str,
    f"{_MEASURE}.analyses[].estimateComment": str,
}
ENUMERATIONS = {
    f"{_BASELINE}.measures[].paramType": {
        "GEOMETRIC_MEAN", "GEOMETRIC_LEAST_SQUARES_MEAN", "LEAST_SQUARES_MEAN", "LOG_MEAN", "MEAN",
        "MEDIAN", "NUMBER", "COUNT_OF_PARTICIPANTS", "COUNT_OF_UNITS",
    },
    f"{_BASELINE}.measures[].dispersionType": {
        "NA", "STANDARD_DEVIATION", "STANDARD_ERROR", "INTER_QUARTILE_RANGE", "FULL_RANGE",
        "CONFIDENCE_80", "CONFIDENCE_90", "CONFIDENCE_95", "CONFIDENCE_975", "CONFIDENCE_99",
        "CONFIDENCE_OTHER", "GEOMETRIC_COEFFICIENT",
    },
    f"{_MEASURE}.type": {"PRIMARY", "SECONDARY", "OTHER_PRE_SPECIFIED", "POST_HOC"},
    f"{_MEASURE}.reportingStatus": {"NOT_POSTED", "POSTED"},
    f"{_MEASURE}.dispersionType": {
        "Not Applicable", "Standard Deviation", "Standard Error", "Inter-Quartile Range",
        "Full Range", "99% Confidence Interval", "97.5% Confidence Interval",
        "95% Confidence Interval", "90% Confidence Interval", "80% Confidence Interval",
        "Other Confidence Interval Level", "Geometric Coefficient of Variation",
    },
    f"{_MEASURE}.analyses[].ciNumSides": {"ONE_SIDED", "TWO_SIDED"},
    f"{_MEASURE}.analyses[].nonInferiorityType": {
        "SUPERIORITY", "NON_INFERIORITY", "EQUIVALENCE", "OTHER", "NON_INFERIORITY_OR_EQUIVALENCE",
        "SUPERIORITY_OR_OTHER", "NON_INFERIORITY_OR_EQUIVALENCE_LEGACY",
        "SUPERIORITY_OR_OTHER_LEGACY",
    },
    f"{_RESULTS}.adverseEventsModule.seriousEvents[].organSystem": set(ORGAN_SYSTEMS),
    f"{_RESULTS}.adverseEventsModule.otherEvents[].organSystem": set(ORGAN_SYSTEMS),
}  # fmt: skip
ENUMERATIONS[f"{_MEASURE}.paramType"] = ENUMERATIONS[f"{_BASELINE}.measures[].paramType"]


def walk(value, path=""):
    """Yield (path, value) of every leaf; a list adds [] to the path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from walk(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner, f"{path}[]")
    else:
        yield path, value


def kinds(*records):
    found = defaultdict(set)
    for record in records:
        for path, value in walk(record):
            found[path].add(type(value))
    return found


@pytest.fixture(scope="module")
def real(shared):
    folder = shared / "data" / "registry"
    return {name: json.loads((folder / f"{name}.json").read_text("utf-8")) for name in EVERY}


@pytest.fixture(scope="module")
def trial(crclm_study):
    data = simulate_study(crclm_study, seed=1, trial=14, patients=45)
    return analyse(data, crclm_study), analyse_safety(data, crclm_study)


@pytest.fixture(scope="module")
def ours(trial):
    return build_registry_results(*trial)


def test_every_key_of_ours_is_in_a_real_record_with_the_same_type(real, ours):
    known = kinds(*real.values())
    for path, types in kinds(ours).items():
        assert types <= known.get(path, set()) | {DOCUMENTED.get(path)}, path


def test_the_documented_keys_are_those_that_the_real_records_lack(real):
    """A key that a record does have is held to the record, not to the list."""
    assert not DOCUMENTED.keys() & kinds(*real.values()).keys()


def test_every_key_of_all_records_with_one_group_is_in_ours_or_a_gap(real, ours, trial):
    titles = {one["title"] for one in _measures(ours)}
    gaps = [gap.path for gap in list_gaps(*trial)]
    missing = set()
    for one in ONE_GROUP:
        for measure in list(_measures(real[one])):
            if measure["title"] in titles:
                continue
            missing.add(measure["title"])
    common = {"Race (NIH/OMB)", "Region of Enrollment", "Ethnicity (NIH/OMB)"}
    assert missing - {"Age, Categorical"} == common  # ours has the groups of ICH E7 instead
    told = {path.rpartition(".measures.")[2] for path in gaps}
    assert {"Race (NIH/OMB)", "Region of Enrollment"} <= told  # ethnicity stands with race
    shared_keys = set.intersection(
        *(set(kinds({_RESULTS: _without(real[one], missing)})) for one in ONE_GROUP)
    )
    assert len(shared_keys) > 50
    lacking = shared_keys - kinds(ours).keys()
    plain = {path.removeprefix(f"{_RESULTS}.").replace("[]", "") for path in lacking}
    assert plain, "agreements and contact are never ours to write"
    for path in plain:
        # What is asked of serious events is asked of the others in the same way.
        place = path.replace("otherEvents", "seriousEvents")
        assert any(place.startswith(gap) for gap in gaps), path


def _measures(record):
    return record[_RESULTS]["baselineCharacteristicsModule"]["measures"]


def _without(record, titles):
    """Return the results of a record without the baseline measures of these titles."""
    results = json.loads(json.dumps(record[_RESULTS]))
    module = results["baselineCharacteristicsModule"]
    module["measures"] = [one for one in module["measures"] if one["title"] not in titles]
    return results


@pytest.mark.parametrize("name", [*EVERY, "ours"])
def test_words_of_an_enumeration_are_those_of_the_registry(real, ours, name):
    record = ours if name == "ours" else real[name]
    seen = 0
    for path, value in walk(record):
        allowed = ENUMERATIONS.get(path)
        if allowed is not None:
            seen += 1
            assert value in allowed, path
    assert seen > 10


@pytest.mark.parametrize("name", [*EVERY, "ours"])
def test_the_numbers_of_a_record_fit_together(real, ours, name):
    """What holds of each real record holds of ours: the flow adds up, nobody counts twice."""
    results = (ours if name == "ours" else real[name])[_RESULTS]
    for period in results["participantFlowModule"]["periods"]:
        steps = {one["type"]: _by_group(one["achievements"]) for one in period["milestones"]}
        left = defaultdict(int)
        for reason in period["dropWithdraws"]:
            for group, number in _by_group(reason["reasons"]).items():
                left[group] += number
        for group, started in steps["STARTED"].items():
            assert started == steps["COMPLETED"][group] + steps["NOT COMPLETED"][group]
            assert left[group] == steps["NOT COMPLETED"][group]
    events = results["adverseEventsModule"]
    groups = {one["id"]: one for one in events["eventGroups"]}
    for kind in ("serious", "other"):
        for one in events.get(f"{kind}Events", []):
            for stats in one["stats"]:
                total = groups[stats["groupId"]]
                assert stats["numAffected"] <= stats["numEvents"]
                assert stats["numAffected"] <= total[f"{kind}NumAffected"] <= stats["numAtRisk"]


def _by_group(rows):
    return {one["groupId"]: int(one["numSubjects"]) for one in rows}


def test_group_identifiers_are_lettered_as_in_the_real_records(real, ours):
    def letters(record):
        return {path: value[:2] for path, value in walk(record) if path.endswith(("roups[].id",))}

    assert letters(ours) == letters(real["ctrdata_NCT03275402"])


@pytest.mark.parametrize("name", EVERY)
def test_no_real_record_exceeds_our_limits(real, name):
    assert list(find_overlong(real[name])) == []


def test_ours_exceeds_no_limit(ours):
    assert list(find_overlong(ours)) == []
