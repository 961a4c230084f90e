"""ADAE, ADEX and ADLB of the CDISC pilot against those that admiral 1.4.1 makes, cell by cell.

Source: pharmaverseadam ``adae``, ``adex`` and ``adlb`` (Apache-2.0, synthetic), made by the
templates ``ad_adae``, ``ad_adex`` and ``ad_adlb``. Every cell that differs is counted here by its
cause, and the cause is shown on the data; ``docs/adam-comparison.md`` explains each.
"""

from __future__ import annotations

from collections import Counter

import polars as pl
import pytest
from safety_cells import HALF_A_UNIT, compare_frames, half_units

from trialwright.cdisc.adam.adae import adae_from_sdtm, check_adae_domains
from trialwright.cdisc.adam.adex import StudyPart, adex_from_sdtm, check_adex_domains
from trialwright.cdisc.adam.adlb import adlb_from_sdtm, check_adlb_domains
from trialwright.cdisc.adam.adsl import ADSL_DOMAINS, adsl_from_sdtm
from trialwright.cdisc.adam.source import read_domains
from trialwright.cdisc.files import read_table
from trialwright.safety.ctcae import LabValue, grade_value, read_criteria

pytestmark = pytest.mark.shared

# Subjects with an exposure that has no end; of two of them no end of treatment is known at all.
OPEN = {
    "01-704-1233", "01-705-1018", "01-705-1031", "01-705-1303", "01-705-1377", "01-705-1382",
}  # fmt: skip
GRADES = ("ATOXGRL", "ATOXGRH", "ATOXGR", "BTOXGRL", "BTOXGRH", "BTOXGR", "SHIFT2")
TERMS = ("ATOXDSCL", "ATOXDSCH")


@pytest.fixture(scope="module")
def domains(shared):
    return read_domains(shared / "data/sdtm", ADSL_DOMAINS)


@pytest.fixture(scope="module")
def adsl(domains):
    return adsl_from_sdtm(domains)


def shared_variables(adsl, theirs):
    return [name for name in adsl.columns if name in theirs.columns]


def is_open():
    return pl.col("EXENDTC").is_null()


# --- ADAE -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published_adae(shared):
    return read_table(shared / "data/adam/adae.csv")


def make_adae(domains, adsl, theirs):
    ours = adae_from_sdtm(
        domains, adsl, emergent_days=30, adsl_variables=shared_variables(adsl, theirs)
    )
    assert set(ours.columns) == set(theirs.columns)
    return compare_frames(ours, theirs, ("USUBJID", "AESEQ"))


def test_adae_differs_where_the_reference_leaves_out_doses(domains, adsl, published_adae):
    """admiral's ``ex_single`` holds the doses of 0 and 54 mg alone, and no open interval."""
    whole = make_adae(domains, adsl, published_adae)
    assert (whole.rows, whole.variables, whole.cells) == (1191, 107, 127_437)
    assert whole.counts() == {
        "LDOSEDTM": 304, "DOSEON": 295, "DOSEU": 295, "TRTEMFL": 4, "AOCCIFL": 1,
    }  # fmt: skip
    few = domains["EX"].filter(pl.col("EXDOSE").is_in(["0", "54"]), ~is_open())
    assert make_adae(domains | {"EX": few}, adsl, published_adae).counts() == {}


def test_adae_without_open_exposures_differs_in_doses_of_81_mg_alone(domains, adsl, published_adae):
    closed = domains["EX"].filter(~is_open())
    found = make_adae(domains | {"EX": closed}, adsl, published_adae)
    assert set(found.counts()) == {"LDOSEDTM", "DOSEON", "DOSEU"}
    given = domains["EX"].filter(pl.col("EXDOSE") == "81")["USUBJID"]
    assert set(found.differing["USUBJID"]) <= set(given)
    assert set(found.differing.filter(variable="DOSEON")["ours"]) == {"81.0"}


def test_events_during_an_open_exposure_are_emergent(domains, adsl, published_adae):
    found = make_adae(domains, adsl, published_adae).differing
    emergent = found.filter(pl.col("variable").is_in(["TRTEMFL", "AOCCIFL"]))
    assert set(emergent["USUBJID"]) == {"01-705-1303"}
    assert set(emergent["ours"]) == {"Y"}
    assert emergent["theirs"].null_count() == emergent.height


def test_the_source_of_adae_has_open_exposures_alone(domains, adsl):
    found = check_adae_domains(domains, adsl)
    assert {one.rule for one in found} == {"adam.exposure_open"}
    assert {one.patient for one in found} == OPEN


# --- ADEX -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published_adex(shared):
    return read_table(shared / "data/adam/adex.parquet")


