"""One call from data to estimates: refusals, accounting, and what it says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from trialwright.analysis import (
    analyse,
    best_response_counts,
    endpoints_frame,
    responses_frame,
    time_points_frame,
    times_frame,
)
from trialwright.dataset import Dataset
from trialwright.errors import DataError, StudyError
from trialwright.simulate import simulate_study
from trialwright.study import Study, read_study

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from pathlib import Path

    from trialwright.analysis import Analysis


@pytest.fixture(scope="module")
def virtual(crclm_study: Study) -> Dataset:
    return simulate_study(crclm_study, seed=3)


@pytest.fixture(scope="module")
def analysis(virtual: Dataset, crclm_study: Study) -> Analysis:
    return analyse(virtual, crclm_study)


def _with(dataset: Dataset, **frames: pl.DataFrame) -> Dataset:
    return Dataset.create({**dataset.frames, **frames}, source=dataset.source)


def test_every_patient_is_counted_once(analysis: Analysis, virtual: Dataset) -> None:
    patients = virtual.patients.height
    assert len(analysis.sets.efficacy) + len(analysis.sets.excluded) == patients
    assert sum(best_response_counts(analysis).values()) == len(analysis.sets.efficacy)
    for key in ("PFS", "OS", "TTP"):
        result = analysis.survival_of(key)
        assert result is not None
        counted = result.events.total() + result.censored.total()
        assert counted == len(analysis.sets.efficacy)


def test_the_response_rate_is_that_of_the_best_responses(analysis: Analysis) -> None:
    result = analysis.proportion("ORR")
    assert result is not None
    counts = {response.label: n for response, n in best_response_counts(analysis).items()}
    assert result.estimate.successes == counts["CR"] + counts["PR"]
    duration = analysis.survival_of("DOR")
    responders = 0 if duration is None else len(duration.times)
    assert responders == result.estimate.successes


def test_a_confirmed_rate_is_never_above_the_unconfirmed(analysis: Analysis) -> None:
    confirmed, other = analysis.proportion("ORR"), analysis.proportion("ORR unconfirmed")
    assert confirmed is not None
    assert other is not None
    assert confirmed.estimate.successes <= other.estimate.successes


def test_the_primary_policy_changes_nobody(analysis: Analysis) -> None:
    primary = [one for one in analysis.policies if one.primary]
    assert [one.policy for one in primary] == ["exclude"]
    assert primary[0].changed == ()
    assert {one.policy for one in analysis.policies} == {
        "exclude", "not_evaluable", "zero", "zone", "carry_forward", "viable",
    }  # fmt: skip


def test_a_policy_that_nobody_measured_for_is_named_and_not_computed(
    virtual: Dataset, crclm_study: Study
) -> None:
    unmeasured = virtual.measurements.with_columns(viable_mm=pl.lit(None, pl.Float64))
    analysis = analyse(_with(virtual, measurements=unmeasured), crclm_study)
    assert "viable" not in {one.policy for one in analysis.policies}
    why = {one.key: one.why for one in analysis.not_computable}
    assert "no viable diameter" in why["ORR viable"]


def test_an_untreated_patient_is_excluded_with_the_reason(
    virtual: Dataset, crclm_study: Study, settle: Callable[..., Study]
) -> None:
    somebody = virtual.patients["patient_id"][0]
    others = {
        name: virtual.table(name).filter(pl.col("patient_id") != somebody)
        for name in ("doses", "ablations")
    }
    without = _with(virtual, **others)
    analysis = analyse(without, crclm_study)
    assert [(m.patient_id, m.excluded) for m in analysis.sets.excluded] == [
        (somebody, "enrolled, never treated")
    ]
    row = responses_frame(analysis).filter(pl.col("patient_id") == somebody)
    assert row["best_response"].item() == "NE"
    assert "no study treatment" in row["reason"].item()
    counted = analyse(without, settle(crclm_study, analysis_sets__efficacy="enrolled",
                                      endpoints__time_origin="enrolment",
                                      endpoints__overall_survival_origin="enrolment"))  # fmt: skip
    assert len(counted.sets.efficacy) == virtual.patients.height


def test_deaths_that_were_not_collected_leave_survival_out(
    virtual: Dataset, crclm_study: Study
) -> None:
    frames = {name: frame for name, frame in virtual.frames.items() if name != "deaths"}
    analysis = analyse(Dataset.create(frames, source="no deaths"), crclm_study)
    assert {one.key for one in analysis.not_computable} >= {"PFS", "OS"}
    assert analysis.survival_of("TTP") is not None
    empty = _with(virtual, deaths=virtual.deaths.clear())
    overall = analyse(empty, crclm_study).survival_of("OS")
    assert overall is not None
    assert overall.events.total() == 0


def test_nobody_enrolled_is_not_computable_rather_than_zero(
    virtual: Dataset, crclm_study: Study
) -> None:
    empty = Dataset.create(
        {name: frame.clear() for name, frame in virtual.frames.items()}, source="empty"
    )
    analysis = analyse(empty, crclm_study)
    assert analysis.proportions == ()
    assert {one.key for one in analysis.not_computable} >= {"ORR", "DCR", "PFS", "OS"}
    assert endpoints_frame(analysis).height == 0


def test_open_fields_are_all_named(root: Path, virtual: Dataset) -> None:
    from trialwright.study import draft_study, read_record

    drafted = draft_study(read_record(root / "examples/crclm/record.txt"))
    with pytest.raises(StudyError) as caught:
        analyse(virtual, drafted)
    for field in ("response.planned_ablation", "response.criteria", "design.kind"):
        assert field in str(caught.value)


def test_errors_in_the_data_are_all_listed_until_accepted(
    virtual: Dataset, crclm_study: Study, settle: Callable[..., Study]
) -> None:
    from trialwright.dataset import check_dataset

    twin = virtual.measurements.filter(pl.col("diameter_mm").is_not_null()).head(2)
    twin = twin.with_columns(pl.col("diameter_mm") + 7)
    spoilt = _with(virtual, measurements=pl.concat([virtual.measurements, twin]))
    spoilt = spoilt.with_findings(check_dataset(spoilt))
    with pytest.raises(DataError) as caught:
        analyse(spoilt, crclm_study)
    assert str(caught.value).count("measurement.duplicate") == 2
    accepted = settle(crclm_study, data__accepted_findings=["measurement.duplicate"])
    patient = twin["patient_id"][0]
    response = analyse(spoilt, accepted).response_of(patient)
    assert response.baseline is not None
    assert response.baseline.sum_mm != response.baseline.sum_mm  # no baseline sum
    assert {point.target.label for point in response.time_points} == {"NE"}


def test_a_baseline_before_the_window_is_reported(
    virtual: Dataset, crclm_study: Study, settle: Callable[..., Study]
) -> None:
    tight = settle(crclm_study, schedule__baseline_window_days=1)
    rules = {finding.rule for finding in analyse(virtual, tight).findings}
    assert "baseline.too_early" in rules
    assert "baseline.too_early" not in {f.rule for f in analyse(virtual, crclm_study).findings}


def test_a_design_beyond_its_error_rates_is_reported(
    virtual: Dataset, crclm_study: Study, settle: Callable[..., Study]
) -> None:
    loose = settle(crclm_study, design__final_bound=3)
    found = [f for f in analyse(virtual, loose).findings if f.rule == "design.error_rates"]
    assert len(found) == 1
    assert "above the stated type I error 0.05" in found[0].message


def test_a_descriptive_study_makes_no_decision(root: Path, virtual: Dataset) -> None:
    study = read_study(root / "examples/tumour-sizes/study.toml")
    assert analyse(virtual, study).stage is None


def test_frames_hold_one_row_a_fact(analysis: Analysis) -> None:
    assert responses_frame(analysis).height == len(analysis.responses)
    scans = sum(len(response.time_points) for response in analysis.responses)
    assert time_points_frame(analysis.responses).height == scans
    times = times_frame(analysis)
    assert times["reason"].null_count() == 0
    counted = times.filter(pl.col("status") != "not counted")
    assert counted.height == sum(len(result.times) for result in analysis.timed)
    assert counted["source"].null_count() == 0
    # every patient of the data has a row of each endpoint that is counted per patient
    patients = set(analysis.dataset.patients["patient_id"])
    for result in analysis.timed:
        if result.counted == "patient":
            rows = times.filter(endpoint=result.key)
            assert (rows.height, set(rows["patient_id"])) == (len(patients), patients)


def test_the_frame_of_endpoints_says_how_every_time_ended(analysis: Analysis) -> None:
    rows = {row["endpoint"]: row for row in endpoints_frame(analysis).iter_rows(named=True)}
    for result in analysis.timed:
        row = rows[result.key]
        ends = ("events", "competing", "censored", "not_counted")
        assert row["n"] == sum(row[name] for name in ends[:3]) == len(result.times)
        assert row["not_counted"] == len(result.no_times)
        counted = [one.split(" ", 1) for one in row["by_reason"].split("; ")]
        assert sum(int(number) for number, _ in counted) == sum(row[name] for name in ends)
    competing = [rows[result.key] for result in analysis.competing]
    assert sum(row["competing"] for row in competing) > 0
    assert all(row["estimate"] is row["measure"] is None for row in competing)


def test_reading_again_in_any_order_gives_the_same_analysis(
    virtual: Dataset, crclm_study: Study, analysis: Analysis
) -> None:
    shuffled = Dataset.create(
        {name: frame.sample(fraction=1, shuffle=True, seed=7) for name, frame in
         virtual.frames.items()},
        source=virtual.source,
    )  # fmt: skip
    again = analyse(shuffled, crclm_study)
    assert endpoints_frame(again).equals(endpoints_frame(analysis))
    assert time_points_frame(again.responses).equals(time_points_frame(analysis.responses))


_DATED = {
    "patients": "enrolment_date",
    "measurements": "scan_date",
    "ablations": "ablation_date",
    "doses": "start_date",
    "therapies": "start_date",
    "deaths": "death_date",
    "dispositions": "end_date",
}


def _cut(dataset: Dataset, day: dt.date) -> Dataset:
    """Leave only what was known on a day, as a data cut does."""
    frames = {
        name: dataset.table(name).filter(pl.col(column) <= day) for name, column in _DATED.items()
    }
    known = frames["patients"]["patient_id"].to_list()
    frames["lesions"] = dataset.lesions.filter(pl.col("patient_id").is_in(known))
    frames["patients"] = frames["patients"].with_columns(
        pl.min_horizontal("last_alive_date", pl.lit(day)).alias("last_alive_date")
    )
    return Dataset.create(frames, source="a data cut")


def test_an_interim_look_waits_for_patients_who_may_still_respond(
    virtual: Dataset, crclm_study: Study
) -> None:
    first_doses = virtual.doses.group_by("patient_id").agg(pl.col("start_date").min())
    tenth = first_doses["start_date"].sort()[9]
    early = analyse(_cut(virtual, tenth), crclm_study)
    assert early.stage is not None
    assert early.stage.first_look.verdict == "too early"
    assert "may still respond" in early.stage.first_look.sentence
    assert [f.rule for f in early.findings if f.rule == "response.pending"]
    late = analyse(virtual, crclm_study)
    assert late.stage is not None
    assert late.stage.first_look.verdict != "too early"
    assert not [f.rule for f in late.findings if f.rule == "response.pending"]


def test_a_treated_patient_without_enrolment_date_is_still_counted(
    virtual: Dataset, crclm_study: Study
) -> None:
    is_third = pl.col("patient_id") == "P003"
    dates = pl.when(is_third).then(None).otherwise("enrolment_date").alias("enrolment_date")
    blank = virtual.patients.with_columns(dates)
    assert analyse(_with(virtual, patients=blank), crclm_study).sets.excluded == ()


def test_the_interval_is_the_one_the_study_names(
    virtual: Dataset, crclm_study: Study, settle: Callable[..., Study]
) -> None:
    methods = set()
    for name in ("clopper_pearson", "wilson"):
        study = settle(crclm_study, statistics__proportion_interval=name)
        result = analyse(virtual, study).proportion("ORR")
        assert result is not None
        methods.add((name, result.estimate.method))
    assert len({method for _, method in methods}) == 2


def test_unplanned_local_treatment_can_end_the_assessment(
    virtual: Dataset, crclm_study: Study, settle: Callable[..., Study]
) -> None:
    unplanned = virtual.ablations.with_columns(pl.lit(False).alias("planned"))
    dataset = _with(virtual, ablations=unplanned)
    study = settle(crclm_study, response__unplanned_local_therapy="censor")
    treated = set(unplanned["patient_id"])
    found = analyse(dataset, study)
    # The ablation comes in the first weeks, before any scan: no response after it counts, and
    # nobody may still respond.
    for one in found.proportions[0].outcomes:
        assert not (one.patient_id in treated and (one.met or one.pending))
    progression = found.survival_of("PFS")
    assert progression is not None
    kinds = {time.patient_id: time.kind for time in progression.times}
    assert {kinds[name] for name in treated} == {"unplanned local therapy"}


@pytest.mark.parametrize("reading", ["censor", "not_evaluable"])
def test_how_the_response_ends_says_nothing_of_the_times(
    virtual: Dataset, crclm_study: Study, settle: Callable[..., Study], reading: str
) -> None:
    """``times.unplanned_local_therapy`` decides alone whether a time ends at the treatment."""
    unplanned = virtual.ablations.with_columns(pl.lit(False).alias("planned"))
    study = settle(
        crclm_study,
        response__unplanned_local_therapy=reading,
        times__unplanned_local_therapy="treatment_policy",
        times__new_anticancer_therapy="composite",
    )
    found = analyse(_with(virtual, ablations=unplanned, therapies=virtual.therapies[:0]), study)
    assert all(one.new_therapy is None for one in found.patients)
    for result in found.timed:
        assert not [one for one in result.times if one.kind == "new anticancer therapy"]
        assert not [one for one in result.times if one.source == "therapies"]


def test_doses_that_were_not_collected_are_refused(virtual: Dataset, crclm_study: Study) -> None:
    frames = {name: frame for name, frame in virtual.frames.items() if name != "doses"}
    with pytest.raises(DataError, match=r"table\.not_collected\.doses"):
        analyse(Dataset.create(frames, source="no doses"), crclm_study)
    stated = frames["patients"].with_columns(first_treatment_date=pl.col("enrolment_date"))
    frames["patients"] = stated
    assert analyse(Dataset.create(frames, source="stated"), crclm_study).sets.excluded == ()


@pytest.mark.parametrize("table", ["ablations", "therapies"])
def test_tables_that_the_study_reads_and_nobody_collected_are_reported(
    virtual: Dataset, crclm_study: Study, table: str
) -> None:
    frames = {name: frame for name, frame in virtual.frames.items() if name != table}
    found = {f.rule for f in analyse(Dataset.create(frames, source="less"), crclm_study).findings}
    assert f"table.not_collected.{table}" in found


def test_only_checks_of_single_values_can_be_accepted(
    virtual: Dataset, crclm_study: Study, settle: Callable[..., Study]
) -> None:
    for rule, hint in (("xyz", "choose from"), ("measurment.blank", "did you mean")):
        study = settle(crclm_study, data__accepted_findings=[rule])
        with pytest.raises(StudyError, match=hint):
            analyse(virtual, study)


def test_therapy_before_the_study_censors_nothing(virtual: Dataset, crclm_study: Study) -> None:
    before = analyse(virtual, crclm_study)
    earlier = virtual.patients.select(
        "patient_id",
        pl.lit("chemotherapy").alias("therapy"),
        (pl.col("enrolment_date") - pl.duration(days=200)).alias("start_date"),
    )
    both = pl.concat([virtual.therapies, earlier], how="diagonal_relaxed")
    after = analyse(_with(virtual, therapies=both), crclm_study)
    assert times_frame(after).equals(times_frame(before))
