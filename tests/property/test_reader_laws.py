"""Laws of several readers: nobody's reading touches another's, and agreement has no direction."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from math import isnan

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from following import READ
from trialwright.dataset import Dataset
from trialwright.response import (
    Lesion,
    PatientScans,
    Reading,
    Response,
    assess_patient,
    gather_scans,
    recist,
)
from trialwright.response.compare.agreement import cohen_kappa, compare_readers
from trialwright.response.compare.collected_calls import CollectedCall, compare_calls
from trialwright.response.compare.misreadings import MISREADINGS
from trialwright.response.compare.readers import ReaderCalls, choose_readings, read_as
from trialwright.response.compare.targets_seen import follow_targets

START = date(2024, 1, 8)
SIZE = st.sampled_from([0, 4.9, 5, 9, 10, 12, 15, 20, 24, 28.5, 30, 36, 45, 60, None])
COURSE = st.lists(SIZE, min_size=2, max_size=5)
READING = st.lists(COURSE, min_size=1, max_size=3)
CALLS = [one for one in Response if one != Response.NONE]
TABLE = st.dictionaries(
    st.tuples(st.sampled_from(CALLS), st.sampled_from(CALLS)), st.integers(1, 30), max_size=12
)


def rows_of(reader, courses, name="P1"):
    for number, course in enumerate(courses, 1):
        for visit, size in enumerate(course):
            yield {
                "patient_id": name,
                "reader": reader,
                "lesion_id": f"T{number}",
                "visit": f"V{visit}",
                "scan_date": START + timedelta(56 * visit - 7),
                "diameter_mm": None if size is None else float(size),
                "state": "not_evaluable" if size is None else None,
            }


def make_dataset(**readings):
    rows = [row for reader, courses in readings.items() for row in rows_of(reader, courses)]
    measured = pl.DataFrame(rows, infer_schema_length=None)
    lesions = measured.select("patient_id", "reader", "lesion_id").unique(maintain_order=True)
    return Dataset.create(
        {
            "patients": pl.DataFrame({"patient_id": ["P1"], "first_treatment_date": [START]}),
            "lesions": lesions.with_columns(
                role=pl.lit("target"), organ=pl.lit("liver"), lymph_node=pl.lit(value=False)
            ),
            "measurements": measured,
        },
        source="made in a test",
    )


def read_alone(dataset, reader, rules=READ):
    (scans,) = gather_scans(dataset, reader=reader)
    return repr(assess_patient(scans, rules))  # a nan in a sum equals itself in words


@given(READING, READING, READING)
def test_another_readers_rows_never_change_this_readers_nadir(own, other, third):
    alone = make_dataset(investigator=own)
    together = make_dataset(central_1=other, investigator=own, adjudicator=third)
    assert read_alone(together, "investigator") == read_alone(alone, "investigator")


@given(READING, READING, st.sampled_from(["best_response", "best_response_and_progression"]))
def test_a_central_reading_counts_whole_or_not_at_all(first, second, adjudication):
    dataset = make_dataset(central_1=first, central_2=second)
    readings = [read_as(dataset, READ, one) for one in ("central_1", "central_2")]
    for accepted in (None, "central_1", "central_2"):
        (chosen,) = choose_readings(
            readings,
            {} if accepted is None else {"P1": accepted},
            reader="central",
            adjudication=adjudication,
        )
        if chosen.refused is None:
            assert chosen.reader == (accepted or "central_1")
            assert repr(chosen.response) == read_alone(dataset, chosen.reader)
        else:
            assert accepted is None
            assert chosen.differ_in
            assert chosen.response.best.response == Response.NE
            assert chosen.response.time_points == ()


@given(READING, READING)
def test_agreement_has_no_direction(first, second):
    dataset = make_dataset(central_1=first, central_2=second)
    one, other = (read_as(dataset, READ, name) for name in ("central_1", "central_2"))
    for there, back in zip(compare_readers([one, other]), compare_readers([other, one]),
                           strict=True):  # fmt: skip
        assert back.table == {(b, a): count for (a, b), count in there.table.items()}
        assert (back.only_first, back.only_second) == (there.only_second, there.only_first)
        assert repr(back.kappa) == repr(there.kappa)
        assert there.agreed + len(there.discordant) == there.compared
    for same in compare_readers([one, replace(one, reader="again")]):
        assert same.agreed == same.compared
        assert isnan(same.kappa) or same.kappa == 1.0


@given(TABLE)
def test_kappa_is_at_most_the_observed_agreement(table):
    kappa, total = cohen_kappa(table), sum(table.values())
    if not isnan(kappa):
        agreed = sum(count for (a, b), count in table.items() if a == b) / total
        assert -1 - 1e-12 <= kappa <= agreed + 1e-12
        assert (kappa == 1.0) == (agreed == 1.0)


@st.composite
def patients(draw):
    """Draw a patient with nodes, missing targets, non-target and new lesions."""
    visits = draw(st.integers(2, 5))
    lesions, readings = [], []

    def add(name, role, values, node=False, split_from=None):
        lesions.append(Lesion(name, role, "liver", node, split_from=split_from))
        for visit, value in enumerate(draw(st.lists(values, min_size=visits, max_size=visits))):
            if value is not None:
                word = isinstance(value, str)
                readings.append(
                    Reading(
                        name,
                        f"V{visit}",
                        START + timedelta(56 * visit - 7),
                        None if word else float(value),
                        value if word else None,
                    )
                )

    for number in range(draw(st.integers(0, 3))):
        words = st.sampled_from(["absent", "too_small", "not_evaluable"])
        node = draw(st.booleans())
        add(f"T{number}", "target", st.one_of(SIZE, words), node)
        for piece in "ab" if draw(st.booleans()) else "":
            values = st.one_of(SIZE, st.sampled_from(["not_evaluable", None]))
            add(f"T{number}{piece}", "target", values, node, f"T{number}")
    for number in range(draw(st.integers(0, 2))):
        words = st.sampled_from(["present", "absent", "not_evaluable", "unequivocal_progression"])
        add(f"NT{number}", "non_target", words)
    add("N1", "new", st.sampled_from([None, None, None, "present"]))
    return PatientScans("P1", START, tuple(lesions), tuple(readings), reader="investigator")


@given(patients(), st.booleans())
def test_the_comparison_gives_the_rules_what_the_reading_gave_them(scans, persistent):
    response = assess_patient(scans, replace(READ, persistent=persistent))
    seen = follow_targets(response, scans, persistent=persistent)
    for point in response.time_points:
        one = seen[point.visit]
        assert recist.read_targets(one.before, one.targets, persistent)[0] == point.target
        assert one.targets.measured_mm == point.measured_mm


def call_of(point, **changes):
    none = Response.NONE
    parts = {
        "target": None if point.target == none else point.target.label,
        "non_target": None if point.non_target == none else point.non_target.label,
        "new_lesion": bool(point.new_lesions),
        "overall": point.overall.label,
    }
    return CollectedCall("P1", "investigator", point.visit, None, **(parts | changes))


@given(patients(), st.booleans(), st.data())
def test_every_part_that_was_called_is_equal_or_listed(scans, persistent, data):
    response = assess_patient(scans, replace(READ, persistent=persistent))
    reading = ReaderCalls("investigator", (scans,), (response,))
    own = [call_of(point) for point in response.time_points]
    same = compare_calls(own, [reading], persistent=persistent)
    assert (same.equal, same.disagreements) == (same.compared, ())
    label = st.sampled_from([one.label for one in CALLS])
    theirs = [
        call_of(point, target=data.draw(label), overall=data.draw(label))
        for point in response.time_points
    ]
    found = compare_calls(theirs, [reading], persistent=persistent)
    assert found.equal + len(found.disagreements) == found.compared
    assert set(found.kinds) <= set(MISREADINGS)
    parts = Counter(one.part for one in found.disagreements)
    differing = Counter(
        part
        for call, point in zip(theirs, response.time_points, strict=True)
        for part in ("target", "overall")
        if getattr(call, part) != getattr(point, part).label
    )
    assert parts == differing
