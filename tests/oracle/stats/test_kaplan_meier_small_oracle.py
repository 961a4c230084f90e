"""Small and awkward samples against R survival 3.5-3: one patient, ties, time 0, late entry.

`kaplan_meier.R` beside this file makes the three tables. A row is one data set on one scale and
level; every number in it is compared, and R's NA is our nan. `documented` holds the places where
docs/decisions/001-median-and-interval.md departs from R on purpose, and there are no others.
Sets named `rounding` have times that differ in the last bit; R joins them, and so do we;
their rows with timefix=FALSE show what it would be to leave them apart, and are not compared.
"""

from __future__ import annotations

import math
from collections import defaultdict

import pytest

from trialwright.stats import KaplanMeier, follow_up

# The tables lie in the repository; there is no longer version of them in `shared`.
pytestmark = pytest.mark.parametrize("rows", ["fixture"], indirect=True)

Z = {"0.95": 1.959963984540054, "0.9": 1.6448536269514722}
LIMITS = ("", "_low", "_high")
FAMILIES = {
    "right-censored": 545,
    "late entry": 180,
    "rounded apart, timefix=TRUE": 120,
}


def number(cell: str) -> float:
    return math.nan if cell == "NA" else float(cell)


def family(row: dict[str, str]) -> str:
    prefix = row["dataset"].partition("-")[0]
    rounded = f"rounded apart, timefix={row['timefix']}"
    return {"late": "late entry", "rounding": rounded}.get(prefix, "right-censored")


def read_datasets(rows) -> dict[str, dict[str, list]]:
    data: dict = defaultdict(lambda: {"time": [], "event": [], "entry": []})
    for row in rows("km_small_data", {"fixture": 1381}):
        columns = data[row["dataset"]]
        columns["time"].append(float(row["time"]))
        columns["event"].append(row["status"] == "1")
        columns["entry"].append(number(row["entry"]))
    return data


def fit(data: dict[str, list]) -> KaplanMeier:
    late = not math.isnan(data["entry"][0])
    return KaplanMeier.fit(data["time"], data["event"], data["entry"] if late else None)


def named(name: str, estimate) -> dict[str, float]:
    values = (estimate.value, estimate.low, estimate.high)
    return {name + limit: value for limit, value in zip(LIMITS, values, strict=True)}


def first_times(rows) -> dict[tuple, dict[str, float]]:
    """Return, where R's quantile() contradicts R's print(), the first times, by row."""
    names, found = {"0.25": "q25", "0.5": "median", "0.75": "q75"}, defaultdict(dict)
    for row in rows("km_small_crossings", {"fixture": 69}):
        limits = {names[row["p"]] + end: number(row["first" + end]) for end in LIMITS[1:]}
        found[row["dataset"], row["conf.type"], row["conf.int"]] |= limits
    return found


def documented(row: dict[str, str]) -> dict[str, float]:
    """Return what decision 001 expects of this row: R's numbers, but for what it names."""
    text = {"dataset", "conf.type", "timefix"}
    expected = {name: number(cell) for name, cell in row.items() if name not in text}
    for k in "123":
        if expected[f"S{k}"] == 1:  # no limits before the first event; R: NA, or 1 to 1
            expected |= {f"S{k}_low": math.nan, f"S{k}_high": math.nan}
        elif row[f"S{k}"] == "NA" and expected["S_last"] == 0:
            expected[f"S{k}"] = 0  # after the last time only a curve above 0 is unknown
    if expected["rmean_se"] == 0:  # no event says how the mean varies
        expected["rmean_se"] = math.nan
    mean, half = expected["rmean"], Z[row["conf.int"]] * expected["rmean_se"]
    return expected | {"rmean_low": mean - half, "rmean_high": mean + half}


def ours(row: dict[str, str], data: dict[str, list]) -> dict[str, float]:
    """Return our answers under the names of the reference."""
    curve, how = fit(data), {"level": float(row["conf.int"]), "band": row["conf.type"]}
    found = {"n": curve.n_event.sum() + curve.n_censor.sum(), "events": curve.n_event.sum()}
    for name, p in (("q25", 0.25), ("median", 0.5), ("q75", 0.75)):
        found |= named(name, curve.quantile(p, **how))
    for k in "123":
        found |= named(f"S{k}", curve.at(float(row[f"t{k}"]), **how))
    mean = curve.rmst(float(row["tau"]), level=how["level"])
    found |= named("rmean", mean) | {"rmean_se": (mean.high - mean.value) / Z[row["conf.int"]]}
    if math.isnan(data["entry"][0]):
        found |= named("followup", follow_up(data["time"], data["event"]).quantile(**how))
    return found


def standard_errors(row: dict[str, str], curve: KaplanMeier) -> dict[str, float]:
    """Return the standard error of S(t) at the landmarks that lie within the curve's times."""
    times = {f"S{k}_se": float(row[f"t{k}"]) for k in "123"}
    return {
        name: curve.standard_error[(curve.time <= t).sum() - 1]
        for name, t in times.items()
        if curve.time[0] <= t <= curve.time[-1]
    }


def differences(found: dict[str, float], expected: dict[str, float]) -> dict[str, tuple]:
    return {
        name: (float(value), expected[name])
        for name, value in found.items()
        if value != pytest.approx(expected[name], rel=1e-9, abs=1e-15, nan_ok=True)
    }


@pytest.mark.parametrize("kind", FAMILIES)
def test_every_number_of_the_reference(rows, kind: str) -> None:
    data, first, wrong, compared = read_datasets(rows), first_times(rows), [], 0
    for row in rows("km_small_reference", {"fixture": 965}):
        if family(row) != kind:
            continue
        sample = data[row["dataset"]]
        found = ours(row, sample) | standard_errors(row, fit(sample))
        key = (row["dataset"], row["conf.type"], row["conf.int"])
        if differs := differences(found, documented(row) | first[key]):
            wrong.append((row["dataset"], row["conf.type"], row["conf.int"], differs))
        compared += 1
    assert compared == FAMILIES[kind]
    assert not wrong


def test_the_documented_differences_are_in_the_table(rows) -> None:
    # The exceptions above would prove nothing if no row of R's made use of them.
    table = rows("km_small_reference", {"fixture": 965})
    before = [
        (row["conf.type"], row["S1_low"], row["S1_high"]) for row in table if row["S1"] == "1"
    ]
    assert {scale for scale, *limits in before if limits == ["1", "1"]} == {
        "plain",
        "log",
        "log-log",
        "logit",
        "arcsin",
    }
    assert any(limits == ["NA", "NA"] for _, *limits in before)
    assert any(row["S3"] == "NA" and row["S_last"] == "0" for row in table)
    assert any(row["S3"] == "NA" and float(row["S_last"]) > 0 for row in table)
    assert any(row["rmean_se"] == "0" for row in table)


def test_a_limit_is_reached_the_first_time(rows) -> None:
    # Limits need not fall from event to event (late entry; 99 % on the log-log scale). Where they
    # do not, R's quantile() and print() contradict each other; ours is the first time, R's print().
    data, wrong = read_datasets(rows), []
    for row in rows("km_small_crossings", {"fixture": 69}):
        how = {"level": float(row["conf.int"]), "band": row["conf.type"]}
        found = named("first", fit(data[row["dataset"]]).quantile(float(row["p"]), **how))
        first = {name: number(row[name]) for name in ("first_low", "first_high")}
        del found["first"]
        if row["p"] == "0.5":
            shown = {"first_low": number(row["print_low"]), "first_high": number(row["print_high"])}
            assert not differences(first, shown)
        if differs := differences(found, first):
            wrong.append((row, differs))
    assert not wrong
