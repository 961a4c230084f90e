"""The worked example with a fixed seed, as numbers that must not change unnoticed.

Run this file to write ``crclm.json`` and ``report.json`` anew (or one of them: name it); a change
of them is a change of results and is reviewed as one.
"""

from __future__ import annotations

import functools
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
STORED = Path(__file__).with_name("crclm.json")
REPORT = Path(__file__).with_name("report.json")
SEED = 20261  # the seed of `make run`

Numbers = dict[str, dict[str, "float | str"]]  # display, then what the number is


@functools.cache
def analyse_example() -> Any:
    """Return the analysis of `make run`."""
    import trialwright as tw

    study = tw.read_study(ROOT / "examples" / "crclm" / "study.toml")
    return tw.analyse(tw.simulate_study(study, seed=SEED), study)


def compute() -> dict[str, Any]:
    """Return every estimate, call and count of `make run`."""
    from trialwright.analysis import endpoints_frame, responses_frame, time_points_frame

    analysis = analyse_example()
    dataset = analysis.dataset
    stage = analysis.stage
    assert stage is not None
    content = {
        "rows": {name: frame.height for name, frame in dataset.frames.items()},
        "endpoints": endpoints_frame(analysis).to_dicts(),
        "landmarks": {
            result.key: [[month, e.value, e.low, e.high] for month, e in result.landmarks]
            for result in analysis.survival
        },
        "events": {result.key: dict(result.events) for result in analysis.survival},
        "censored": {result.key: dict(result.censored) for result in analysis.survival},
        "policies": {
            one.policy: [one.estimate.successes, [list(change) for change in one.changed]]
            for one in analysis.policies
        },
        "decision": [str(stage.design), stage.first_look.verdict, stage.final.verdict],
        "inference": None if stage.inference is None else asdict(stage.inference),
        "responses": responses_frame(analysis).to_dicts(),
        "time_points": time_points_frame(analysis.responses).to_dicts(),
        "safety": _count_safety(analysis),
    }
    return json.loads(json.dumps(content, default=str))


def _count_safety(analysis: Any) -> dict[str, Any]:
    """Return the numbers of the safety chapter, without its listings."""
    from trialwright.analysis.safety import analyse_safety, safety_frames

    safety = analyse_safety(analysis.dataset, analysis.study)
    rows = safety_frames(safety)
    return {
        "overview": _counts(safety.events.overview),
        "terms": _counts(safety.events.terms),
        "first_events": [
            [one.what, one.with_event, str(one.rate), str(one.incidence_by(6.0, analysis.study))]
            for one in (*safety.events.first_events, *safety.events.of_interest.values())
        ],
        "deaths": rows["deaths"].to_dicts(),
        "shifts": _counts(safety.laboratory.shifts),
        "hys_law": rows["hys_law"].to_dicts(),
        "quadrants": safety.edish["quadrant"].to_list(),
        "exposure": _counts(safety.exposure_summary),
        "toxicity": [[one.patient_id, one.state, one.what] for one in safety.toxicity.patients],
        "verdict": safety.toxicity.verdict,
        "dose_disagreements": len(safety.dose_disagreements),
    }


def _counts(frame: Any) -> list[dict[str, Any]]:
    """Return the rows without the lists of patients, whose lengths the counts are."""
    lists = [name for name, kind in frame.schema.items() if kind.is_nested()]
    return frame.drop(lists).to_dicts()


def compute_report() -> Numbers:
    """Return every number of every table and sentence of the report, in its order.

    A number that does not exist is the word that says why. Listings repeat the data, and are left
    out.
    """
    from trialwright.report import build_report
    from trialwright.report.results import list_results

    document = build_report(analyse_example()).document
    listings = {table.number for table in document.tables if table.kind == "listing"}
    numbers: Numbers = {}
    for one in list_results(document).results:
        if one.display not in listings:
            key = one.key.removeprefix(f"{one.display} | ")
            value = one.state if one.value is None else one.value
            numbers.setdefault(one.display, {})[key] = value
    return numbers


def lay_out(numbers: Numbers) -> str:
    """Write one line a number, so that a review reads what changed."""
    parts = []
    for display, found in numbers.items():
        lines = ",\n".join(f" {_json(key)}: {_json(value)}" for key, value in found.items())
        parts.append(f"{_json(display)}: {{\n{lines}\n}}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def write(name: str) -> None:
    """Write one of the two files anew."""
    if name == STORED.name:
        content = json.dumps(compute(), indent=1, ensure_ascii=False) + "\n"
        STORED.write_text(content, encoding="utf-8")
    else:
        REPORT.write_text(lay_out(compute_report()), encoding="utf-8")


if __name__ == "__main__":
    for chosen in sys.argv[1:] or (STORED.name, REPORT.name):
        write(chosen)
