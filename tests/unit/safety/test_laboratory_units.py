"""What a test is called, and how its unit becomes SI."""

from __future__ import annotations

from collections import defaultdict

import pytest

from trialwright.safety.units import (
    convert,
    correct_calcium,
    find_analyte,
    known_analytes,
    near_analytes,
    plain_unit,
)


@pytest.mark.parametrize(
    ("test", "name"),
    [
        ("ALT", "alanine aminotransferase"),
        ("alat", "alanine aminotransferase"),
        (" SGPT ", "alanine aminotransferase"),
        ("谷丙转氨酶", "alanine aminotransferase"),
        ("Alkaline  Phosphatase", "alkaline phosphatase"),
        ("BILI", "bilirubin"),
        ("PLAT", "platelets"),
        ("Platelet", "platelets"),
        ("Leukocytes", "leukocytes"),
        ("ＡＬＴ", "alanine aminotransferase"),
    ],
)
def test_tests_are_known_by_name_and_code(test, name):
    assert find_analyte(test).name == name


@pytest.mark.parametrize("test", ["pH", "PH", "ALTT", "", None])
def test_other_tests_are_not_guessed(test):
    """The pH of urine has the code of that of blood."""
    assert find_analyte(test) is None


def test_near_names_are_proposed():
    assert near_analytes("ALTT")[0] == "alanine aminotransferase"
    assert near_analytes("bilirubine")[0] == "bilirubin"
    assert near_analytes("zzzz") == ()


@pytest.mark.parametrize(
    ("test", "value", "unit", "standard"),
    [  # published pairs: AMA Manual of Style, 11th edition, table 17.5
        ("creatinine", 1.0, "mg/dL", 88.4),
        ("bilirubin", 1.0, "mg/dL", 17.1),
        ("glucose", 100.0, "mg/dL", 5.55),
        ("cholesterol", 200.0, "mg/dL", 5.17),
        ("triglycerides", 150.0, "mg/dL", 1.69),
        ("calcium", 10.0, "mg/dL", 2.50),
        ("phosphate", 3.0, "mg/dL", 0.969),
        ("magnesium", 2.0, "mg/dL", 0.823),
        ("urate", 6.0, "mg/dL", 357.0),
        ("hemoglobin", 14.0, "g/dL", 140.0),
        ("albumin", 4.0, "g/dL", 40.0),
        ("sodium", 140.0, "mEq/L", 140.0),
        ("platelets", 250000.0, "/uL", 250.0),
        ("platelets", 250.0, "K/uL", 250.0),
        ("alanine aminotransferase", 1.0, "µkat/L", 60.0),
        ("thyrotropin", 2.0, "uIU/mL", 2.0),
    ],
)
def test_conversion_to_si(test, value, unit, standard):
    assert convert(test, value, unit) == pytest.approx(standard, rel=0.005)


def test_a_unit_means_what_it_means_for_its_analyte():
    assert convert("hemoglobin", 120, "G/L") == 120
    assert convert("platelets", 120, "G/L") == 120
    assert find_analyte("HGB").unit("G/L").name == "g/L"
    assert find_analyte("PLT").unit("G/L").name == "10^9/L"


@pytest.mark.parametrize(
    "written", ["10^9/L", "10*9/L", "10**9/L", "x10^9/L", "× 10⁹/L", "10E9/l", "GI/L", "10^3/µL"]
)
def test_spellings_of_one_unit(written):
    assert find_analyte("PLT").unit(written).name == "10^9/L"


def test_micro_has_two_letters_and_a_substitute():
    assert plain_unit("µmol/L") == plain_unit("μmol/l") == plain_unit("umol/L")


def test_what_is_unknown_is_refused_with_what_is_known():
    with pytest.raises(ValueError, match=r"unknown test 'ALTT'; meant may be alanine"):
        convert("ALTT", 1.0, "U/L")
    with pytest.raises(
        ValueError, match=r"unknown unit 'mmol/L' of alanine.*known are U/L, ukat/L"
    ):
        convert("ALT", 1.0, "mmol/L")


def test_no_name_belongs_to_two_analytes():
    owners = defaultdict(set)
    for analyte in known_analytes().values():
        for name in (analyte.name, *analyte.aliases):
            owners[find_analyte(name).name].add(analyte.name)
    assert all(names == {name} for name, names in owners.items())


def test_every_factor_has_a_source():
    for analyte in known_analytes().values():
        assert analyte.unit(analyte.standard_unit).factor == 1.0
        for unit in analyte.units.values():
            assert unit.factor > 0
            assert unit.source


def test_calcium_is_corrected_for_albumin():
    """0.8 mg/dL a g/dL of albumin below 4 (Payne 1973): 8.0 mg/dL and 2.5 g/dL are 9.2 mg/dL."""
    calcium = convert("calcium", 8.0, "mg/dL")
    assert correct_calcium(calcium, 25.0) == pytest.approx(
        convert("calcium", 9.2, "mg/dL"), abs=1e-3
    )
    assert correct_calcium(2.3, 40.0) == 2.3
