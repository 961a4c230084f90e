"""One endpoint in every way of counting: what each way gives, and who moves, with both reasons."""

from __future__ import annotations

import polars as pl
import pytest
from ablated_trial import make_ablated
from small_trial import FINDINGS, day, make_dataset, make_study

from trialwright.analysis import analyse, compare_ways
from trialwright.analysis.readings import other_readings, reading_choices
from trialwright.cli.analyse import choose_reading
from trialwright.dataset import Dataset, Finding
from trialwright.endpoints import TIME_ENDPOINTS
from trialwright.errors import DataError, StudyError
from trialwright.study import Study
from trialwright.study.counting import preset_countings
from trialwright.study.vary import vary_study

PRESETS = tuple(preset_countings())
READINGS = ("unconfirmed", "all_disease", "irecist")
TIMES = [one.key for one in TIME_ENDPOINTS]


@pytest.fixture(scope="module")
def dataset():
    return make_dataset().with_findings(FINDINGS)


@pytest.fixture(scope="module")
def study():
    return make_study()


@pytest.fixture(scope="module")
def pfs(dataset, study):
    return compare_ways(dataset, study, "PFS")


def variant(compared, name):
    (found,) = [one for one in compared.variants if one.name == name]
    return found


def moved(compared, name):
    return {one.patient_id: one for one in compared.moved if one.variant == name}


def gap(study, path):
    section, name = path.split(".")
    content = study.model_dump(exclude_none=True)
    content[section][name] = {"origin": "gap", "needed": "ask"}
    return Study.model_validate(content)


def test_a_time_is_counted_in_the_studys_way_then_in_every_other(pfs):
    assert tuple(one.name for one in pfs.variants) == ("study", *PRESETS, *READINGS)
    assert (pfs.key, pfs.unit) == ("PFS", "months")
    for one in pfs.variants:
        assert one.title
        assert one.source


@pytest.mark.parametrize("key", TIMES)
def test_each_way_accounts_for_every_patient(dataset, study, key):
    compared = compare_ways(dataset, study, key)
    counted = {one.n + one.not_counted for one in compared.variants}
    per_lesion = key in ("LTPFS per lesion", "TTLP")
    assert counted == ({1} if per_lesion else {7})  # one lesion was ablated, seven were treated
    for one in compared.variants:
        assert one.events + one.competing + one.censored == one.n, one.name
        assert sum(count for _, count in one.by_kind) == one.n


def test_a_competing_event_has_its_own_number_and_no_median(dataset, study):
    compared = compare_ways(dataset, study, "TTP competing")
    own = variant(compared, "study")
    assert (own.n, own.events, own.competing, own.censored) == (7, 2, 1, 4)
    assert all(one.estimate is None for one in compared.variants)
    assert compared.to_frame()["estimate"].null_count() == len(compared.variants)


@pytest.mark.parametrize("name", PRESETS)
def test_the_numbers_are_those_of_the_whole_analysis(dataset, study, pfs, name):
    result = analyse(dataset, study, counting=name).survival_of("PFS")
    one = variant(pfs, name)
    assert (one.n, one.events, one.censored) == (
        *(len(result.times), result.events.total(), result.censored.total()),
    )
    numbers = [(each.value, each.low, each.high) for each in (one.estimate, result.median)]
    assert numbers[0] == pytest.approx(numbers[1], rel=0, abs=0, nan_ok=True)


@pytest.mark.parametrize("name", PRESETS)
def test_exactly_those_move_whose_time_or_event_differs(dataset, study, pfs, name):
    ours, theirs = (
        {
            one.patient_id: (one.end, one.event)
            for one in analyse(dataset, study, counting=way).survival_of("PFS").times
        }
        for way in ("study", name)
    )
    assert set(moved(pfs, name)) == {one for one in ours if ours[one] != theirs[one]}


def test_who_moves_is_told_with_both_reasons(pfs):
    # CR-1 was on treatment until day 150, and its reason has no category: another reason
    assert set(moved(pfs, "fda_a")) == {"CR-1"}
    one = moved(pfs, "fda_a")["CR-1"]
    assert one.study == f"censored after 169 days, {day(168)}"
    assert one.other == f"censored after 113 days, {day(112)}"
    assert one.study_reason == "censored at the last adequate assessment: no progression"
    assert one.other_reason == (
        "censored at the last assessment of measured lesions before treatment discontinuation "
        f"({day(150)})"
    )
    assert moved(pfs, "ema") == moved(pfs, "record") == {}


