"""Data that lack a table, a date or a name: what is said of them, and that nobody is lost."""

from __future__ import annotations

import polars as pl
import pytest
from ablated_trial import make_ablated
from small_trial import FINDINGS, day, make_dataset, make_study

from trialwright.analysis import analyse, compare_ways, recount, tell_patient
from trialwright.dataset import Dataset
from trialwright.errors import DataError, StudyError
from trialwright.study import Study


def changed(dataset, *, without=(), **frames):
    """Return the data without some tables, and with others in their place."""
    kept = {n: f for n, f in dataset.frames.items() if n not in without}
    return Dataset.create(kept | frames, source="-").with_findings(FINDINGS)


def with_rows(dataset, table, *rows):
    old = dataset.table(table)
    new = pl.DataFrame(list(rows), infer_schema_length=None)
    new = new.with_columns(pl.col(name).cast(old.schema[name]) for name in new.columns)
    return changed(dataset, **{table: pl.concat([old, new], how="diagonal")})


def rules(found, name):
    return [one for one in found.findings if one.rule == name]


# --- Tables that are missing


def test_without_measurements_nobody_is_called_a_non_responder():
    with pytest.raises(DataError, match="no scan can be read, so nobody can respond"):
        analyse(changed(make_dataset(), without=["measurements"]), make_study())


def test_without_ablations_nobody_fails_for_want_of_one():
    data = changed(make_dataset(), without=["ablations"])
    study = make_study(rates__ablation_not_performed="composite")
    with pytest.raises(DataError, match="nobody knows who failed for want of one"):
        analyse(data, study)
    assert rules(analyse(data, make_study()), "table.not_collected.ablations")


def test_local_control_without_a_table_of_ablations_does_not_say_that_nobody_was_ablated():
    found = analyse(changed(make_dataset(), without=["ablations"]), make_study())
    missing = {one.key: one.why for one in found.not_computable}
    assert missing["LTPFS"] == missing["TTLP"] == "the data hold no table of ablations"


def test_time_on_treatment_needs_the_ends_of_treatment():
    found = analyse(changed(make_dataset(), without=["dispositions"]), make_study())
    (why,) = [one.why for one in found.not_computable if one.key == "TOT"]
    assert "nobody knows when treatment ended" in why


def test_a_long_gap_between_last_dose_and_death_without_an_end_is_told():
    found = analyse(make_dataset().with_findings(FINDINGS), make_study())
    told = {one.patient: one.message for one in rules(found, "treatment.end_unknown")}
    assert set(told) == {"PD-4", "NEW-5"}  # NE-6 died while doses were on record
    assert "died on 2025-09-17, 107 days after the last dose" in told["PD-4"]


# --- Names and dates that contradict


def test_a_drug_that_the_study_names_otherwise_is_told():
    content = make_study().model_dump(exclude_none=True)
    stated = {"origin": "assumption", "basis": "a test"}
    content["treatments"] = [
        {
            "name": stated | {"value": "Placebo"},
            "dose_mg": stated | {"value": 120.0},
            "cycle_days": stated | {"value": 28},
            "days_given": stated | {"value": 21},
            "dose_levels_mg": stated | {"value": []},
            "dose_rules": stated | {"value": "none"},
        }
    ]
    found = analyse(make_dataset().with_findings(FINDINGS), Study.model_validate(content))
    (told,) = rules(found, "dose.unplanned_drug")
    assert told.message.startswith("drug was given, and the study plans Placebo")
    assert not rules(analyse(make_dataset().with_findings(FINDINGS), make_study()), told.rule)


def test_a_contradiction_names_the_table_that_holds_the_date():
    early = make_dataset().dispositions.with_columns(pl.lit(day(-9)).alias("end_date"))
    found = analyse(changed(make_dataset(), dispositions=early), make_study())
    (told,) = rules(found, "endpoint.contradiction")
    assert (told.table, told.patient) == ("dispositions", "CR-1")


def test_another_way_of_counting_has_its_own_findings():
    found = analyse(changed(make_dataset(), without=["dispositions"]), make_study())
    assert not rules(found, "table.not_collected.dispositions")
    other = recount(found, "fda_a")
    assert rules(other, "table.not_collected.dispositions")
    assert recount(other, "study").findings == found.findings


def test_an_end_of_treatment_without_a_category_is_told_by_the_ways_that_count_it():
    data = make_dataset().with_findings(FINDINGS)
    assert not rules(analyse(data, make_study()), "disposition.category_missing")
    compared = compare_ways(data, make_study(), "PFS")
    (told,) = [one for one in compared.findings if one.rule == "disposition.category_missing"]
    assert told.patient == "CR-1"
    assert len(set(compared.findings)) == len(compared.findings)


# --- Rates and ways


def test_a_day_of_disease_control_counts_once():
    study = make_study(endpoints__other_disease_control_days=(84, 49, 84))
    keys = [one.key for one in analyse(make_dataset().with_findings(FINDINGS), study).proportions]
    assert [key for key in keys if key.startswith("DCR")] == ["DCR", "DCR day 84"]


def test_responders_of_another_way_are_seen_where_the_study_has_none():
    data = make_dataset().with_findings(FINDINGS)
    study = make_study(response__confirmation_interval_days=1000)
    with pytest.raises(StopIteration):
        next(one for one in analyse(data, study).timed if one.key == "DOR")
    compared = compare_ways(data, study, "DOR")
    by_name = {one.name: one for one in compared.variants}
    assert (by_name["study"].n, by_name["study"].not_counted) == (0, 7)
    assert by_name["unconfirmed"].n == 2
    moved = {one.patient_id: one for one in compared.moved if one.variant == "unconfirmed"}
    assert {one.study_reason for one in moved.values()} == {"nobody responded"}
    assert set(moved) == {"CR-1", "PR-2"}


