"""The list of rules: complete, and with the severities that findings have."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import trialwright.dataset
from trialwright.dataset import ACCEPTABLE, RULES, SETTABLE

from . import (
    test_baseline_checks,
    test_contradictions,
    test_course_checks,
    test_date_checks,
    test_event_checks,
    test_lab_checks,
    test_lesion_checks,
    test_measurement_checks,
    test_table_checks,
)

_CASES = (
    *test_baseline_checks.CASES,
    *test_contradictions.CASES,
    *test_course_checks.CASES,
    *test_date_checks.CASES,
    *test_event_checks.CASES,
    *test_lab_checks.CASES,
    *test_lesion_checks.CASES,
    *test_measurement_checks.CASES,
    *test_table_checks.CASES,
)
_TESTED_APART = {
    "ablation.before_enrolment",
    "characteristic.not_a_level",
    "characteristic.not_a_number",
    "characteristic.unit",
    "characteristic.unknown",
    "cut.left_out",
    "date.completed",
    "date.refused",
    "death.censored",
    "column.empty",
    "measurement.after_death",
    "measurement.unit",
    "measurement.unit_all",
    "therapy.may_be_prior",
}
_OF_READERS = ("cell.", "file.", "header.", "row.", "sheet.")
_BY_READERS = {
    "patient.long_number",
    "patient.several_arms",
    "patient.shared_id",
    "column.missing",
    "column.repeated",
    "column.unknown",
    "lesion.node_unknown",
    "measurement.undated",
    "measurement.unnamed",
}
_ROOM = Path(trialwright.dataset.__file__).parent
_ID = re.compile(r"[a-z]+\.[a-z_]+")
_NO_RULES = {"dataset.json"}  # the name of a file
_SEVERITIES = {"error", "warning", "note"}


def _trees():
    for path in sorted(_ROOM.glob("*.py")):
        if path.name != "rule_list.py":
            yield ast.parse(path.read_text(encoding="utf-8"))


def _constants(nodes):
    return [node.value for node in nodes if isinstance(node, ast.Constant)]


def test_the_rules_of_the_room_are_those_of_the_list():
    words = {word for tree in _trees() for word in _constants(ast.walk(tree))}
    used = {word for word in words if isinstance(word, str) and _ID.fullmatch(word)}
    assert used - _NO_RULES == set(RULES)


def test_findings_of_the_readers_have_the_severity_of_the_list():
    seen = set()
    for tree in _trees():
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            words = _constants(call.args)
            rule = next((word for word in words if word in RULES), None)
            if rule and getattr(call.func, "id", "") in {"Finding", "Trouble"}:
                severity = next((word for word in words if word in _SEVERITIES), "error")
                assert severity == RULES[rule].severity, rule
                seen.add(rule)
    assert {"cell.spaces", "column.missing", "table.missing", "sheet.unknown"} <= seen


def test_only_errors_of_single_measurements_are_acceptable():
    assert all(RULES[name].id == name and RULES[name].meaning for name in RULES)
    assert {
        "baseline.target_absent",
        "measurement.blank",
        "measurement.duplicate",
        "measurement.negative",
        "measurement.neither",
        "measurement.repeated",
        "measurement.several_sizes",
        "measurement.target_without_size",
        "measurement.undated",
    } == ACCEPTABLE
    assert all(RULES[name].severity == "error" for name in ACCEPTABLE)


def test_a_study_sets_the_consequence_of_warnings_only():
    assert all(RULES[name].severity == "warning" for name in SETTABLE)
    assert {
        "ablation.unknown_lesion",
        "baseline.missing",
        "baseline.several",
        "baseline.target_not_measured",
        "lesion.organ_changed",
        "measurement.unit",
        "measurement.unknown_lesion",
        "target.not_measurable",
        "target.too_many",
        "target.too_many_in_organ",
        "visit.out_of_order",
    } <= SETTABLE
    assert not SETTABLE & ACCEPTABLE
    assert "measurement.unit_all" not in SETTABLE  # about no patient


def test_every_check_has_a_case():
    found = {expected[0] for _, expected, _ in _CASES if expected}
    checked = {name for name in RULES if not name.startswith(_OF_READERS)} - _BY_READERS
    assert checked - found - _TESTED_APART == set()