def test_the_order_of_patients_and_rows_moves_nobody_else(dataset, study, pfs):
    mixed = Dataset.create(
        {name: frame.reverse() for name, frame in dataset.frames.items()}, source=dataset.source
    ).with_findings(FINDINGS)
    again = compare_ways(mixed, study, "PFS")
    assert set(again.moved) == set(pfs.moved)
    assert again.to_frame().equals(pfs.to_frame())


def test_an_own_way_of_the_team_is_counted_too(dataset, study):
    content = study.model_dump(exclude_none=True) | {
        "countings": [
            {
                "name": "sap",
                "title": "the plan's own",
                "basis": "plan 5.3",
                "based_on": "ema",
                "treatment_discontinuation": "composite",
            }
        ]
    }
    compared = compare_ways(dataset, Study.model_validate(content), "PFS")
    assert tuple(one.name for one in compared.variants)[: len(PRESETS) + 2][-1] == "sap"
    one = moved(compared, "sap")["CR-1"]
    assert one.other == f"event after 151 days, {day(150)}"
    assert variant(compared, "sap").source == "plan 5.3"


def test_a_rate_is_read_in_other_ways_and_not_counted_in_other_times(dataset, study):
    compared = compare_ways(dataset, study, "ORR")
    assert tuple(one.name for one in compared.variants) == ("study", *READINGS)
    assert compared.unit == "proportion"
    for one in compared.variants:
        assert (one.n, one.censored, one.not_counted) == (7, 0, 0)
        assert one.estimate.successes == one.events


def test_a_responder_who_was_not_confirmed_moves(dataset, study):
    # NEW-5 without its new lesion responds once, at the last scan before its death
    lesions = dataset.lesions.filter(pl.col("role") != "new")
    scans = dataset.measurements.filter(
        (pl.col("lesion_id") != "N1")
        & ~((pl.col("patient_id") == "NEW-5") & (pl.col("visit") == "week 16"))
    )
    frames = {**dataset.frames, "lesions": lesions, "measurements": scans}
    once = Dataset.create(frames, source="-").with_findings(FINDINGS)
    compared = compare_ways(once, study, "ORR")
    found = moved(compared, "unconfirmed")
    assert set(found) == {"NEW-5"}
    assert (found["NEW-5"].study, found["NEW-5"].other) == ("no", "yes")
    assert variant(compared, "unconfirmed").events == variant(compared, "study").events + 1


def test_ablated_lesions_in_and_out_of_the_reading(study):
    trial = make_ablated()
    compared = compare_ways(trial, study, "ORR")
    whole = analyse(trial, make_study(response__planned_ablation="zero")).proportion("ORR")
    assert variant(compared, "all_disease").estimate == whole.estimate
    own = analyse(trial, study).proportion("ORR")
    differ = {a.patient_id for a, b in zip(own.outcomes, whole.outcomes, strict=True)
              if a.met != b.met}  # fmt: skip
    assert set(moved(compared, "all_disease")) == differ != set()
    other = compare_ways(trial, make_study(response__planned_ablation="zero"), "ORR")
    assert "all_disease" not in [one.name for one in other.variants]
    assert set(moved(other, "not_ablated")) == differ


def test_irecist_is_no_other_way_where_the_study_counts_by_it(dataset):
    immune = make_study(response__immune_criteria="iRECIST", endpoints__criteria="iRECIST")
    names = [one.name for one in compare_ways(dataset, immune, "PFS").variants]
    assert "irecist" not in names


def test_another_reader_is_another_way(dataset, study):
    def read_by(frame, reader):
        return frame.with_columns(pl.lit(reader).alias("reader"))

    grown = pl.when(pl.col("patient_id") == "SD-3", pl.col("visit") != "baseline")
    central = dataset.measurements.with_columns(
        grown.then(pl.col("diameter_mm") * 2).otherwise("diameter_mm").alias("diameter_mm")
    )
    frames = {
        **dataset.frames,
        "lesions": pl.concat(
            [read_by(dataset.lesions, name) for name in ("investigator", "central_1")]
        ),
        "measurements": pl.concat(
            [read_by(dataset.measurements, "investigator"), read_by(central, "central_1")]
        ),
    }
    compared = compare_ways(Dataset.create(frames, source="-"), study, "PFS")
    assert compared.variants[-1].name == "central_1"
    found = moved(compared, "central_1")
    assert found["SD-3"].other.startswith("event after")
    assert "investigator" not in [one.name for one in compared.variants]


