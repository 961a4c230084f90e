"""The list of rules: complete, and with the severities that findings have."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import trialwright.dataset
from trialwright.dataset import ACCEPTABLE, RULES

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
