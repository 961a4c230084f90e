"""The growth fit: its models, its likelihood, what it reads, and what it says."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace

import numpy as np
import pytest

from trialwright.errors import DataError, ExportError
from trialwright.report.simulation.growth_plot import write_growth
from trialwright.simulate import read_scenario
from trialwright.simulate.growth_fit import (
    GROWTH_MODELS,
    LesionSeries,
    fit_growth,
    growth_model,
    read_lesion_series,
)
from trialwright.simulate.growth_fit.likelihood import Likelihood, normal_nodes
from trialwright.simulate.growth_fit.mixed_effects import _group, _sort_out
from trialwright.simulate.growth_fit.population import Levels, Population

WEEKS = np.array([-1.0, 6.0, 12.0, 18.0, 24.0, 36.0, 48.0])
KG, KS, SIGMA = 0.02, 0.05, 0.08
SD = np.array([0.5, 0.6, 0.7])
CORRELATION = -0.3


def drawn(patients, *, lesions=1, within=0.0, seed=7, below=None):
    """Draw Stein-Fojo series from known parameters, written without the package."""
    rng = np.random.default_rng(seed)
    covariance = np.diag(SD**2)
    covariance[1, 2] = covariance[2, 1] = CORRELATION * SD[1] * SD[2]
    who, which, when, size = [], [], [], []
    for patient in range(patients):
        middle = rng.multivariate_normal(np.log([40.0, KG, KS]), covariance)
        for lesion in range(lesions):
            b, kg, ks = np.exp(middle + within * rng.standard_normal(3))
            true = b * np.where(
                WEEKS < 0, np.exp(kg * WEEKS), np.exp(-ks * WEEKS) + np.exp(kg * WEEKS) - 1
            )
            read = true * np.exp(SIGMA * rng.standard_normal(WEEKS.size))
            who += [f"p{patient}"] * WEEKS.size
            which += [f"T{lesion}"] * WEEKS.size
            when += list(WEEKS)
            size += list(read)
    kind = None
    if below is not None:
        kind = ["too_small" if one < below else "measured" for one in size]
    return LesionSeries.create(who, when, size, lesion=which, kind=kind)


@pytest.fixture(scope="module")
def fit():
    return fit_growth(drawn(400), nodes=5)


def assert_recovers(found, truths):
    for name, truth in truths.items():
        one = found.estimate(name)
        assert abs(one.value - truth) < 3 * one.standard_error, one
        assert one.standard_error < 0.25 * max(truth, 0.4), one


def test_known_parameters_are_recovered(fit):
    assert fit.warnings == ()
    assert_recovers(
        fit,
        {
            "baseline_mm": 40.0, "kg_per_week": KG, "ks_per_week": KS,
            "baseline_patient_log_sd": 0.5, "kg_patient_log_sd": 0.6, "ks_patient_log_sd": 0.7,
            "kg_ks_patient_correlation": CORRELATION, "baseline_kg_patient_correlation": 0.0,
            "residual_log_sd": SIGMA,
        },
    )  # fmt: skip


def test_known_parameters_are_recovered_where_a_fifth_is_too_small():
    series = drawn(300, below=20.0, seed=11)
    assert 0.1 < series.count()["too_small"] / series.count()["rows"] < 0.3
    found = fit_growth(series, smallest_mm=20.0, nodes=5)
    truths = {"kg_per_week": KG, "ks_per_week": KS, "ks_patient_log_sd": 0.7}
    assert_recovers(found, {**truths, "residual_log_sd": SIGMA})


def test_lesions_of_a_patient_are_told_from_patients():
    found = fit_growth(drawn(60, lesions=2, within=0.3, seed=3), covariance="diagonal")
    truths = {"kg_per_week": KG, "ks_per_week": KS, "residual_log_sd": SIGMA}
    levels = {"kg_patient_log_sd": 0.6, "kg_lesion_log_sd": 0.3, "ks_lesion_log_sd": 0.3}
    assert_recovers(found, {**truths, **levels})
    assert "kg_lesion_log_sd" in tomllib.loads(found.to_scenario_lines())["growth"]


def likelihood_of(series, levels, model="stein_fojo", nodes=9, smallest=5.0):
    lesions, _ = _sort_out(series, 1)
    groups, _ = _group(lesions, smallest)
    return Likelihood(growth_model(model), groups, levels, nodes)


def test_the_likelihood_is_the_integral_by_brute_force():
    """Against the mean of the density over 400,000 draws of the parameters; some are censored."""
    series = drawn(12, below=25.0, seed=5)
    one = likelihood_of(series, Levels(3, 0, full=True, lesions=False), smallest=25.0)
    start = Population.start(growth_model("stein_fojo"), one.levels, 40.0)
    population = replace(start, vector=np.r_[np.log([40, 0.02, 0.05, 0.25]), start.vector[4:]])
    one.place_nodes(population)
    found = one.evaluate(population).log_likelihood
    z = np.random.default_rng(1).standard_normal((400_000, 3))
    b, kg, ks = np.exp(population.mean + z @ np.linalg.cholesky(population.patient_covariance).T).T
    for patient in range(12):
        rows = [i for i, name in enumerate(series.patient) if name == f"p{patient}"]
        total = np.zeros(b.size)
        for i in rows:
            t, size, kind = series.week[i], series.size_mm[i], series.kind[i]
            true = b * (np.exp(kg * t) if t < 0 else np.exp(-ks * t) + np.exp(kg * t) - 1)
            total += log_density(size, kind, np.log(true), 0.25, 25.0)
        assert found[patient] == pytest.approx(np.log(np.exp(total).mean()), abs=0.05)


def log_density(size, kind, fitted, sigma, limit):
    from scipy.stats import norm

    if kind == "measured":
        return norm.logpdf(np.log(size), fitted, sigma)
    return norm.logcdf(np.log(limit), fitted, sigma)


@pytest.mark.parametrize("model", GROWTH_MODELS)
def test_the_score_is_the_derivative_of_the_likelihood(model):
    levels = Levels(
        growth_model(model).varying,
        len(growth_model(model).parameters) - growth_model(model).varying,
        full=True,
        lesions=False,
    )
    check_score(likelihood_of(drawn(15, below=15.0), levels, model, 4, 15.0), model)


def test_the_score_is_the_derivative_with_several_lesions():
    levels = Levels(3, 0, full=True, lesions=True)
    check_score(likelihood_of(drawn(10, lesions=3, within=0.2), levels), "stein_fojo")


def check_score(one, model):
    start = Population.start(growth_model(model), one.levels, 40.0)
    vector = start.vector + 0.03 * np.cos(np.arange(start.vector.size))
    at = replace(start, vector=vector)
    one.place_nodes(at)
    score = one.evaluate(at).score.sum(axis=0)
    for place in range(vector.size):
        ends = []
        for by in (1e-5, -1e-5):
            moved = vector.copy()
            moved[place] += by
            ends.append(one.evaluate(replace(at, vector=moved)).log_likelihood.sum())
        slope = (ends[0] - ends[1]) / 2e-5
        assert score[place] == pytest.approx(slope, rel=1e-5, abs=1e-4)


@pytest.mark.parametrize("dimensions", [1, 3, 6])
def test_nodes_have_the_moments_of_a_standard_normal(dimensions):
    z, log_weight = normal_nodes(dimensions, 9)
    weight = np.exp(log_weight)
    near = 1e-6 if dimensions < 5 else 0.02
    assert weight.sum() == pytest.approx(1, abs=near)
    assert weight @ z == pytest.approx(np.zeros(dimensions), abs=near)
    assert (weight[:, None] * z).T @ z == pytest.approx(np.eye(dimensions), abs=near)


def test_estimates_and_their_table(fit):
    frame = fit.to_frame(level=0.9)
    assert frame.columns == ["name", "words", "value", "standard_error", "low", "high", "level"]
    assert frame.height == fit.parameters == 10
    assert all(one.low < one.value < one.high for one in fit.estimates())
    wide, narrow = fit.estimate("kg_per_week", level=0.99), fit.estimate("kg_per_week", level=0.5)
    assert wide.low < narrow.low < narrow.high < wide.high
    assert fit.bic - fit.aic == pytest.approx(10 * (np.log(400) - 2))
    with pytest.raises(KeyError, match=r"kd.*kg_per_week"):
        fit.estimate("kd")
    with pytest.raises(ValueError, match="level must lie between 0 and 1, not 95"):
        fit.estimates(level=95)


def test_scenario_lines_have_a_source_each_and_are_read_back(fit, tmp_path):
    sections = tomllib.loads(fit.to_scenario_lines())
    assert {key: set(section) for key, section in sections.items()} == {
        "growth": {
            "model", "kg_median_per_week", "ks_median_per_week", "kg_patient_log_sd",
            "ks_patient_log_sd",
        },
        "correlations": {"growth_shrinkage"},
    }  # fmt: skip
    assert sections["growth"].pop("model")["value"] == "stein_fojo"
    leaves = [leaf for section in sections.values() for leaf in section.values()]
    assert all("400 lesions of 400 patients" in leaf["source"] for leaf in leaves)
    head = 'inherits = "regotori_liver_like"\n'
    (tmp_path / "own.toml").write_text(head + fit.to_scenario_lines(), encoding="utf-8")
    scenario = read_scenario(tmp_path / "own.toml")
    kg = fit.estimate("kg_per_week").value
    assert scenario.growth.kg_median_per_week == pytest.approx(kg, rel=1e-3)


def test_no_row_is_lost():
    patients = [f"p{i}" for i in range(12) for _ in range(4)] + ["short", "short", "p0", "p1", "p2"]
    weeks = [0, 6, 12, 18] * 12 + [0, 6, 0, 24, 24]
    sizes = [30, 25, 24, 28] * 12 + [20, 21, 30, np.nan, 0]
    found = fit_growth(LesionSeries.create(patients, weeks, sizes), nodes=3, covariance="diagonal")
    counts = found.counts
    used = counts.measured + counts.too_small + counts.absent
    assert counts.rows == used + counts.missing + counts.repeated + counts.in_short_series == 53
    assert (counts.missing, counts.repeated, counts.in_short_series) == (1, 1, 2)
    assert (counts.absent, counts.lesions, counts.lesions_left_out) == (1, 12, 1)


def test_a_population_without_variation_says_so():
    series = LesionSeries.create(
        [f"p{i}" for i in range(12) for _ in range(4)], [0, 6, 12, 18] * 12, [30, 25, 24, 28.0] * 12
    )
    assert any("no such variation" in one for one in fit_growth(series, nodes=3).warnings)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"model": "gompertz"}, "model must be one of stein_fojo, .*not 'gompertz'"),
        ({"covariance": "block"}, "covariance must be one of full, diagonal, not 'block'"),
        ({"least_observations": 0}, r"least_observations \(0\) must be 1 or more"),
        ({"nodes": 1}, r"nodes \(1\) 3 or more"),
        ({"smallest_mm": 0.0}, "smallest_mm must be more than 0, not 0.0"),
    ],
)
def test_options_outside_their_range_are_refused(options, words):
    with pytest.raises(ValueError, match=words):
        fit_growth(drawn(12), **options)


@pytest.mark.parametrize(
    ("series", "words"),
    [
        (drawn(9), "9 patients have a lesion with 3 sizes or more; a population needs 10"),
        (
            LesionSeries.create([f"p{i // 3}" for i in range(36)], [0] * 36, range(10, 46)),
            "no lesion has sizes on two days",
        ),
        (
            LesionSeries.create([f"p{i // 3}" for i in range(36)], [0, 6, 9] * 12, [0] * 36),
            "no size is a number",
        ),
    ],
)
def test_series_that_tell_nothing_are_refused(series, words):
    with pytest.raises(DataError, match=words):
        fit_growth(series)


@pytest.mark.parametrize("model", ["generalised", "claret", "wang"])
def test_other_models_fit_and_make_a_scenario(model, tmp_path):
    found = fit_growth(drawn(60), model=model, covariance="diagonal", nodes=3)
    assert found.estimate("residual_log_sd").value < 0.2
    assert found.estimate("baseline_mm").value == pytest.approx(40, rel=0.3)
    head = 'inherits = "regotori_liver_like"\n'
    (tmp_path / "own.toml").write_text(head + found.to_scenario_lines(), encoding="utf-8")
    assert read_scenario(tmp_path / "own.toml").growth.model == model


CSV = """Patient,Lesion,Day,Size_mm
a,T1,0,31.5
a,T1,42,TOO SMALL TO MEASURE
a,T1,84,0
a,T2,0,Not Evaluable