@pytest.fixture(scope="module")
def adjusted(domains):
    """Return EX as the template changes it: adjustments of two subjects, and planned doses."""
    subject, visit = pl.col("USUBJID"), pl.col("VISIT")
    event = (subject == "01-701-1034") & visit.is_in(["WEEK 2", "WEEK 24"])
    error = (subject == "01-701-1148") & (visit == "WEEK 24")
    placebo = pl.col("EXTRT") == "PLACEBO"
    return domains | {
        "EX": domains["EX"].with_columns(
            EXADJ=pl.when(event)
            .then(pl.lit("ADVERSE EVENT"))
            .when(error)
            .then(pl.lit("MEDICATION ERROR")),
            EXDOSE=pl.when(event | error).then(pl.lit("0")).otherwise("EXDOSE"),
            EXPLDOS=pl.when(placebo).then(pl.lit("0")).otherwise(pl.lit("54")),
        )
    }


def test_adex_differs_in_five_labels_and_in_totals_with_an_open_interval(
    adjusted, adsl, published_adex
):
    part = StudyPart("WEEK 2-24", "W2-W24", ("WEEK 2", "WEEK 24"))
    variables = shared_variables(adsl, published_adex)
    ours = adex_from_sdtm(adjusted, adsl, part=part, adsl_variables=variables)
    assert set(ours.columns) == set(published_adex.columns)
    found = compare_frames(ours, published_adex, ("USUBJID", "ASEQ"))
    assert (found.rows, found.variables, found.cells) == (6315, 92, 580_980)
    assert found.counts() == {
        "PARAM": 1523, "AENDT": 70, "AENDTM": 70, "AVAL": 37, "AVALCAT1": 20,
    }  # fmt: skip
    labels = found.differing.filter(variable="PARAM")
    assert Counter(labels["theirs"]) == {
        "Dose adjusted  due to AE during constant dosing interval": 591,
        "Dose adjusted  in W2-W24 due to AE": 226,
        "Average daily dose administered (mg/mg)": 254,
        "Total dose administered in W2-W2 (mg)4": 226,
        "W2-24 dose intensity (%)": 226,
    }
    numbers = found.differing.filter(pl.col("variable") != "PARAM")
    assert set(numbers["USUBJID"]) == OPEN
    assert numbers["ours"].null_count() == numbers.height  # blank: what was given is not known


def test_the_source_of_adex_has_open_exposures_alone(adjusted, adsl):
    assert {one.rule for one in check_adex_domains(adjusted, adsl)} == {"adam.exposure_open"}


# --- ADLB -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published_adlb(shared):
    return read_table(shared / "data/adam/adlb.parquet")


def make_adlb(domains, adsl, theirs):
    ours = adlb_from_sdtm(
        domains,
        adsl,
        ctcae_version="4.03",
        significant_digits=15,
        adsl_variables=shared_variables(adsl, theirs),
    )
    assert set(ours.columns) == set(theirs.columns)
    return ours


@pytest.fixture(scope="module")
def compared(domains, adsl, published_adlb):
    """Compare ADLB of EX without its open intervals, as if the end of ADSL were the end."""
    closed = domains | {"EX": domains["EX"].filter(~is_open())}
    value, base = pl.col("our AVAL").abs(), pl.col("our BASE").abs()
    percent, apart = pl.col("our PCHG"), (pl.col("our PCHG") - pl.col("PCHG")).abs()
    ratios = ("R2BASE", "R2ANRLO", "R2ANRHI")
    rounded = {
        "CHG": half_units("CHG", "AVAL", "BASE", "CHG"),
        "PCHG": apart <= HALF_A_UNIT * (100 * (value + base) / base + 2 * percent.abs()),
        **{name: half_units(name, name, name, name) for name in ratios},
    }
    ours = make_adlb(closed, adsl, published_adlb)
    found = compare_frames(ours, published_adlb, ("USUBJID", "ASEQ"), rounded=rounded)
    of = published_adlb.select("USUBJID", "ASEQ", "PARAMCD", "AVAL", "BASE", "ANRLO", "ANRHI")
    return found, found.differing.join(of, on=("USUBJID", "ASEQ"), how="left")


def test_adlb_differs_in_two_labels_and_in_grades_of_six_tests(compared):
    found, cells = compared
    assert (found.rows, found.variables, found.cells) == (83_652, 115, 9_619_980)
    # The inputs of the reference had more digits than it is written with.
    assert found.by_rounding == 16_370
    assert found.counts() == {
        "PARAM": 4981, "SHIFT2": 7627, "ATOXGR": 7590, "BTOXGR": 7581, "ATOXGRL": 5057,
        "ATOXGRH": 10_040, "BTOXGRL": 5063, "BTOXGRH": 10_033, "ATOXDSCL": 5016, "ATOXDSCH": 7534,
    }  # fmt: skip
    labels = cells.filter(variable="PARAM")
    assert set(labels["theirs"]) == {
        "Creatinine Kinase (U/L)", "Ery. Mean Corpuscular Volume (f/L)",
    }  # fmt: skip
    graded = cells.filter(pl.col("variable").is_in([*GRADES, *TERMS]))
    assert Counter(graded["PARAMCD"]) == CAUSES


