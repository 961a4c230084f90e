"""Which grade is a laboratory value? CTCAE 4.03, 5.0 and 6.0 as data, one rule for all."""

from __future__ import annotations

from trialwright.safety.ctcae.criteria import VERSIONS, Criteria, Term, read_criteria
from trialwright.safety.ctcae.grade import Grade, LabValue, grade_value
from trialwright.safety.ctcae.many import ManyGrades, ManyValues, grade_many

__all__ = [
    "VERSIONS",
    "Criteria",
    "Grade",
    "LabValue",
    "ManyGrades",
    "ManyValues",
    "Term",
    "grade_many",
    "grade_value",
    "read_criteria",
]