def test_an_endpoint_that_no_way_can_count_is_refused():
    data = changed(make_dataset(), without=["deaths"])
    with pytest.raises(StudyError, match="OS cannot be computed: the data hold no deaths"):
        compare_ways(data, make_study(), "OS")


def test_a_claim_before_the_response_is_no_wrong_date():
    """By table C the stop ends the time; the scan that shows a response came later."""
    stop = {
        "patient_id": "PR-2", "scope": "treatment", "end_date": day(40), "reason": "worse",
        "reason_category": "clinical progression",
    }  # fmt: skip
    data = with_rows(make_dataset(), "dispositions", stop)
    found = analyse(data, make_study(), counting="fda_c")
    (none,) = [one for one in found.result_of("DOR").no_times if one.patient_id == "PR-2"]
    assert not none.contradiction
    assert f"{day(40)} (dispositions) came before the first response" in none.why
    assert not rules(found, "endpoint.contradiction")


# --- Local control


def test_a_death_that_is_the_event_is_not_called_competing():
    found = analyse(make_ablated().with_findings(FINDINGS), make_study())
    for key, competing in (("LTPFS", False), ("LTPFS per lesion", False), ("TTLP", True)):
        (died,) = [
            one for one in found.result_of(key).times
            if one.patient_id == "QUIET-6" and one.kind == "death"
        ]  # fmt: skip
        assert ("competing" in died.reason) is competing
        assert "no control so far" in died.reason


def test_a_completed_date_flags_time_on_treatment_and_local_control():
    study = make_study()
    deaths = make_ablated().deaths
    flagged = deaths.with_columns(pl.lit("M").cast(deaths.schema["death_date_imputed"])
                                  .alias("death_date_imputed"))  # fmt: skip
    ends = {
        "patient_id": "OK-1", "scope": "treatment", "end_date": day(150), "reason": "-",
        "end_date_imputed": "D",
    }  # fmt: skip
    data = with_rows(changed(make_ablated(), deaths=flagged), "dispositions", ends)
    found = analyse(data, study)
    for key in ("LTPFS", "LTPFS per lesion", "TTLP"):
        flags = {
            one.patient_id: one.imputed for one in found.result_of(key).times if one.kind == "death"
        }
        assert flags == dict.fromkeys(flags, "M")
        assert flags
        assert all(one.imputed is None for one in found.result_of(key).times if one.kind != "death")
    on = {one.patient_id: one.imputed for one in found.result_of("TOT").times}
    assert on["OK-1"] == "D"
    assert on["QUIET-6"] == "M"


def test_survival_is_censored_at_the_table_that_shows_the_last_contact():
    patients = make_dataset().patients.with_columns(pl.lit(None).alias("last_alive_date"))
    found = analyse(changed(make_dataset(), patients=patients), make_study())
    sources = {one.patient_id: one.source for one in found.result_of("OS").times if not one.event}
    assert sources["CR-1"] == "measurements"
    assert sources["LATE-7"] == "measurements"


# --- The story of a patient


def facts_of(dataset, patient, **choices):
    story = tell_patient(analyse(dataset, make_study(**choices)), patient)
    return [(one.date, one.what) for one in story.facts]


def test_a_patient_whom_no_endpoint_counts_is_told_so():
    found = analyse(make_dataset().with_findings(FINDINGS), make_study())
    assert tell_patient(found, "OUT-8").not_counted == "enrolled, never treated"
    assert tell_patient(found, "CR-1").not_counted is None


def test_a_death_without_a_date_is_told_last():
    data = with_rows(make_dataset(), "deaths", {"patient_id": "SD-3", "cause": "unknown"})
    facts = facts_of(data, "SD-3", dates__unknown_death_date="censor_at_last_contact")
    assert facts[-1] == ("date not known", "death: unknown")


def test_a_therapy_from_before_the_study_is_not_called_new():
    data = with_rows(
        make_dataset(), "therapies",
        {"patient_id": "SD-3", "therapy": "FOLFOX {x}", "start_date": day(-90)},
        {"patient_id": "SD-3", "therapy": "FOLFIRI", "start_date": day(200)},
    )  # fmt: skip
    facts = facts_of(data, "SD-3")
    before = "anticancer therapy before the study treatment: FOLFOX {x}"
    assert (str(day(-90)), before) in facts
    assert (str(day(200)), "new anticancer therapy: FOLFIRI") in facts


def test_what_was_known_of_a_completed_date_is_told():
    data = with_rows(
        make_dataset(), "deaths", {"patient_id": "SD-3", "death_date_partial": "2026-02"}
    )
    facts = facts_of(data, "SD-3")
    assert ("2026-02-01", "death (day completed; known: 2026-02)") in facts


def test_one_day_is_one_day():
    data = with_rows(make_dataset(), "deaths", {"patient_id": "SD-3", "death_date": day(2)})
    story = tell_patient(analyse(data, make_study()), "SD-3")
    (survival,) = [one for one in story.endpoints if one.key == "OS"]
    assert survival.result == f"event on {day(2)}, after 1 day from {day(2)}"
