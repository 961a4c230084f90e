"""What became of each patient: everybody is in one place of each step."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from trialwright.analysis.disposition import follow_disposition
from trialwright.dataset import Dataset
from trialwright.endpoints.sets import AnalysisSet, AnalysisSets, Member

DAY = dt.date(2025, 3, 10)


def follow(given_to, ablated, enrolled, treated, ends, dead, *, collected=True):
    """Follow patients; each argument names them, ``ends`` are rows of dispositions."""
    everybody = sorted({*enrolled, *treated, *given_to, "X"})
    frames = {
        "patients": pl.DataFrame({"patient_id": everybody}),
        "doses": pl.DataFrame(
            [{"patient_id": one, "drug": "DRUG", "start_date": DAY, "dose_mg": 1.0}
             for one in given_to]
        ),
        "ablations": pl.DataFrame(
            [{"patient_id": one, "lesion_id": "T1", "ablation_date": DAY, "modality": "RFA",
              "planned": True} for one in ablated]
        ),
        "deaths": pl.DataFrame([{"patient_id": one, "death_date": DAY} for one in dead]),
    }  # fmt: skip
    if collected:
        frames["dispositions"] = pl.DataFrame(ends, infer_schema_length=None)
    sets = tuple(
        AnalysisSet(name, name, "", tuple(sorted(members)), ())
        for name, members in (("enrolled", enrolled), ("safety", treated))
    )
    members = tuple(Member(one, None, None, None) for one in everybody)
    drug = SimpleNamespace(name=SimpleNamespace(value="Drug"))
    analysis = SimpleNamespace(
        dataset=Dataset.create(frames, source="-"),
        sets=AnalysisSets("treated", members, sets),
        study=SimpleNamespace(treatments=(drug,)),
    )
    return {one.patient_id: one for one in follow_disposition(analysis)}


def end(patient, scope, reason="why", drug=None, day=DAY, category=None):
    return {"patient_id": patient, "scope": scope, "drug": drug, "end_date": day,
            "reason": reason, "reason_category": category}  # fmt: skip


def test_a_drug_ends_by_its_own_row_else_with_treatment_else_with_the_study() -> None:
    who = {"A", "B", "C", "D", "E"}
    ends = [
        end("A", "drug", "rash", "drug"), end("A", "treatment", "all over"),
        end("B", "treatment", "all over", category="progression"),
        end("C", "study", "moved away", day=None),
    ]  # fmt: skip
    found = follow(who, {"A"}, who, who, ends, {"E"})
    assert {one: end.reason or end.state for one in who for _, end in found[one].drugs} == {
        "A": "rash", "B": "progression", "C": "moved away", "D": "ongoing",
        "E": "died, no end recorded",
    }  # fmt: skip
    assert found["A"].treatment.reason == "all over"
    assert found["C"].treatment.reason == "moved away"
    assert found["B"].study.state == "ongoing"
    assert found["A"].drugs[0][0] == "Drug"
    assert (found["A"].given, found["B"].given) == ("drug and planned ablation", "drug only")


def test_who_was_screened_only_has_the_reason_of_screening() -> None:
    found = follow(set(), set(), {"A"}, set(), [end("X", "screening", "<b>low platelets</b>")], ())
    assert found["X"].not_enrolled == "<b>low platelets</b>"
    assert (found["X"].treatment, found["X"].study, found["X"].given) == (None, None, None)
    assert (found["A"].not_enrolled, found["A"].treatment) == (None, None)


def test_ends_that_were_not_collected_say_so() -> None:
    found = follow({"A"}, set(), {"A"}, {"A"}, [], {"A"}, collected=False)
    assert found["A"].treatment.state == "ends not collected"
    assert found["X"].not_enrolled == "no reason recorded"


PEOPLE = st.frozensets(st.sampled_from("ABCDEF"))


@given(PEOPLE, PEOPLE, PEOPLE, PEOPLE, st.lists(st.tuples(st.sampled_from("ABCDEF"),
       st.sampled_from(("drug", "treatment", "study", "screening")))))  # fmt: skip
def test_everybody_is_in_one_place_of_each_step(given_to, ablated, more, dead, ends) -> None:
    treated = given_to | ablated
    enrolled = treated | more
    rows = [end(one, scope, drug="Drug" if scope == "drug" else None) for one, scope in ends]
    found = follow(given_to, ablated, enrolled, treated, rows, dead)
    assert {one for one, x in found.items() if x.not_enrolled is None} == enrolled
    assert {one for one, x in found.items() if x.given is not None} == treated
    assert {one for one, x in found.items() if x.treatment is not None} == treated
    assert {one for one, x in found.items() if x.study is not None} == enrolled
    assert {one for one, x in found.items() if x.drugs} == given_to
    assert not any(x.given == "neither" for x in found.values())
