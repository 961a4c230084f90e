"""The worked example with a fixed seed, as numbers that must not change unnoticed.

Run this file to write ``crclm.json`` anew; a change of it is a change of results and is
reviewed as one.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
STORED = Path(__file__).with_name("crclm.json")
SEED = 20261  # the seed of `make run`


def compute() -> dict[str, Any]:
    """Return every number that the report of `make run` prints."""
    import trialwright as tw
    from trialwright.analysis import endpoints_frame, responses_frame, time_points_frame

    study = tw.read_study(ROOT / "examples" / "crclm" / "study.toml")
    dataset = tw.simulate_study(study, seed=SEED)
    analysis = tw.analyse(dataset, study)
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


if __name__ == "__main__":
    STORED.write_text(json.dumps(compute(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
