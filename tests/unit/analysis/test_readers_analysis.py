"""Several readers and collected calls in an analysis; findings that refuse a patient."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from trialwright.analysis import (
    agreement_frame,
    analyse,
    disagreements_frame,
    keep_chosen,
    read_all_readers,
    read_responses,
    time_points_frame,
)
from trialwright.dataset import Dataset, Finding
from trialwright.errors import DataError, StudyError
from trialwright.report import build_document
from trialwright.simulate import simulate_study

if TYPE_CHECKING:
    from collections.abc import Callable

    from trialwright.analysis import Analysis
    from trialwright.study import Study

CENTRAL = {"response__reader": "central"}


@pytest.fixture(scope="module")
def virtual(crclm_study: Study) -> Dataset:
    return simulate_study(crclm_study, seed=5, patients=14)


@pytest.fixture(scope="module")
def investigated(virtual: Dataset, crclm_study: Study) -> Analysis:
    return analyse(virtual, crclm_study)


@pytest.fixture
def central(crclm_study: Study, settle: Callable[..., Study]) -> Study:
    return settle(crclm_study, **CENTRAL)


def _with(dataset: Dataset, **frames: pl.DataFrame) -> Dataset:
    return Dataset.create({**dataset.frames, **frames}, source=dataset.source)


def _read_by(dataset: Dataset, **factors: float) -> Dataset:
    """Let each reader see the scans, with follow-up sizes of the targets times a factor."""
    baseline = pl.col("visit") == "baseline"
    frames: dict[str, pl.DataFrame] = {}
    for name in ("lesions", "measurements"):
        copies = []
        for reader, factor in factors.items():
            copy = dataset.table(name).with_columns(reader=pl.lit(reader))
            if name == "measurements":
                larger = pl.when(baseline).then(pl.col("diameter_mm"))
                copy = copy.with_columns(
                    diameter_mm=larger.otherwise(pl.col("diameter_mm") * factor)
                )
            copies.append(copy)
        frames[name] = pl.concat(copies)
    return _with(dataset, **frames)


def _responses(analysis: Analysis) -> list[tuple[str, str]]:
    return [(one.patient_id, one.best.response.label) for one in analysis.responses]


@pytest.mark.parametrize(
    "choices",
    [
        {"response__immune_criteria": "iRECIST", "endpoints__criteria": "iRECIST"},
        {"rates__ablation_not_performed": "composite"},
    ],
    ids=["iRECIST", "who was not ablated has not responded"],
)
def test_the_rate_of_a_reader_is_counted_as_the_rate_of_the_trial(
    virtual: Dataset, central: Study, settle: Callable[..., Study], choices: dict[str, str]
) -> None:
    # A first scan that looks like progression ends the reading by RECIST 1.1 alone
    central = settle(central, response__confirmation_required=False)
    read = _read_by(virtual, central_1=0.5, central_2=0.5)
    later = pl.col("scan_date").filter(pl.col("visit") != "baseline").min().over("patient_id")
    early = pl.lit("iRECIST" in choices.values()) & (pl.col("scan_date") == later)
    sizes = pl.when(early).then(pl.col("diameter_mm") * 5).otherwise("diameter_mm")
    grown = read.measurements.with_columns(diameter_mm=sizes)
    # A responder loses the ablation, so that the composite rate is another
    first = analyse(read, central).proportions[0]
    responders = [one.patient_id for one in first.outcomes if one.met]
    ablated = [one for one in responders if one in set(read.ablations["patient_id"])]
    others = pl.col("patient_id") != ablated[0]
    read = _with(read, measurements=grown, ablations=read.ablations.filter(others))
    analysis = analyse(read, settle(central, **choices))
    assert analysis.agreement is not None
    (orr,) = (one for one in analysis.proportions if one.key == "ORR")
    plain = analyse(read, central).proportions[0]
    assert orr.estimate.value != plain.estimate.value  # the choice moves the rate of this trial
    assert {one.estimate.value for one in analysis.agreement.rates} == {orr.estimate.value}


def test_two_readers_who_see_the_same_are_one_reader(
    virtual: Dataset, investigated: Analysis, central: Study
) -> None:
    analysis = analyse(_read_by(virtual, central_1=1.0, central_2=1.0), central)
    assert _responses(analysis) == _responses(investigated)
    assert analysis.agreement is not None
    assert {one.share for one in analysis.agreement.agreements} == {1.0}
    assert {one.reader for one in analysis.readings} == {"central_1"}
    assert analysis.policies == investigated.policies


def test_an_undecided_difference_is_an_error_about_its_patient(
    virtual: Dataset, central: Study
) -> None:
    analysis = analyse(_read_by(virtual, central_1=1.0, central_2=0.5), central)
    undecided = [one.patient_id for one in analysis.readings if one.refused]
    assert undecided
    found = [one for one in analysis.findings if one.rule == "reader.undecided"]
    assert [one.patient for one in found] == undecided
    assert {one.severity for one in found} == {"error"}
    labels = dict(_responses(analysis))
    assert {labels[patient] for patient in undecided} == {"NE"}
    orr = analysis.proportion("ORR")
    assert orr is not None
    assert orr.estimate.n == len(analysis.sets.efficacy)


def test_adjudications_settle_the_differences(
    virtual: Dataset, investigated: Analysis, central: Study
) -> None:
    read = _read_by(virtual, central_1=0.5, central_2=1.0)
    patients = virtual.patients["patient_id"]
    accepted = pl.DataFrame({"patient_id": patients, "accepted_reader": "central_2"})
    analysis = analyse(_with(read, adjudications=accepted), central)
    assert _responses(analysis) == _responses(investigated)
    assert "reader.undecided" not in {one.rule for one in analysis.findings}


def test_each_reader_has_a_response_rate_over_the_same_patients(
    virtual: Dataset, investigated: Analysis, crclm_study: Study
) -> None:
    analysis = analyse(_read_by(virtual, investigator=1.0, central_1=0.5), crclm_study)
    assert _responses(analysis) == _responses(investigated)
    assert analysis.agreement is not None
    first, second = analysis.agreement.rates
    counted = investigated.proportion("ORR")
    assert counted is not None
    assert (first.reader, first.estimate) == ("investigator", counted.estimate)
    assert second.estimate.n == first.estimate.n
    assert second.estimate.successes > first.estimate.successes
    assert analysis.agreement.adjudication is None


def test_a_reader_whom_the_data_lack_stops_the_analysis(virtual: Dataset, central: Study) -> None:
    with pytest.raises(DataError, match="they hold investigator"):
        analyse(_read_by(virtual, investigator=1.0), central)


def test_one_reading_has_neither_agreement_nor_calls(investigated: Analysis) -> None:
    assert investigated.agreement is None
    assert investigated.calls is None
    assert disagreements_frame(None).is_empty()
    assert agreement_frame(()).is_empty()


def test_any_reader_can_be_read(virtual: Dataset, crclm_study: Study) -> None:
    dataset = _read_by(virtual, investigator=1.0, central_1=0.5)
    every = {
        one.reader: [(each.patient_id, each.best) for each in one.responses]
        for one in read_all_readers(dataset, crclm_study)
    }
    assert every["investigator"] != every["central_1"]
    for reader in (None, "investigator", "central_1"):
        read = read_responses(dataset, crclm_study, reader=reader)
        assert [(one.patient_id, one.best) for one in read] == every[reader or "investigator"]
    with pytest.raises(DataError, match="no reading of central reader 2"):
        read_responses(dataset, crclm_study, reader="central_2")


def test_displays_see_the_rows_of_the_reading_that_counts(
    virtual: Dataset, crclm_study: Study
) -> None:
    analysis = analyse(_read_by(virtual, investigator=1.0, central_1=0.5), crclm_study)
    kept = keep_chosen(analysis.dataset, analysis.readings)
    assert kept.measurements["reader"].unique().to_list() == ["investigator"]
    assert kept.measurements.height == virtual.measurements.height
    assert kept.ablations.equals(analysis.dataset.ablations)
    assert kept.patients.equals(analysis.dataset.patients)


def test_the_reader_can_stand_beside_each_time_point(investigated: Analysis) -> None:
    plain = time_points_frame(investigated.responses)
    assert "reader" not in plain.columns
    named = time_points_frame(investigated.responses, readers={"P001": "central_1"})
    assert named.columns[:3] == ["patient_id", "reader", "visit"]
    first = named.filter(pl.col("patient_id") == "P001")["reader"].unique().to_list()
    assert first == ["central_1"]
    assert named.drop("reader").equals(plain)


def _calls(analysis: Analysis, **changes: Any) -> pl.DataFrame:
    """Write our own calls down as if a person had made them."""
    rows = [
        {
            "patient_id": response.patient_id,
            "criteria": "RECIST 1.1",
            "visit": point.visit,
            "target": None if point.target.name == "NONE" else point.target.label,
            "non_target": None if point.non_target.name == "NONE" else point.non_target.label,
            "new_lesion": bool(point.new_lesions),
            "overall": point.overall.label,
            **changes,
        }
        for response in analysis.responses
        for point in response.time_points
    ]
    return pl.DataFrame(rows)


def test_calls_made_by_people_stand_beside_ours_and_change_nothing(
    virtual: Dataset, investigated: Analysis, crclm_study: Study
) -> None:
    same = analyse(_with(virtual, calls=_calls(investigated)), crclm_study)
    assert same.calls is not None
    assert same.calls.compared == same.calls.equal > 0
    assert same.calls.disagreements == ()
    other = _with(virtual, calls=_calls(investigated, target=None, overall="CR"))
    analysis = analyse(other, crclm_study)
    assert _responses(analysis) == _responses(investigated)
    assert analysis.calls is not None
    frame = disagreements_frame(analysis.calls)
    assert frame.height == len(analysis.calls.disagreements) > 0
    assert set(frame["first_call"]) == {"CR"}
    assert "CR" not in set(frame["second_call"])


def _refusing(study: Study, settle: Callable[..., Study], *rules: str) -> Study:
    return settle(study, data__patient_not_evaluable=rules)


def _finding(**parts: Any) -> Finding:
    return Finding(
        **{
            "rule": "target.too_many",
            "severity": "warning",
            "message": "6 target lesions",
            "mend": "choose 5",
            "table": "lesions",
        }
        | parts
    )


def test_a_listed_finding_makes_its_patient_not_evaluable(
    virtual: Dataset, crclm_study: Study, settle: Callable[..., Study]
) -> None:
    found = virtual.with_findings((_finding(patient="P002"), _finding(patient="P003")))
    listed = _refusing(crclm_study, settle, "baseline.missing", "target.too_many")
    analysis = analyse(found, listed)
    response = analysis.response_of("P002")
    assert response.best.response.label == "NE"
    assert response.not_evaluable == "6 target lesions [target.too_many]"
    refused = [one for one in analysis.findings if one.rule == "target.too_many"]
    assert {one.severity for one in refused} == {"error"}
    assert all(one.message.endswith("the patient is not evaluable") for one in refused)
    assert [one.patient_id for one in read_responses(found, listed) if one.not_evaluable] == [
        "P002",
        "P003",
    ]


def test_a_finding_that_is_not_listed_leaves_its_patient_evaluable(
    virtual: Dataset, investigated: Analysis, crclm_study: Study
) -> None:
    found = virtual.with_findings((_finding(patient="P002"),))
    analysis = analyse(found, crclm_study)
    assert _responses(analysis) == _responses(investigated)
    assert [f.severity for f in analysis.findings if f.rule == "target.too_many"] == ["warning"]


def test_a_refused_patient_stays_so_under_every_policy(
    virtual: Dataset, investigated: Analysis, crclm_study: Study, settle: Callable[..., Study]
) -> None:
    ablated = virtual.ablations["patient_id"].unique(maintain_order=True).to_list()
    found = virtual.with_findings((_finding(patients=tuple(ablated)),))
    analysis = analyse(found, _refusing(crclm_study, settle, "target.too_many"))
    assert all(one.changed == () for one in analysis.policies)
    assert any(one.changed for one in investigated.policies)


def test_a_finding_about_another_reader_leaves_the_patient_evaluable(
    virtual: Dataset, investigated: Analysis, crclm_study: Study, settle: Callable[..., Study]
) -> None:
    read = _read_by(virtual, investigator=1.0, central_1=1.0)
    found = read.with_findings((_finding(patient="P002", reader="central_1"),))
    listed = _refusing(crclm_study, settle, "target.too_many")
    analysis = analyse(found, listed)
    assert _responses(analysis) == _responses(investigated)
    assert [f.severity for f in analysis.findings if f.rule == "target.too_many"] == ["warning"]
    central = read_responses(found, listed, reader="central_1")
    assert [one.patient_id for one in central if one.not_evaluable] == ["P002"]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("target.too_much", "did you mean target.too_many"),
        ("measurement.negative", "no check of the lesions"),
    ],
)
def test_a_check_that_cannot_be_set_is_refused_with_its_neighbour(
    virtual: Dataset, crclm_study: Study, settle: Callable[..., Study], name: str, hint: str
) -> None:
    with pytest.raises(StudyError, match=hint) as refused:
        read_responses(virtual, _refusing(crclm_study, settle, name))
    assert str(refused.value).startswith(f"data.patient_not_evaluable: {name} is no check")


def test_the_report_shows_readers_and_calls(
    virtual: Dataset, investigated: Analysis, central: Study
) -> None:
    alone = build_document(investigated)
    numbers = {table.number for table in alone.tables}
    assert not {"14.2.9", "14.2.9.1", "14.2.10", "16.2.6.8", "16.2.6.9", "16.2.6.10"} & numbers
    dataset = _read_by(virtual, central_1=1.0, central_2=0.5)
    calls = _calls(investigated, overall="SD", reader="central_1", target=None)
    document = build_document(analyse(_with(dataset, calls=calls), central))
    titles = {table.number: table.title for table in document.tables}
    assert titles["14.2.9"].startswith("Readers: whose reading counts, and how they agree")
    assert titles["14.2.9.1"] == "Objective response rate by each reader alone"
    assert titles["14.2.10"].startswith("Calls of response as collected")
    assert titles["16.2.6.9"] == "Where two readers differ"
    assert document.table("16.2.6.9").rows
    headings = [row.label for row in document.table("14.2.10").rows if not row.cells]
    assert any(words.endswith("by what explains them") for words in headings)
    reasons = [row.cells[1].text for row in document.table("16.2.6.8").rows]
    assert reasons
    assert all("nobody adjudicated" in why for why in reasons)


def test_readings_keep_the_order_of_the_patients(virtual: Dataset, crclm_study: Study) -> None:
    backwards = _with(virtual, patients=virtual.patients.reverse())
    chosen = read_responses(replace(backwards, findings=()), crclm_study)
    assert [one.patient_id for one in chosen] == backwards.patients["patient_id"].to_list()
