"""Figures of the INSPIRE patients against counts made by hand, with plain Python alone.

Source of the data and what cannot be made of them: ``tests/inspire_trial.py``.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from inspire_trial import DAYS_PER_MONTH, given_survival, inspire_dataset, inspire_study, read_rows
from trialwright.analysis import analyse
from trialwright.report import build_document
from trialwright.report.figures.survival import count_leaving, draw_survival, time_ticks
from trialwright.report.figures.waterfall import draw_waterfall
from trialwright.report.model import Paragraph
from trialwright.report.writers.pictures import draw_png

pytestmark = pytest.mark.shared

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT.parent / "shared/data/patients"


@pytest.fixture(scope="module")
def rows():
    names = ("inspire_patients.csv", "inspire_tumour_change.csv")
    if not all((FOLDER / name).exists() for name in names):
        pytest.skip("the patients of INSPIRE are not beside this checkout (shared/data/patients)")
    return tuple(read_rows(FOLDER / name) for name in names)


@pytest.fixture(scope="module")
def analysis(rows):
    """The analysis, with PFS as the file gives it: progression needs more than the sums."""
    made = analyse(inspire_dataset(*rows), inspire_study(ROOT))
    survival = tuple(
        given_survival(rows[0], one) if one.key == "PFS" else one for one in made.survival
    )
    return replace(made, survival=survival)


@pytest.fixture(scope="module")
def waterfall(analysis):
    return draw_waterfall(analysis, {})


@pytest.fixture(scope="module")
def curves(analysis):
    return {figure.key: figure for figure in draw_survival(analysis)}


def best_changes(patients, changes):
    """Count by hand: the least change of each patient up to the first progression of the sum."""
    scans = defaultdict(list)
    for row in changes:
        if row["size_change"] != "NA":
            scans[row["id"]].append((float(row["time"]), float(row["size_change"])))
    baseline = {row["id"]: float(row["l_size"]) for row in patients}
    best = {}
    for patient, found in scans.items():
        nadir = baseline[patient]
        for _, change in sorted(found):
            size = baseline[patient] * (1 + change / 100)
            best[patient] = min(change, best.get(patient, math.inf))
            if size >= 1.2 * nadir - 1e-9 and size - nadir >= 5 - 1e-9:
                break
            nadir = min(nadir, size)
    return best


def given_times(patients, changes, name):
    """Read months and events by hand; a scan after the last contact shows the patient alive."""
    last_scan = defaultdict(int)
    for row in changes:
        last_scan[row["id"]] = max(last_scan[row["id"]], round(7 * float(row["time"])))
    times = []
    for row in patients:
        days, event = round(float(row[f"{name}_time"]) * DAYS_PER_MONTH), row[f"{name}_status"]
        if name == "os" and event == "0":
            days = max(days, last_scan[row["id"]])
        times.append((days, event == "1"))
    return times


def product_limit(times):
    """Return day, at risk, events, censored and survival at each distinct time."""
    survival, steps = 1.0, []
    for day in sorted({day for day, _ in times}):
        at_risk = sum(other >= day for other, _ in times)
        events = sum(other == day and event for other, event in times)
        censored = sum(other == day and not event for other, event in times)
        survival *= 1 - events / at_risk
        steps.append((day, at_risk, events, censored, survival))
    return steps


def test_every_patient_with_a_size_has_a_bar_of_that_height(rows, waterfall):
    best = best_changes(*rows)
    bars = dict(waterfall.data.select("patient_id", "best_change_percent").iter_rows())
    assert waterfall.data.height == len(best) == 72
    assert bars == pytest.approx(best, abs=1e-9)
    cut = {patient: min(change, 100.0) for patient, change in best.items()}
    drawn = dict(waterfall.data.select("patient_id", "drawn_percent").iter_rows())
    assert drawn == pytest.approx(cut, abs=1e-9)


def test_bars_stand_from_the_worst_to_the_best(waterfall):
    heights = waterfall.data["best_change_percent"].to_list()
    assert all(left >= right for left, right in pairwise(heights))


def test_bars_beyond_the_lines_are_as_many_as_counted_by_hand(rows, waterfall):
    best = best_changes(*rows).values()
    heights = waterfall.data["best_change_percent"]
    fallen, risen = sum(one <= -30 for one in best), sum(one >= 20 for one in best)
    assert (fallen, risen) == (16, 21)
    assert ((heights <= -30 + 1e-9).sum(), (heights >= 20 - 1e-9).sum()) == (fallen, risen)


def test_those_without_a_size_after_baseline_are_counted_by_what_they_lack(rows, waterfall):
    patients, changes = rows
    scanned = {row["id"] for row in changes}
    sized = {row["id"] for row in changes if row["size_change"] != "NA"}
    nowhere = sum(row["id"] not in scanned for row in patients)
    unread = len(scanned - sized)
    assert (nowhere, unread) == (20, 2)
    said = (
        f"Not drawn: {nowhere} without a scan after baseline, {unread} without a complete sum "
        "after baseline to compare."
    )
    assert waterfall.caption.endswith(said)


def test_the_bars_of_published_responders_are_coloured_as_responses(rows, waterfall):
    responders = {row["id"] for row in rows[0] if row["orr"] == "CR/PR"}
    coloured = {
        row["patient_id"]
        for row in waterfall.data.iter_rows(named=True)
        if row["best_overall_response"] in {"CR", "PR"}
    }
    assert coloured == responders
    gone = sum(change <= -100 for change in best_changes(*rows).values())
    assert Counter(waterfall.data["best_overall_response"])["CR"] == gone


@pytest.mark.parametrize("name", ["os", "pfs"])
def test_every_step_of_the_curve_is_the_product_limit_by_hand(rows, curves, name):
    steps = product_limit(given_times(*rows, name))
    table = curves[f"km-{name}"].data
    first, *drawn = table.iter_rows(named=True)
    assert (first["time"], first["at_risk"], first["survival"]) == (0.0, len(rows[0]), 1.0)
    assert set(table["unit"]) == {"months"}
    assert len(drawn) == len(steps)
    for row, (day, at_risk, events, censored, survival) in zip(drawn, steps, strict=True):
        assert row["time"] == pytest.approx(day / DAYS_PER_MONTH)
        assert (row["at_risk"], row["events"], row["censored"]) == (at_risk, events, censored)
        assert row["survival"] == pytest.approx(survival, abs=1e-12)


@pytest.mark.parametrize(("name", "events"), [("os", 64), ("pfs", 82)])
def test_counts_under_the_axis_are_counted_by_hand(rows, analysis, name, events):
    times = given_times(*rows, name)
    curve = analysis.survival_of(name.upper()).curve
    ticks = time_ticks(36)
    counts = dict(count_leaving(curve, ticks))
    before = [[one for one in times if one[0] / DAYS_PER_MONTH < tick] for tick in ticks]
    assert counts["At risk"] == [len(times) - len(past) for past in before]
    assert counts["Events"] == [sum(event for _, event in past) for past in before]
    assert counts["Censored"] == [sum(not event for _, event in past) for past in before]
    assert sum(event for _, event in times) == events
    assert sum(curve.n_event) == events


@pytest.mark.parametrize("name", ["os", "pfs"])
def test_the_median_and_the_caption_are_those_counted_by_hand(rows, analysis, curves, name):
    times = given_times(*rows, name)
    steps = product_limit(times)
    day, survival = next((day, left) for day, *_, left in steps if left <= 0.5 + 1e-12)
    assert survival < 0.5 - 1e-9  # the curve crosses one half, it does not rest on it
    median = day / DAYS_PER_MONTH
    assert analysis.survival_of(name.upper()).median.value == pytest.approx(median)
    caption = curves[f"km-{name}"].caption
    events = sum(event for _, event in times)
    assert caption.startswith(
        f"Kaplan–Meier, n = 94, {events} events. Median {median:.1f} months ("
    )


def test_a_scan_after_the_last_contact_lengthens_survival_of_four_patients(rows):
    """The file of changes runs beyond the cut of survival; a scan shows the patient alive."""
    given = [round(float(row["os_time"]) * DAYS_PER_MONTH) for row in rows[0]]
    counted = [day for day, _ in given_times(*rows, "os")]
    assert sum(one != other for one, other in zip(given, counted, strict=True)) == 4


def test_all_of_them_can_be_drawn(waterfall, curves):
    for figure in (waterfall, curves["km-os"], curves["km-pfs"]):
        assert draw_png(figure).startswith(b"\x89PNG")


def test_the_words_of_the_report_say_what_is_counted_by_hand(rows, analysis):
    document = build_document(analysis)
    said = " ".join(
        block.text for block in document.sections[0].walk() if isinstance(block, Paragraph)
    )
    responders = sum(row["orr"] == "CR/PR" for row in rows[0])
    deaths = sum(row["os_status"] == "1" for row in rows[0])
    assert f"observed in {responders} of {len(rows[0])} patients" in said
    assert f"There were {deaths} events among {len(rows[0])} patients (death)" in said
    assert "the table adverse_events was not collected" in said
