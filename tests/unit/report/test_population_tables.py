"""Tables 14.1 and listings 16.2.1 to 16.2.5 of the peopled trial, counted by hand."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from peopled_trial import (
    SCREENED,
    analyse_both,
    cells_of,
    peopled_dataset,
    peopled_study,
)
from small_trial import make_study

from trialwright.analysis.safety.result import LaboratoryResults
from trialwright.report.formats import Days
from trialwright.report.tables.groups import divide_by_arm
from trialwright.report.tables.population import (
    build_population_listings,
    build_population_tables,
)

DAYS = Days()


@pytest.fixture(scope="module")
def both():
    return analyse_both(peopled_dataset())


@pytest.fixture(scope="module")
def tables(both):
    return {one.number: one for one in build_population_tables(*both, DAYS)}


@pytest.fixture(scope="module")
def listings(both):
    return {one.number: one for one in build_population_listings(both[0], DAYS)}


def test_the_tables_are_in_order(tables, listings) -> None:
    last = (1, 2, 3, 4, 5, 7, 8, 9)
    assert list(tables) == [f"14.1.{number}" for number in last]
    assert list(listings) == [
        "16.2.1", "16.2.2", "16.2.3", "16.2.4.1", "16.2.4.2", "16.2.4.3", "16.2.5.1", "16.2.5.2",
    ]  # fmt: skip


def test_disposition(tables) -> None:
    found = cells_of(tables["14.1.1"])
    assert tables["14.1.1"].columns[1].head == "All patients (N = 9)"
    assert {label: cells[0] for label, cells in found.items() if cells} == {
        "Screened": "9 (100.0 %)",
        "Screened, not enrolled": "1 (11.1 %)",
        f"Screened, not enrolled / {SCREENED}": "1 (11.1 %)",
        "Enrolled": "8 (88.9 %)",
        "Treated": "7 (87.5 %)",
        "Treated / drug and planned ablation": "1 (12.5 %)",
        "Treated / drug only": "6 (75.0 %)",
        "Treated / planned ablation only": "0 (0.0 %)",
        "Treated / neither on record": "0 (0.0 %)",
        "Enrolled, never treated": "1 (12.5 %)",
        "Given drug": "7 (100.0 %)",
        "Given drug / drug ended": "1 (14.3 %)",
        "Given drug / drug ended / planned end": "1 (14.3 %)",
        "Given drug / drug ongoing": "3 (42.9 %)",
        "Given drug / drug died, no end recorded": "3 (42.9 %)",
        "Study treatment, of those treated / Study treatment ended": "1 (14.3 %)",
        "Study treatment, of those treated / Study treatment ended / planned end": "1 (14.3 %)",
        "Study treatment, of those treated / Study treatment ongoing": "3 (42.9 %)",
        "Study treatment, of those treated / Study treatment died, no end recorded": "3 (42.9 %)",
        "Study, of those enrolled / Study ended": "0 (0.0 %)",
        "Study, of those enrolled / Study ongoing": "5 (62.5 %)",
        "Study, of those enrolled / Study died, no end recorded": "3 (37.5 %)",
        "Follow-up, months, median (interval)": found["Follow-up, months, median (interval)"][0],
    }


def test_the_follow_up_is_that_of_the_analysis(both, tables) -> None:
    cell = tables["14.1.1"].rows[-1].cells[0]
    assert cell.numbers[0].value == both[0].follow_up.value
    assert cell.inputs.patients == tuple(one.patient_id for one in both[0].sets.efficacy)


def test_analysis_sets(tables) -> None:
    found = {label: cells[0] for label, cells in cells_of(tables["14.1.2"]).items()}
    assert found["Screened"] == "9 (100.0 %)"
    assert found["Enrolled"] == "8 (88.9 %)"
    assert found["Full analysis set"] == "7 (77.8 %)"
    assert found["Full analysis set / enrolled, never treated"] == "1 (11.1 %)"
    assert found["Ablation safety set"] == "1 (11.1 %)"


def test_a_set_that_was_not_derived_says_why() -> None:
    analysis, safety = analyse_both(peopled_dataset(drop=("ablations",)), peopled_study())
    table = build_population_tables(analysis, safety, DAYS)[1]
    row = next(row for row in table.rows if row.label == "Ablation safety set")
    assert row.cells[0].text == "not derived"
    assert row.cells[0].notes == ("Ablation safety set: the data hold no ablations.",)


def test_demographics(tables) -> None:
    found = {label: cells[0] for label, cells in cells_of(tables["14.1.3"]).items() if cells}
    least = "Age (the least that is possible), years"
    assert found[f"{least} / n"] == "6"
    # 65, 64, 75, 85, 65, 39: mean 65.5
    assert found[f"{least} / Mean (SD)"] == "65.5 (15.3)"
    assert found[f"{least} / Median"] == "65.0"
    assert found[f"{least} / Q1 to Q3"] == "64.2 to 72.5"
    assert found[f"{least} / Range"] == "39 to 85"
    assert found[f"{least} / Missing"] == "1 (14.3 %)"
    assert found["Age (the most that is possible), years / Range"] == "39 to 85"
    assert found["Age (the most that is possible), years / Mean (SD)"] == "65.8 (15.5)"
    groups = ("under 65", "65 to 74", "75 to 84", "85 +", "Missing, or in two groups")
    shown = [found[f"Age group, years / {group}"][0] for group in groups]
    assert shown == ["2", "2", "1", "1", "1"]
    assert [found[f"Sex / {sex}"][0] for sex in ("female", "male", "unknown", "Missing")] == [
        "3", "2", "1", "1",
    ]  # fmt: skip
    assert [found[f"ECOG performance status / {one}"][0] for one in "012"] == ["2", "3", "1"]
    assert found["ECOG performance status / Missing"] == "1 (14.3 %)"
    sites = ("Alpha", "Beta", "Gamma", "Missing")
    assert [found[f"Site / {site}"][0] for site in sites] == ["3", "2", "1", "1"]
    assert any("of 2 of 7 patients is known in part" in note for note in tables["14.1.3"].notes)


def test_disease_at_baseline(tables) -> None:
    table = tables["14.1.4"]
    found = {label: cells[0] for label, cells in cells_of(table).items() if cells}
    assert [found[f"RAS / {level}"][0] for level in ("wild type", "mutant", "Missing")] == [
        "1", "2", "4",
    ]  # fmt: skip
    assert found["CEA, ng/mL / n"] == "2"
    assert found["CEA, ng/mL / Median"] == "6.25"
    assert found["CEA, ng/mL / Range"] == "2.5 to 10.0"
    # CR-1 30; PR-2 40 + 20, T2 ablated later; SD-3 30 + 15; PD-4 30; NEW-5 50; NE-6 25
    assert found["Liver lesions / Mean (SD)"] == "1.3 (0.5)"
    assert found["Largest liver lesion, mm / Range"] == "25 to 50"
    assert found["Sum of target diameters, mm / Range"] == "25 to 60"
    assert found["Sum of target diameters, mm / Median"] == "37.5"
    assert found["Sum of target diameters, mm / Missing"] == "1 (14.3 %)"
    assert found["Organs with a lesion outside the liver / none"] == "6 (85.7 %)"
    assert not any(label.startswith("Organs outside the liver") for label in found)
    assert not any(label.startswith("Lactate") for label in found)
    why = "Lactate dehydrogenase is not shown: the table labs was not collected."
    assert why in table.notes


def test_organs_outside_the_liver_have_a_heading_of_their_own() -> None:
    """Under the row of those not known they would be read, and named in the results, as unknown."""
    dataset = peopled_dataset()
    lung = pl.when(pl.col("patient_id") == "SD-3").then(pl.lit("lung")).otherwise("organ")
    lesions = dataset.lesions.with_columns(lung.alias("organ"))
    spread = dataset.create({**dataset.frames, "lesions": lesions}, source="-")
    table = build_population_tables(*analyse_both(spread), DAYS)[3]
    found = {label: cells for label, cells in cells_of(table).items() if label.endswith("/ lung")}
    assert found == {"Organs outside the liver / lung": ["1 (14.3 %)"]}


def test_a_value_that_cannot_be_used_is_missing_and_told(both) -> None:
    rows = pl.DataFrame(
        {"patient_id": ["CR-1", "PR-2"], "characteristic": "cea", "value": ["high", "3"]}
    )
    frames = {**both[0].dataset.frames, "characteristics": rows}
    analysis = replace(both[0], dataset=both[0].dataset.create(frames, source="-"))
    table = build_population_tables(analysis, both[1], DAYS)[3]
    assert cells_of(table)["CEA, ng/mL / n"] == ["1"]
    assert any(note.startswith("CEA: in 1 the value on file is none") for note in table.notes)
    listing = build_population_listings(analysis, DAYS)[3]
    assert listing.rows[0].cells[-1].text == "CEA: high (not usable)"


def test_lactate_dehydrogenase_is_that_of_the_baseline(both) -> None:
    rows = pl.DataFrame(
        {
            "patient_id": ["CR-1", "CR-1", "PR-2", "SD-3", "PD-4"],
            "analyte": "lactate dehydrogenase",
            "is_baseline": [True, False, True, True, True],
            "standard_value": [200.0, 900.0, 400.0, 5.0, 300.0],
            "standard_unit": "U/L",
            "qualifier": [None, None, None, "<", None],
            "upper_ratio": [0.8, 3.6, 1.6, 0.02, None],
        }
    )
    laboratory = LaboratoryResults(rows, rows, rows)
    table = build_population_tables(both[0], replace(both[1], laboratory=laboratory), DAYS)[3]
    found = {label: cells[0] for label, cells in cells_of(table).items() if cells}
    assert found["Lactate dehydrogenase, U/L / n"] == "3"
    assert found["Lactate dehydrogenase, U/L / Range"] == "200 to 400"
    above = "Lactate dehydrogenase above the upper limit of normal"
    assert [found[f"{above} / {one}"][0] for one in ("yes", "no", "Missing")] == ["1", "1", "5"]
    assert any("of 1 is known only as below or above a limit" in note for note in table.notes)


def test_ablation_procedure(tables) -> None:
    found = {label: cells[0] for label, cells in cells_of(tables["14.1.5"]).items() if cells}
    assert found["Patients ablated"] == "1 (14.3 %)"
    assert found["Patients ablated / as planned"] == "1 (14.3 %)"
    assert (found["Sessions"], found["Lesions ablated"]) == ("1", "1")
    assert found["Share of liver lesions ablated"] == "1/2 (50.0 %)"
    assert found["Ablations / RFA"] == "1 (100.0 %)"
    assert found["Size before the ablation, mm, by lesion / Median"] == "20.0"
    assert found["Size before the ablation, mm, by lesion / Mean (SD)"] == "20.0 (NE)"
    assert found["Technical success, by lesion"] == "1/1 (100.0 %)"
    assert found["Smallest margin, by ablation / not recorded"] == "0 (0.0 %)"
    # treated on day 1 of the trial, ablated on day 20
    assert found["From the first treatment to the ablation, days, by lesion / Range"] == "19 to 19"


def test_deviations(tables) -> None:
    assert {label: cells[0] for label, cells in cells_of(tables["14.1.7"]).items()} == {
        "Any deviation": "3 (37.5 %)",
        "Major": "1 (12.5 %)",
        "Major / dose taken twice": "1 (12.5 %)",
        "Minor": "2 (25.0 %)",
        "Minor / scan 9 days late": "2 (25.0 %)",
        "Weight not recorded": "1 (12.5 %)",
        "Weight not recorded / consent on an old form": "1 (12.5 %)",
    }


def test_medication(tables) -> None:
    table = tables["14.1.8"]
    assert [column.head for column in table.columns[1:]] == ["Prior", "Concomitant"]
    assert cells_of(table) == {
        "Any medication": ["1 (14.3 %)", "3 (42.9 %)"],
        "analgesics": ["0 (0.0 %)", "2 (28.6 %)"],
        "analgesics / paracetamol": ["0 (0.0 %)", "2 (28.6 %)"],
        "class not recorded": ["0 (0.0 %)", "1 (14.3 %)"],
        "class not recorded / thyme": ["0 (0.0 %)", "1 (14.3 %)"],
        "proton pump inhibitors": ["1 (14.3 %)", "0 (0.0 %)"],
        "proton pump inhibitors / omeprazole": ["1 (14.3 %)", "0 (0.0 %)"],
    }


def test_subsequent_therapy(tables) -> None:
    found = {label: cells[0] for label, cells in cells_of(tables["14.1.9"]).items() if cells}
    assert found["Any subsequent therapy"] == "1 (14.3 %)"
    assert found["Any subsequent therapy / FOLFIRI"] == "1 (14.3 %)"
    assert not any("FOLFOX" in label for label in found)
    # PD-4 is treated on day 3 of the trial, and treated otherwise on day 100
    title = "From the first treatment to the first subsequent therapy, days"
    assert found[f"{title} / Range"] == "97 to 97"


def test_listings_hold_every_row(both, listings) -> None:
    data = both[0].dataset
    assert len(listings["16.2.2"].rows) == data.deviations.height
    assert len(listings["16.2.4.2"].rows) == data.table("medications").height
    assert len(listings["16.2.4.3"].rows) == data.therapies.height
    assert len(listings["16.2.5.1"].rows) == data.doses.height
    assert len(listings["16.2.5.2"].rows) == data.ablations.height
    out = sum(len(one.excluded) for one in both[0].sets.sets)
    assert len(listings["16.2.3"].rows) == out
    for number in ("16.2.1", "16.2.4.1"):
        named = {row.patient for row in listings[number].rows}
        assert named == set(data.patients["patient_id"])
    assert all(row.patient == row.label for one in listings.values() for row in one.rows)


def test_what_a_listing_says_of_one_patient(listings) -> None:
    row = next(row for row in listings["16.2.4.1"].rows if row.patient == "SD-3")
    assert [cell.text for cell in row.cells] == [
        "Beta", "male", "1949", "75 or 76", "1", "2 (30)", "2 (45)", "none", "RAS: mutant",
    ]  # fmt: skip
    row = next(row for row in listings["16.2.4.1"].rows if row.patient == "PD-4")
    assert row.cells[-1].text == "smoker: <script> $ (not declared)"
    taken = [
        (row.patient, row.cells[0].text, row.cells[5].text) for row in listings["16.2.4.2"].rows
    ]
    assert taken == [
        ("CR-1", "omeprazole", "prior"),
        ("CR-1", "paracetamol", "concomitant"),
        ("CR-1", "paracetamol", "concomitant"),
        ("PR-2", "paracetamol", "concomitant"),
        ("SD-3", "thyme", "concomitant"),
        ("OUT-8", "omeprazole", "never treated"),
    ]
    which = {
        (row.patient, row.cells[0].text): row.cells[3].text for row in listings["16.2.4.3"].rows
    }
    assert which == {
        ("PD-4", "FOLFIRI"): "subsequent",
        ("CR-1", "FOLFOX"): "prior",
        ("OUT-8", "FOLFIRI"): "never treated",
    }


def test_several_arms_have_a_column_each() -> None:
    arms = {"CR-1": "A", "PR-2": "A", "SD-3": "B", "PD-4": "B", "NEW-5": "B", "NE-6": "B"}
    analysis, safety = analyse_both(peopled_dataset(arms=arms))
    tables = build_population_tables(analysis, safety, DAYS)
    heads = [column.head for column in tables[2].columns]
    assert heads == ["", "A (N = 2)", "B (N = 4)", "arm not recorded (N = 1)",
                     "All patients (N = 7)"]  # fmt: skip
    sexes = cells_of(tables[2])["Sex / female"]
    assert sexes == ["1 (50.0 %)", "1 (25.0 %)", "1 (100.0 %)", "3 (42.9 %)"]
    listed = {row.patient: row.cells[1].text for row in
              build_population_listings(analysis, DAYS)[3].rows}  # fmt: skip
    assert (listed["CR-1"], listed["NEW-5"], listed["SCR-9"]) == ("A", "B", "–")
    spans = [column.span for column in tables[6].columns[1:]]
    assert spans[:2] == ["A (N = 2)", "A (N = 2)"]


def test_every_block_adds_up(tables) -> None:
    """Each categorical block of every table adds up to its population, what is missing included."""
    for number, titles in (
        ("14.1.3", ("Age group, years", "Sex", "ECOG performance status", "Site")),
        ("14.1.4", ("RAS", "Organs with a lesion outside the liver")),
    ):
        found = cells_of(tables[number])
        for title in titles:
            counts = [
                int(cells[0].split()[0])
                for label, cells in found.items()
                if label.startswith(f"{title} / ") and label.count(" / ") == 1
            ]
            assert sum(counts) == len(tables[number].population), title


def test_a_count_names_its_patients(tables) -> None:
    for table in tables.values():
        for row in table.rows:
            for cell in row.cells:
                if cell.numbers and cell.numbers[0].statistic == "patients":
                    assert len(cell.inputs.patients) == cell.numbers[0].value, row.label


def test_nothing_collected_says_so() -> None:
    bare = peopled_dataset(
        drop=("deviations", "medications", "therapies", "dispositions", "characteristics",
              "ablations", "deaths")
    )  # fmt: skip
    analysis, safety = analyse_both(bare)
    tables = {one.number: one for one in build_population_tables(analysis, safety, DAYS)}
    assert tables["14.1.5"].empty == "ablations were not collected"
    assert tables["14.1.7"].empty == "deviations were not collected"
    assert tables["14.1.8"].empty == "medication was not collected"
    assert tables["14.1.9"].empty == "later anticancer therapy was not collected"
    assert not any(tables[number].rows for number in ("14.1.5", "14.1.7", "14.1.8", "14.1.9"))
    found = cells_of(tables["14.1.1"])
    assert found["Given drug / drug ends not collected"] == ["7 (100.0 %)"]
    assert found["Given drug / drug ongoing"] == ["0 (0.0 %)"]
    assert found["Screened, not enrolled / no reason recorded"] == ["1 (11.1 %)"]
    assert cells_of(tables["14.1.4"])["RAS"] == ["not collected"]
    for listing in build_population_listings(analysis, DAYS):
        assert listing.rows or "not collected" in listing.empty or listing.number == "16.2.3"


def test_everybody_still_on_treatment() -> None:
    data = peopled_dataset()
    frames = {**data.frames}
    for name in ("dispositions", "deaths", "therapies"):
        frames[name] = frames[name].clear()
    analysis, safety = analyse_both(data.create(frames, source="all ongoing"))
    tables = {one.number: one for one in build_population_tables(analysis, safety, DAYS)}
    found = cells_of(tables["14.1.1"])
    assert found["Given drug / drug ended"] == ["0 (0.0 %)"]
    assert found["Given drug / drug ongoing"] == ["7 (100.0 %)"]
    assert found["Study, of those enrolled / Study ongoing"] == ["8 (100.0 %)"]
    assert cells_of(tables["14.1.9"])["Any subsequent therapy"] == ["0 (0.0 %)"]


def test_a_study_without_ablation_has_no_table_of_it() -> None:
    study = make_study().model_copy(update={"ablation": None})
    analysis, safety = analyse_both(peopled_dataset(drop=("ablations",)), study)
    numbers = [one.number for one in build_population_tables(analysis, safety, DAYS)]
    assert "14.1.5" not in numbers
    assert "16.2.5.2" not in [one.number for one in build_population_listings(analysis, DAYS)]


def test_one_patient() -> None:
    data = peopled_dataset()
    alone = data.create(
        {name: frame.filter(pl.col("patient_id") == "CR-1") for name, frame in data.frames.items()},
        source="one",
    )
    analysis, safety = analyse_both(alone)
    tables = {one.number: one for one in build_population_tables(analysis, safety, DAYS)}
    assert cells_of(tables["14.1.3"])["Age, years / Mean (SD)"] == ["65.0 (NE)"]
    assert cells_of(tables["14.1.1"])["Study treatment, of those treated / Study treatment ended"]
    assert tables["14.1.5"].empty == "no lesion of a treated patient was ablated"


def test_no_patient_in_the_full_analysis_set_has_a_dash() -> None:
    data = peopled_dataset(drop=("doses", "ablations"))
    analysis, safety = analyse_both(data)
    tables = {one.number: one for one in build_population_tables(analysis, safety, DAYS)}
    assert cells_of(tables["14.1.3"])["Age, years / Mean (SD)"] == ["–"]
    assert cells_of(tables["14.1.3"])["Sex / female"] == ["0"]


def test_one_arm_is_no_column_of_its_own(both) -> None:
    groups = divide_by_arm(both[0].dataset, ("CR-1", "PR-2"))
    assert [one.title for one in groups] == ["All patients"]