# Cells of grades, terms and shifts that differ, by test.
CAUSES = {
    "CA": 22_662, "HGB": 17_493, "LYMPH": 10_259, "URATE": 15_108, "BILI": 18, "GLUC": 1,
}  # fmt: skip


def grade_as(analyte, direction, row):
    """Grade a result of the reference by the criteria of one analyte."""
    number = {name: None if row[name] is None else float(row[name]) for name in
              ("AVAL", "ANRLO", "ANRHI", "BASE")}  # fmt: skip
    unit = "mmol/L" if "calcium" in analyte else "10^9/L"
    sample = LabValue(number["AVAL"], unit, number["ANRLO"], number["ANRHI"], None, number["BASE"])
    criteria = read_criteria("4.03")
    grade = grade_value(criteria, analyte, direction, sample, significant_digits=15).grade
    return None if grade is None else str(grade)


def test_total_calcium_is_not_graded_and_the_reference_grades_it_as_if_corrected(compared):
    """CTCAE 4.03 grades calcium that is corrected for albumin."""
    _, cells = compared
    for name, direction in (("ATOXGRL", "low"), ("ATOXGRH", "high")):
        rows = cells.filter(PARAMCD="CA", variable=name)
        assert rows.height == 2518
        assert rows["ours"].null_count() == rows.height
        for row in rows.iter_rows(named=True):
            assert row["theirs"] == grade_as("calcium corrected for albumin", direction, row)


def test_lymphocytes_are_graded_as_such_and_the_reference_grades_them_as_cd4_cells(compared):
    _, cells = compared
    rows = cells.filter(PARAMCD="LYMPH", variable="ATOXGRL")
    assert rows.height == 40
    for row in rows.iter_rows(named=True):
        assert row["theirs"] == grade_as("CD4 lymphocytes", "low", row)
        assert row["ours"] == grade_as("lymphocytes", "low", row)


@pytest.mark.parametrize("parameter", ["HGB", "URATE"])
def test_a_test_that_the_reference_leaves_without_a_grade_has_one(compared, parameter):
    """Its criteria know haemoglobin in g/L alone, and the template names no term of urate."""
    _, cells = compared
    names = ["ATOXGRL", "ATOXGRH"]
    rows = cells.filter(pl.col("PARAMCD") == parameter, pl.col("variable").is_in(names))
    assert not rows.is_empty()
    assert rows["theirs"].null_count() == rows.height
    assert rows["ours"].null_count() == 0


def test_a_result_below_a_limit_is_graded_where_that_settles_the_grade(compared):
    _, cells = compared
    rows = cells.filter(pl.col("PARAMCD").is_in(["BILI", "GLUC"]))
    assert rows["AVAL"].null_count() == rows.height  # <3.42 umol/L, <2.2204 mmol/L
    graded = rows.filter(variable="ATOXGRH")
    assert Counter(graded["PARAMCD"]) == {"BILI": 6, "GLUC": 1}
    assert set(graded["ours"]) == {"0"}


def test_with_its_open_intervals_the_flags_of_four_subjects_differ(domains, adsl, published_adlb):
    """Where an exposure has no end, treatment goes on; ADSL ends it with the interval before."""
    ours = make_adlb(domains, adsl, published_adlb)
    flags = ["ONTRTFL", "ANL01FL", "LVOTFL"]
    mine = ours.filter(pl.col("DTYPE").is_null()).select(
        "USUBJID",
        pl.col("LBSEQ").cast(pl.String),
        *(pl.col(one).alias(f"our {one}") for one in flags),
    )
    theirs = published_adlb.filter(pl.col("DTYPE").is_null()).select("USUBJID", "LBSEQ", *flags)
    both = theirs.join(mine, on=("USUBJID", "LBSEQ"), validate="1:1")
    assert both.height == 59_580
    odd = both.filter(pl.col("ONTRTFL").ne_missing(pl.col("our ONTRTFL")))
    assert set(odd["USUBJID"]) == OPEN - {"01-705-1018", "01-705-1382"}
    assert set(odd["our ONTRTFL"]) == {"Y"}
    others = both.filter(~pl.col("USUBJID").is_in(sorted(OPEN)))
    assert all(others[one].equals(others[f"our {one}"]) for one in flags)


def test_the_source_of_adlb_has_open_exposures_alone(domains, adsl):
    assert {one.rule for one in check_adlb_domains(domains, adsl)} == {"adam.exposure_open"}
