"""The report in words: values are those of the analysis, the grammar holds, nothing is silent."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from small_trial import make_analysis, make_dataset, make_study

from trialwright.analysis import analyse
from trialwright.analysis.safety import analyse_safety
from trialwright.dataset import Dataset
from trialwright.report.words import build_limitations, build_methods_words, build_results_words
from trialwright.simulate import simulate_study

LANGUAGES = ("en", "zh")
ONE_MANY = re.compile(
    r"\b1 (patients|responders|events|lesions|sessions|were|are|have|days)\b"
    r"|\b[02-9]\d* (patient|responder|event|lesion|session|was)\b"
)


@pytest.fixture(scope="module")
def dataset(crclm_study) -> Dataset:
    return simulate_study(crclm_study, seed=1, trial=14, patients=45)


@pytest.fixture(scope="module")
def worked(dataset, crclm_study):
    return analyse(dataset, crclm_study)


@pytest.fixture(scope="module")
def harm(dataset, crclm_study):
    return analyse_safety(dataset, crclm_study)


def everything(analysis, safety, language="en"):
    return (
        *build_methods_words(analysis, language),
        *build_results_words(analysis, safety, language),
        *build_limitations(analysis, safety, language),
    )


def text_of(paragraphs) -> str:
    return "\n".join(paragraph.text for paragraph in paragraphs)


def cells_of(paragraphs, ending: str):
    return [
        cell
        for paragraph in paragraphs
        for name, cell in paragraph.values
        if re.fullmatch(rf"{ending}(?: \d+)?", name)
    ]


def without(dataset: Dataset, *names: str) -> Dataset:
    frames = {name: frame for name, frame in dataset.frames.items() if name not in names}
    return Dataset.create(frames, source=dataset.source)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_value_stands_in_the_text_in_its_order(worked, harm, language):
    for paragraph in everything(worked, harm, language):
        position = 0
        for name, cell in paragraph.values:
            found = paragraph.text.find(cell.text, position)
            assert found >= 0, (name, cell.text, paragraph.text)
            position = found + len(cell.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_of_the_text_is_a_live_value(worked, harm, language):
    """What is left once the values are taken out holds no digit but those of names."""
    for paragraph in everything(worked, harm, language):
        rest, position = "", 0
        for _, cell in paragraph.values:
            found = paragraph.text.index(cell.text, position)
            rest += paragraph.text[position:found]
            position = found + len(cell.text)
        rest += paragraph.text[position:]
        assert not re.search(r"\d", rest.replace("ICH E9(R1)", "")), rest


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_of_numbers_read_back_as_the_numbers(worked, harm, language):
    checked = 0
    for paragraph in everything(worked, harm, language):
        for name, cell in paragraph.values:
            if len(cell.numbers) == 1 and re.fullmatch(r"-?[\d.]+", cell.text):
                digits = len(cell.text.partition(".")[2])
                assert float(cell.text) == pytest.approx(
                    cell.numbers[0].value, abs=0.5000001 * 10**-digits
                ), name
                checked += 1
    assert checked > 150


def test_values_are_those_of_the_analysis(worked, harm):
    found = build_results_words(worked, harm)
    rate, pfs = worked.proportion("ORR").estimate, worked.survival_of("PFS")
    (cell,) = cells_of(found, r"response\.primary\.rate")
    assert cell.numbers[0].value == 100 * rate.value
    assert len(cell.inputs.patients) == rate.n
    (responders,) = cells_of(found, r"response\.primary\.responders")
    assert responders.inputs.patients == tuple(
        one.patient_id for one in worked.proportion("ORR").outcomes if one.met
    )
    medians = [cell.numbers[0].value for cell in cells_of(found, r"time\.median\.median")]
    assert pfs.median.value in medians
    assert worked.survival_of("OS").median.value in medians
    (umvue,) = cells_of(found, r"decision\.estimate\.estimate")
    assert umvue.numbers[0].value == 100 * worked.stage.inference.estimate
    (any_event,) = cells_of(found, r"harm\.any\.any")
    overview = harm.events.overview
    assert any_event.numbers[0].value == overview["patients"][0]
    (severe,) = cells_of(found, r"harm\.any\.severe")
    assert severe.numbers[0].value == overview["severe"][0]
    (serious,) = cells_of(found, r"harm\.any\.serious")
    assert serious.numbers[0].value == overview["patients"][1]
    related = [cell.numbers[0].value for cell in cells_of(found, r"harm\.related_item\.count")]
    own = overview.filter(
        (overview["section"] == "attribution") & overview["treatment"].is_not_null()
    )
    assert related == own["patients"].to_list()


def test_best_responses_add_up_to_the_set(worked, harm):
    counts = cells_of(build_results_words(worked, harm), r"response\.best_item\.count")
    assert sum(cell.numbers[0].value for cell in counts) == len(worked.sets.efficacy)


def test_both_languages_hold_the_same_values(worked, harm):
    english, chinese = (everything(worked, harm, language) for language in LANGUAGES)
    assert len(english) == len(chinese)
    for one, other in zip(english, chinese, strict=True):
        assert {(name, cell.numbers, cell.inputs) for name, cell in one.values} == {
            (name, cell.numbers, cell.inputs) for name, cell in other.values
        }


@pytest.mark.parametrize("patients", [1, 2, 7])
def test_the_grammar_holds_for_few_patients(crclm_study, patients):
    data = simulate_study(crclm_study, seed=1, trial=14, patients=patients)
    found = everything(analyse(data, crclm_study), analyse_safety(data, crclm_study))
    assert not ONE_MANY.search(text_of(found))
    assert not re.search(r"  |\.\.|\bnan\b|None", text_of(found))


def test_the_small_trial_reads_well(analysis):
    safety = analyse_safety(make_dataset(), make_study())
    text = text_of(everything(analysis, safety))
    assert "In total, 8 patients were enrolled." in text
    assert "From the full analysis set 1 patient was left out" in text
    assert (
        "Median overall survival was not reached" in text or "Median overall survival was" in text
    )
    assert not ONE_MANY.search(text.replace("grade 4 event", ""))
    assert "Adverse events could not be reported" in text


def test_an_unreached_median_says_so(worked, harm):
    survival = tuple(
        replace(one, median=replace(one.median, value=float("nan"), state="not reached"))
        for one in worked.survival
    )
    text = text_of(build_results_words(replace(worked, survival=survival), harm))
    assert "Median progression-free survival was not reached (95 % CI" in text
    assert "NR" not in re.findall(r"\b[A-Z]{2}\b", text)


def test_no_event_says_so(worked, harm):
    survival = tuple(
        replace(
            one,
            times=tuple(replace(t, event=False, kind="no progression") for t in one.times),
        )
        for one in worked.survival
    )
    text = text_of(build_results_words(replace(worked, survival=survival), harm))
    assert "No event was observed among 45 patients." in text


def test_nobody_responded(worked, harm):
    rates = tuple(
        replace(
            one,
            estimate=replace(one.estimate, successes=0, value=0.0, low=0.0, high=0.079),
            outcomes=tuple(replace(each, met=False) for each in one.outcomes),
        )
        for one in worked.proportions
    )
    text = text_of(build_results_words(replace(worked, proportions=rates), harm))
    assert "was met by none of 45 patients: the objective response rate was 0.0 %" in text
    assert "was achieved by none of 45 patients" in text


def test_without_safety_nothing_is_said_of_harm_but_that(worked):
    assert "adverse" not in text_of(build_results_words(worked, None))
    assert "Safety was not part of this analysis." in text_of(build_limitations(worked, None))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_descriptive_trial_without_ablation(dataset, crclm_study, language):
    design = crclm_study.design
    kind = design.kind.model_copy(update={"value": "descriptive"})
    study = crclm_study.model_copy(
        update={"design": design.model_copy(update={"kind": kind}), "ablation": None}
    )
    data = without(dataset, "ablations")
    analysis = analyse(data, study)
    found = everything(analysis, analyse_safety(data, study), language)
    names = {name.rpartition(".")[0] for paragraph in found for name, _ in paragraph.values}
    assert not {name for name in names if name.startswith(("ablation.", "decision."))}
    assert "methods.ablation" not in names
    if language == "en":
        assert "without a hypothesis test" in text_of(found)


def test_nobody_in_the_data_that_counts():
    data = make_dataset()
    none = {
        **data.frames,
        "doses": data.frames["doses"].clear(),
        "ablations": data.frames["ablations"].clear(),
    }
    data = Dataset.create(none, source="x")
    study = make_study()
    analysis = make_analysis(study, data)
    text = text_of(everything(analysis, analyse_safety(data, study)))
    assert "no endpoint could be computed" in text
    assert "could not be computed" in text_of(build_limitations(analysis, None))


def test_what_was_not_collected_is_named(dataset, crclm_study, worked):
    safety = analyse_safety(without(dataset, "adverse_events", "labs"), crclm_study)
    text = text_of(build_results_words(worked, safety))
    assert "Adverse events could not be reported:" in text
    assert "Laboratory could not be reported:" in text


def test_an_open_field_says_that_it_is_open(worked, crclm_study):
    identity = crclm_study.identity
    gap = identity.population.model_copy(
        update={"value": None, "origin": "gap", "basis": None, "needed": "ask"}
    )
    study = crclm_study.model_copy(
        update={"identity": identity.model_copy(update={"population": gap})}
    )
    text = text_of(build_methods_words(replace(worked, study=study)))
    assert "Eligibility: [not settled: identity.population]." in text


def test_hostile_terms_stay_as_they_are(dataset, crclm_study, worked):
    import polars as pl

    hostile = "<script>alert(1)</script> {n|a|b} \\input{x} $1$ 名"
    events = dataset.frames["adverse_events"].with_columns(pl.lit(hostile).alias("term"))
    data = Dataset.create({**dataset.frames, "adverse_events": events}, source=dataset.source)
    for language in LANGUAGES:
        text = text_of(build_results_words(worked, analyse_safety(data, crclm_study), language))
        assert hostile in text
