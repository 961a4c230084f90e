"""One-sample log-rank tests against R, and against a published package's example."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from trialwright.stats.historical import Digitised, Exponential, Weibull
from trialwright.stats.one_sample_log_rank import one_sample_log_rank_test

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "stats"
TOLERANCE = 1e-9
CURVES = {
    "exponential": Exponential.from_survival(0.62, at=4),
    "weibull": Weibull.from_median(0.7, 5),
    "digitised": Digitised.of([0, 3, 6, 12], [1, 0.8, 0.5, 0.2], extrapolate="last hazard"),
}


def datasets(rows) -> dict[str, tuple[list[float], list[int]]]:
    data: dict[str, tuple[list[float], list[int]]] = {}
    for row in rows:
        times, events = data.setdefault(row["dataset"], ([], []))
        times.append(float(row["time"]))
        events.append(int(row["status"]))
    return data


def read(name: str) -> list[dict[str, str]]:
    with (FIXTURES / f"{name}.csv").open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_weibull_histories(rows) -> None:
    """Compare with oslr_test: its z are (O - E), ours (E - O); its p are of fewer events."""
    data, wrong = datasets(rows("km_datasets", {"fixture": 141, "shared": 2011})), []
    for row in rows("oslr_test", {"fixture": 18, "shared": 56}):
        history = Weibull.from_survival(float(row["shape"]), float(row["S0"]), at=float(row["x0"]))
        woolson, wu, exact = (
            one_sample_log_rank_test(
                *data[row["dataset"]], history, alternative="less", method=method
            )
            for method in ("Woolson", "Wu", "exact Poisson")
        )
        assert woolson.observed == int(row["O"])
        found = {
            "E": woolson.expected,
            "z_OE": -woolson.statistic,
            "p_lower": woolson.p_value,
            "z_var_OE2": -wu.statistic,
            "p_exact_poisson": exact.p_value,
        }
        wrong += [
            (row["dataset"], column, ours, row[column])
            for column, ours in found.items()
            if ours != pytest.approx(float(row[column]), rel=TOLERANCE, abs=0)
        ]
    assert not wrong


def test_r_survdiff_and_poisson_test() -> None:
    """Compare with one_sample.R: survdiff with an offset, poisson.test, late entry, a figure."""
    data, wrong = datasets(read("km_datasets")), []
    table = read("one_sample_tests")
    assert len(table) == 27
    for row in table:
        time, event = data[row["dataset"]]
        history = CURVES[row["curve"]]
        for column, ours in found_of(time, event, history).items():
            if ours != pytest.approx(float(row[column]), rel=TOLERANCE, abs=0):
                wrong.append((row["dataset"], row["curve"], column, ours, row[column]))
    assert not wrong


def found_of(time, event, history) -> dict[str, float]:
    """Return our answers under the column names of one_sample_tests."""

    def tested(method, alternative):
        return one_sample_log_rank_test(
            time, event, history, alternative=alternative, method=method
        )

    both = tested("Woolson", "two-sided")
    entry = [t * ((i + 1) % 3) / 4 for i, t in enumerate(time)]
    late = one_sample_log_rank_test(time, event, history, alternative="less", entry=entry)
    ratio = both.ratio(level=0.9)
    return {
        "observed": both.observed,
        "expected": both.expected,
        "expected_late": late.expected,
        "chisq": both.statistic**2,
        "p_two_sided": both.p_value,
        "poisson_less": tested("exact Poisson", "less").p_value,
        "poisson_greater": tested("exact Poisson", "greater").p_value,
        "mid_p_less": tested("mid-P Poisson", "less").p_value,
        "mid_p_greater": tested("mid-P Poisson", "greater").p_value,
        "ratio_low_90": ratio.low,
        "ratio_high_90": ratio.high,
    }


def test_the_example_of_onearm2stage() -> None:
    # OneArm2stage 1.2.1, LRT(shape = 1, S0 = 0.62, x0 = 2, kj1_final): O 18, E 16.3598, Z -0.4055.
    # Its 26 patients were watched for 68.446051 in all; an exponential curve asks for no more.
    time, event = [68.446051 / 26] * 26, [1] * 18 + [0] * 8
    history = Exponential.from_survival(0.62, at=2)
    found = one_sample_log_rank_test(time, event, history, alternative="less", method="Woolson")
    assert (found.observed, found.n) == (18, 26)
    assert round(found.expected, 4) == 16.3598
    assert round(found.statistic, 4) == -0.4055
    wu = one_sample_log_rank_test(time, event, history, alternative="less", method="Wu")
    assert round(wu.statistic, 4) == -0.3957  # domain report, section 6.7