b,T1,-7,
"""


def test_a_plain_csv_is_read(tmp_path):
    (tmp_path / "sizes.csv").write_text(CSV, encoding="utf-8")
    series = read_lesion_series(tmp_path / "sizes.csv")
    assert series.patient == ("a", "a", "a", "a", "b")
    assert series.week.tolist() == [0, 6, 12, 0, -1]
    assert series.kind == ("measured", "too_small", "absent", "missing", "missing")
    assert series.count() == {
        "rows": 5, "patients": 2, "lesions": 3, "measured": 1, "too_small": 1, "absent": 1,
        "missing": 2,
    }  # fmt: skip
    assert series.to_frame()["size_mm"].to_list() == [31.5, None, None, None, None]
    with pytest.raises(ValueError, match="read-only"):
        series.week[0] = 1


def test_weeks_and_one_lesion_a_patient(tmp_path):
    (tmp_path / "sizes.csv").write_text("patient,week,size_mm\na,6,20\n", encoding="utf-8")
    series = read_lesion_series(tmp_path / "sizes.csv")
    assert (series.lesion, series.week.tolist()) == (("T1",), [6.0])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('patient,day,size_mm\na,0,"31,5"\n', "row 2: size_mm is '31,5'; write mm with a decimal"),
        ("patient,day,size_mm\na,soon,3\n", "row 2: day is 'soon'; write days since"),
        ("patient,day,size_mm\n,0,3\n", "row 2: patient is blank"),
        ("patient,day,size_mm\na,0,-3\n", "row 2: size_mm is -3; write 0 to 1000 mm"),
        ("patient,lesion,day,size_mm\na,,0,3\n", "row 2: lesion is blank"),
        ("patient,size_mm\na,3\n", "row 1: .*needed: day or week .one of them."),
        ("patient,day,week,size_mm\na,0,0,3\n", "needed: day or week .one of them."),
        ("", "the columns are none; needed: patient, size_mm"),
    ],
)
def test_a_bad_csv_names_row_and_mend(tmp_path, text, words):
    (tmp_path / "sizes.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=words):
        read_lesion_series(tmp_path / "sizes.csv")


def test_every_bad_cell_is_named(tmp_path):
    (tmp_path / "sizes.csv").write_text("patient,day,size_mm\na,x,y\n,0,3\n", encoding="utf-8")
    with pytest.raises(DataError, match="3 cells") as error:
        read_lesion_series(tmp_path / "sizes.csv")
    assert len(error.value.findings) == 3


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match="there is no such file; give a CSV or the XLSX"):
        read_lesion_series(tmp_path / "sizes.csv")


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"patient": ["a"], "week": [0, 1], "size_mm": [3, 4]}, "one length"),
        ({"patient": ["a"], "week": [np.nan], "size_mm": [3]}, "week nan is not a number"),
        ({"patient": ["a"], "week": [0], "size_mm": [-3]}, "more than 0 mm"),
        ({"patient": ["a"], "week": [0], "size_mm": [3], "kind": ["gone"]}, "kind must be one of"),
    ],
)
def test_bad_columns_are_refused(columns, words):
    with pytest.raises(ValueError, match=words):
        LesionSeries.create(**columns)


def test_the_picture_is_written(fit, tmp_path):
    write_growth(fit, drawn(400), tmp_path / "growth.svg")
    text = (tmp_path / "growth.svg").read_text(encoding="utf-8")
    assert "Weeks since the first dose" in text
    with pytest.raises(ExportError, match=r"growth\.xyz: .*\.svg, \.png, \.pdf"):
        write_growth(fit, drawn(400), tmp_path / "growth.xyz")


def test_the_verb_prints_estimates_and_json(tmp_path):
    import typer
    from typer.testing import CliRunner

    from trialwright.cli.simulate.growth import growth

    app = typer.Typer()
    app.command()(growth)
    frame = drawn(40).to_frame().drop("kind")
    frame.write_csv(tmp_path / "sizes.csv")
    out = CliRunner().invoke(app, [str(tmp_path / "sizes.csv"), "--json"])
    assert out.exit_code == 0, out.output
    content = json.loads(out.stdout)
    assert content["counts"]["lesions"] == 40
    assert {one["name"] for one in content["estimates"]} >= {"kg_per_week", "residual_log_sd"}
    out = CliRunner().invoke(app, [str(tmp_path / "sizes.csv"), "--model", "wang"])
    assert out.exit_code == 0, out.output
    assert "growth_mm_per_week" in out.stdout
    assert "linear_growth_mm_per_week" in out.stdout
