"""What axe-core finds in the report: in light and in dark, on a screen and on a telephone."""

from __future__ import annotations

from itertools import pairwise

import pytest

pytestmark = pytest.mark.browser

axe_module = pytest.importorskip("axe_playwright_python.sync_playwright")
GRAVE = {"serious", "critical"}
# Rows are alike, and so are pages of patients: a few of each keep axe to seconds.
FEW_OF_EACH = """() => {
  document.querySelectorAll("tbody tr:nth-child(n + 3)").forEach((row) => row.remove());
  document.querySelectorAll("details.patient:nth-of-type(n + 3)").forEach((one) => one.remove());
}"""


def find_faults(tab, context, rules=None):
    options = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = rules
    found = axe_module.Axe().run(tab, context=context, options=options).response
    assert found["passes"], "axe looked at nothing"
    return [
        (one["id"], [node["html"][:100] for node in one["nodes"][:3]])
        for one in found["violations"]
        if one["impact"] in GRAVE
    ]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing_grave_with_everything_open(open_tab, report, width, scheme):
    tab = open_tab(report, viewport={"width": width, "height": 900}, color_scheme=scheme)
    tab.evaluate(FEW_OF_EACH)
    tab.locator("#unfold").click()
    assert tab.locator("details:not([open])").count() == 0
    assert find_faults(tab, {"exclude": [[".drawing svg"]]}) == []  # hidden from readers


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (390, "light")])
def test_letters_are_told_from_the_ground_in_the_other_colours(open_tab, report, width, scheme):
    tab = open_tab(report, viewport={"width": width, "height": 900}, color_scheme=scheme)
    tab.evaluate(FEW_OF_EACH)
    tab.locator("#unfold").click()
    assert find_faults(tab, {"exclude": [[".drawing svg"]]}, ["color-contrast"]) == []


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing_grave_in_the_dialog(open_tab, report, width, scheme):
    tab = open_tab(report, viewport={"width": width, "height": 900}, color_scheme=scheme)
    tab.evaluate(FEW_OF_EACH)
    tab.locator("button.who").first.click()
    assert tab.locator("dialog").evaluate("node => node.open")
    assert find_faults(tab, "#who") == []


def test_headings_come_in_order(open_tab, report):
    levels = open_tab(report).evaluate(
        "[...document.querySelectorAll('main :is(h2, h3, h4, h5, h6), h1')].map(h => +h.tagName[1])"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
