"""The page on adverse events: its example runs, and it names what there is."""

from __future__ import annotations

import re
import shutil

from trialwright.dataset import write_dataset
from trialwright.safety.events import DERIVED
from trialwright.simulate import simulate_study


def test_the_example_of_the_page_runs(root, crclm_study, tmp_path, monkeypatch, capsys):
    shutil.copy(root / "examples" / "crclm" / "study.toml", tmp_path / "study.toml")
    write_dataset(simulate_study(crclm_study, seed=3, patients=6), tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    page = (root / "docs" / "safety" / "adverse-events.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    exec(compile(block, "adverse-events.md", "exec"), {})  # noqa: S102 - our own page
    printed = capsys.readouterr().out
    assert "body_system" in printed
    assert printed.count("since the first treatment on") + printed.count(", grade ") >= 6


def test_the_page_names_columns_that_there_are(root):
    page = (root / "docs" / "safety" / "adverse-events.md").read_text(encoding="utf-8")
    table = page.partition("## What is said of an event")[2].partition("## Counting")[0]
    firsts = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    named = {name for cell in firsts for name in re.findall(r"`(\w+)`", cell)}
    assert named
    assert named <= set(DERIVED)