def test_lesions_move_one_by_one(study):
    compared = compare_ways(make_ablated(), study, "LTPFS per lesion")
    assert variant(compared, "study").n == 7  # of eight ablations two are of one lesion
    for one in compared.moved:
        assert one.lesion_id is not None
    assert compared.moved_frame()["lesion_id"].null_count() == 0


def test_a_way_that_asks_for_an_open_field_says_so(dataset, study):
    compared = compare_ways(dataset, gap(study, "schedule.horizon_months"), "PFS")
    record = variant(compared, "record")
    assert "not possible: schedule.horizon_months is still open" in record.title
    assert (record.n, record.not_counted, record.estimate) == (0, 7, None)
    assert moved(compared, "record") == {}
    assert variant(compared, "ema").n == 7


@pytest.mark.parametrize("error", [StudyError, DataError])
def test_a_reading_that_fails_is_told_and_the_others_stand(dataset, study, monkeypatch, error):
    def fails_by_irecist(data, varied, **choices):
        if varied.endpoints.criteria.require() == "iRECIST":
            msg = "no scan to confirm with"
            raise error(msg)
        return analyse(data, varied, **choices)

    monkeypatch.setattr("trialwright.analysis.beside.analyse", fails_by_irecist)
    compared = compare_ways(dataset, study, "PFS")
    immune = variant(compared, "irecist")
    assert immune.title == "calls by iRECIST (not possible: no scan to confirm with)"
    assert (immune.n, immune.not_counted, immune.estimate) == (0, 7, None)
    assert tuple(one.name for one in compared.variants) == ("study", *PRESETS, *READINGS)


def test_the_command_line_and_the_comparison_know_the_same_readings(study):
    known = reading_choices(study)
    for lesions, criteria in (("not_ablated", "study"), ("all_disease", "irecist")):
        asked = choose_reading(study, lesions, criteria)
        fields = known[lesions].fields | (known[criteria].fields if criteria in known else {})
        assert asked == vary_study(study, fields, basis="asked for on the command line")
    assert choose_reading(study, "study", "study") is study
    assert tuple(other_readings(study)) == READINGS
    assert set(other_readings(study)) < set(known)


def test_the_study_is_left_as_it_was(dataset, study):
    before = study.model_dump()
    compare_ways(dataset, study, "ORR")
    assert study.model_dump() == before


def test_an_endpoint_that_does_not_exist_names_those_that_do(dataset, study):
    with pytest.raises(StudyError, match=r"no endpoint 'PSF'; choose from ORR, .*PFS, OS, TTP"):
        compare_ways(dataset, study, "PSF")


def test_an_endpoint_that_cannot_be_computed_says_why(dataset, study):
    nobody = Dataset.create(
        {
            **dataset.frames,
            "measurements": dataset.measurements.filter(
                ~pl.col("patient_id").is_in(["CR-1", "PR-2"])
            ),
        },
        source="-",
    ).with_findings(FINDINGS)
    with pytest.raises(StudyError, match="DOR cannot be computed: nobody responded"):
        compare_ways(nobody, study, "DOR")
    frames = {name: frame for name, frame in dataset.frames.items() if name != "deaths"}
    with pytest.raises(StudyError, match="OS cannot be computed: the data hold no deaths"):
        compare_ways(Dataset.create(frames, source="-"), study, "OS")


def test_errors_in_the_data_stop_every_way(dataset, study):
    wrong = Finding("death.before_treatment", "error", "died in 2024", "correct it", "-", "deaths")
    with pytest.raises(DataError, match="died in 2024"):
        compare_ways(dataset.with_findings((wrong,)), study, "PFS")


def test_frames_hold_a_row_a_way_and_a_row_a_move(pfs):
    frame = pfs.to_frame()
    assert frame["variant"].to_list() == [one.name for one in pfs.variants]
    assert frame["endpoint"].unique().to_list() == ["PFS"]
    # not estimable is null in a table, and never a number
    assert frame["high"].null_count() == frame.height
    assert frame["estimate"].null_count() == 0
    moves = pfs.moved_frame()
    assert moves.height == len(pfs.moved)
    assert moves.columns == [
        "endpoint", "patient_id", "lesion_id", "variant", "study", "other", "study_reason",
        "other_reason",
    ]  # fmt: skip
    assert set(moves["variant"]) == {one.variant for one in pfs.moved}


def test_nobody_moves_is_an_empty_table_with_its_columns(study):
    trial = make_ablated()
    compared = compare_ways(trial, study, "OS")
    assert [one for one in compared.moved if one.variant in PRESETS] == []
    assert compared.moved_frame().width == 8
