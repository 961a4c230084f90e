"""Every curve against R survival 3.5-3 (tables and tolerances: tests/fixtures/stats/README.md)."""

from __future__ import annotations

import math
from collections import defaultdict

import pytest

from trialwright.stats import KaplanMeier, follow_up

TOLERANCE = 1e-8
Z = 1.959963984540054


def number(cell: str | float | None) -> float:
    return math.nan if cell in ("", "NA", None) else float(cell)


def differs(found: float, expected: float) -> bool:
    return found != pytest.approx(expected, abs=TOLERANCE, rel=0, nan_ok=True)


def datasets(rows) -> dict[str, tuple[list[float], list[bool]]]:
    data: dict[str, tuple[list[float], list[bool]]] = defaultdict(lambda: ([], []))
    for row in rows("km_datasets", {"fixture": 141, "shared": 2011}):
        data[row["dataset"]][0].append(float(row["time"]))
        data[row["dataset"]][1].append(row["status"] == "1")
    return data


def reference_values(curve: KaplanMeier, band: str) -> dict[str, float]:
    """Return our answer under the column names of km_reference."""
    found: dict[str, float] = {}
    for column, p in (("q25", 0.25), ("median", 0.5), ("q75", 0.75)):
        found[column] = curve.quantile(p, band=band).value
    median, mean = curve.quantile(band=band), curve.rmst(12)
    found |= {"med_lo": median.low, "med_hi": median.high}
    for month in (3, 6, 12):
        point = curve.at(month, band=band)
        found |= {
            f"S{month}": point.value,
            f"S{month}lo": point.low,
            f"S{month}hi": point.high,
        }
    i = max(j for j, t in enumerate(curve.time) if t <= 6)
    found["se6"] = float(curve.survival[i] * math.sqrt(curve.greenwood[i]))
    return found | {"rmst12": mean.value, "rmst12_se": (mean.high - mean.value) / Z}


def test_curves_medians_landmarks_and_restricted_means(rows) -> None:
    data, wrong = datasets(rows), []
    for row in rows("km_reference", {"fixture": 27, "shared": 84}):
        curve = KaplanMeier.fit(*data[row["dataset"]])
        assert curve.n_risk[0] == int(row["n"])
        assert curve.n_event.sum() == int(row["events"])
        for column, found in reference_values(curve, row["conf.type"]).items():
            if differs(found, number(row[column])):
                wrong.append((row["dataset"], row["conf.type"], column, found, row[column]))
    assert not wrong


def test_reverse_kaplan_meier_follow_up(rows) -> None:
    data, wrong = datasets(rows), []
    for row in rows("reverse_km_followup", {"fixture": 9, "shared": 28}):
        median = follow_up(*data[row["dataset"]]).quantile(0.5, band="log")  # R's default band
        found = {"rkm_median": median.value, "lo": median.low, "hi": median.high}
        wrong += [(row, c, f) for c, f in found.items() if differs(f, number(row[c]))]
    assert not wrong


@pytest.mark.shared
def test_numeric_cases(numeric_cases) -> None:
    cases = [case for case in numeric_cases if case["kind"] == "km"]
    assert len(cases) == 23
    assert {case["conf_type"] for case in cases} == {"log-log", "log", "plain", "logit", "arcsin"}
    wrong = [w for case in cases for w in compare_case(case)]
    assert not wrong


def compare_case(case: dict) -> list[tuple]:
    curve, expected = KaplanMeier.fit(case["time"], case["event"]), case["expected"]
    how = {"level": case["conf_level"], "band": case["conf_type"]}
    asked = [("quantile", p, curve.quantile(p, **how)) for p in expected["quantiles"]["p"]]
    wanted = list(zip(*(expected["quantiles"][k] for k in ("est", "lower", "upper")), strict=True))
    if points := expected.get("at"):
        asked += [("at", t, curve.at(t, **how)) for t in points["t"]]
        wanted += list(zip(*(points[k] for k in ("surv", "lower", "upper")), strict=True))
        assert curve.at_risk(points["t"]).tolist() == points["n_risk"]
    return [
        (case["name"], what, x, found, row)
        for (what, x, found), row in zip(asked, wanted, strict=True)
        for ours, theirs in zip((found.value, found.low, found.high), row, strict=True)
        if differs(ours, number(theirs))
    ]


@pytest.mark.shared
def test_lung_anchors(numeric_cases) -> None:
    # Domain report section 6.7: R survival, lung, n = 228, 165 deaths, days.
    lung = next(case for case in numeric_cases if case["name"] == "lung log-log")
    curve = KaplanMeier.fit(lung["time"], lung["event"])
    assert (curve.n_risk[0], curve.n_event.sum()) == (228, 165)
    for band, low, high in (("log-log", 284, 361), ("log", 285, 363)):
        median = curve.quantile(band=band)
        assert (median.value, median.low, median.high) == (310, low, high)
    for day, expected in ((180, (0.722, 0.658, 0.775)), (365, (0.409, 0.339, 0.478))):
        point = curve.at(day)
        assert (point.value, point.low, point.high) == pytest.approx(expected, abs=5e-4)
    reverse = follow_up(lung["time"], lung["event"]).quantile()
    assert (reverse.value, reverse.low, reverse.high) == (588, 511, 821)
