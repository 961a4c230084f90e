"""SDTM RS to ADRS and ADTTE, from 40 to 80,000 subjects.

The subjects of the RS that stands beside the repository (``../shared/data/sdtm/rs_onco.csv``, 205
subjects, 28 rows each) are replicated. Each figure is the first derivation of a fresh process;
what loading Numba and the machine code it kept costs is measured apart, and so is compiling. The
peers' figures are those measured once on another 2-core machine (``shared/reference/peers.md`` §4).
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from timing import describe_machine, print_row

if TYPE_CHECKING:
    import polars as pl

    from trialwright.cdisc.adam.adtte import AdtteRules
    from trialwright.response.best import BestRules

ROOT = Path(__file__).parents[1]
DATA = ROOT.parent / "shared" / "data"
SIZES = {40: 0.1, 800: None, 8_000: None, 80_000: 1.5}  # goals in s of CPU
MEMORY_GOAL = 1_500  # MB
PEERS = {
    40: "admiral 13.9 s, 119 MB; Polars prototype 0.05 s, 83 MB",
    800: "admiral 16.4 s, 163 MB; Polars prototype 0.11 s, 115 MB",
    8_000: "admiral 61.6 s, 472 MB; Polars prototype 0.56 s, 379 MB",
    80_000: "admiral 497.7 s, 3,303 MB; Polars prototype 3.37 s, 2,833 MB",
}
PARTS = ("read", "parameters", "adrs", "adtte")
RUNS = 5


def main() -> None:
    if len(sys.argv) > 1:
        print(json.dumps(_STEPS[sys.argv[1]](*sys.argv[2:])))
        return
    print(describe_machine())
    if not DATA.is_dir():
        print("not measured: the folder of real inputs (../shared) is not here")
        return
    with tempfile.TemporaryDirectory() as folder:
        for subjects in SIZES:
            _run("replicate", subjects, folder)
        for subjects, goal in SIZES.items():
            for profile in ("admiral", "recist11"):
                _measure(subjects, profile, folder, goal)
            print(f"  peers (wall): {PEERS[subjects]}")
        _measure(80_000, "admiral", folder, None, "with_tu")
        _threshold(folder)


def _measure(
    subjects: int, profile: str, folder: str, goal: float | None, step: str = "derive"
) -> None:
    runs = [_run(step, subjects, folder, profile) for _ in range(RUNS)]
    what = f"{subjects:,} subjects, {profile}{', MDIS from TU' if step == 'with_tu' else ''}"
    print_row(f"{what}, CPU", [one["cpu"] for one in runs], goal=goal)
    print_row("  of it system time", [one["system"] for one in runs])
    print_row("  wall", [one["wall"] for one in runs])
    medians = {name: statistics.median(one[name] for one in runs) for name in (*PARTS, "loading")}
    parts = ", ".join(f"{name} {medians[name]:.3f}" for name in PARTS)
    peak, before = (max(one[name] for one in runs) for name in ("peak_mb", "input_mb"))
    met = (
        ""
        if goal is None
        else f"   goal {MEMORY_GOAL}   {'met' if peak < MEMORY_GOAL else 'NOT MET'}"
    )
    rows = f"{runs[0]['adrs_rows']:,} rows of ADRS, {runs[0]['adtte_rows']:,} of ADTTE"
    print(f"  medians: {parts} s CPU; {rows}, {runs[0]['findings']} findings")
    print(f"  loading Numba and kept machine code, apart: {medians['loading']:.2f} s CPU")
    print(f"  peak memory {peak:.0f} MB, {before:.0f} with the input read{met}")


def _threshold(folder: str) -> None:
    """Say from how many records on the compiled rules pay for their loading."""
    one = _run("threshold", 8_000, folder)
    print(f"plain rules {one['plain'] * 1e6:.1f} us a record, loading {one['loading']:.2f} s CPU:")
    pays = one["loading"] / one["plain"]
    print(f"  compiling pays from {pays:,.0f} records on; COMPILED_FROM is {one['from']:,}")
    anew = _run("load", cache=str(Path(folder) / "cache"))
    print(f"loading Numba and compiling anew: {anew['loading']:.1f} s CPU")


def _run(step: str, *arguments: object, cache: str | None = None) -> dict[str, float]:
    """Take one step in a process of its own; ``cache`` is where Numba keeps machine code."""
    command = [sys.executable, __file__, step, *map(str, arguments)]
    kept = {} if cache is None else {"NUMBA_CACHE_DIR": cache}
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, env=os.environ | kept
    )
    return json.loads(done.stdout)


# --- What a fresh process does


def _replicate(subjects: str, folder: str) -> dict[str, float]:
    """Write RS, ADSL and TU of so many subjects."""
    import polars as pl

    from trialwright.cdisc.files import read_table

    count = int(subjects)
    rs = read_table(DATA / "sdtm" / "rs_onco.csv")
    ids = rs["USUBJID"].unique().sort()
    copies = -(-count // len(ids))
    kept = pl.Series([f"{one}-{n:04d}" for n in range(copies) for one in ids][:count])
    tables = {
        "rs": rs,
        "adsl": read_table(DATA / "adam" / "adsl.csv"),
        "tu": read_table(DATA / "sdtm" / "tu_onco.csv"),
    }
    for name, table in tables.items():
        renamed = [
            table.with_columns(pl.col("USUBJID") + f"-{number:04d}") for number in range(copies)
        ]
        every = pl.concat(renamed).filter(pl.col("USUBJID").is_in(kept.implode()))
        every.write_parquet(Path(folder) / f"{name}_{count}.parquet")
    return {}


def _derive(subjects: str, folder: str, profile: str, *, with_tu: bool = False) -> dict[str, float]:
    import polars as pl

    from trialwright.cdisc.adam.adrs import build_adrs, read_called
    from trialwright.cdisc.adam.adrs_frame import read_parameters
    from trialwright.cdisc.adam.adtte import build_adtte
    from trialwright.response.bulk.derive_called import COMPILED_FROM, derive_called

    names = ("rs", "adsl", "tu") if with_tu else ("rs", "adsl")
    tables = [pl.read_parquet(Path(folder) / f"{name}_{subjects}.parquet") for name in names]
    rs, adsl, tu = tables if with_tu else (*tables, None)
    codes = [code for code in read_parameters() if with_tu or code != "MDIS"]
    counting, input_mb = _counting(profile), _peak_mb()
    loading = _load() if _overall_responses(rs) >= COMPILED_FROM else 0.0
    wall, spent = time.perf_counter(), [time.process_time()]
    system = resource.getrusage(resource.RUSAGE_SELF).ru_stime
    read = read_called(rs, adsl, profile)
    spent.append(time.process_time())
    found = derive_called(read.called, _best_rules(), profile)
    spent.append(time.process_time())
    adrs = build_adrs(read, found, profile, tu=tu)
    spent.append(time.process_time())
    adtte = build_adtte(read, found, profile, counting, codes=codes)
    spent.append(time.process_time())
    parts = [later - sooner for sooner, later in pairwise(spent)]
    return {
        **dict(zip(PARTS, parts, strict=True)),
        "cpu": sum(parts),
        "system": resource.getrusage(resource.RUSAGE_SELF).ru_stime - system,
        "wall": time.perf_counter() - wall,
        "loading": loading,
        "adrs_rows": adrs.height,
        "adtte_rows": adtte.frame.height,
        "findings": len(read.findings),
        "input_mb": input_mb,
        "peak_mb": _peak_mb(),
    }


def _best_rules() -> BestRules:
    from trialwright.response.best import BestRules

    return BestRules(28, 1, 0, 42)


def _counting(profile: str) -> AdtteRules:
    """Return how times are counted: as the template does, or by FDA's example table A."""
    from trialwright.cdisc.adam.adtte import AdtteRules
    from trialwright.endpoints import censoring_of
    from trialwright.study.calendar import AssessmentCalendar
    from trialwright.study.counting import preset_countings

    preset = "admiral" if profile == "admiral" else "fda_a"
    calendar = AssessmentCalendar(56, 7, float("inf"), 56)
    template = profile == "admiral"
    rules = censoring_of(preset_countings()[preset], calendar)
    return AdtteRules(
        rules, evaluable_only=not template, death_ends_response=True, extra_day=int(template)
    )


def _overall_responses(rs: pl.DataFrame) -> int:
    taken = (rs["RSTESTCD"] == "OVRLRESP") & (rs["RSEVAL"] == "INVESTIGATOR")
    return int(taken.sum())


def _derive_with_tu(subjects: str, folder: str, profile: str) -> dict[str, float]:
    return _derive(subjects, folder, profile, with_tu=True)


def _load_alone() -> dict[str, float]:
    return {"loading": _load()}


def _load() -> float:
    """Load Numba and the machine code that it kept; return the CPU seconds."""
    import numpy as np

    from trialwright.endpoints.bulk.timed import TimedPatients, end_times
    from trialwright.endpoints.censoring import DeathIs
    from trialwright.response.bulk.called import CalledResponses
    from trialwright.response.bulk.derive_called import derive_called

    start, codes, days = np.zeros(1, np.int64), np.zeros(0, np.int8), np.zeros(0, np.int32)
    flags, times = np.zeros(0, np.bool_), np.zeros(0)
    started = time.process_time()
    nobody = CalledResponses(start, codes, days, times)
    derive_called(nobody, _best_rules(), "admiral", compiled=True)
    untimed = TimedPatients(start, days, flags, flags, times, flags, *[times] * 7)
    end_times(untimed, DeathIs.EVENT, _counting("admiral").censoring, compiled=True)
    return time.process_time() - started


def _compare_speeds(subjects: str, folder: str) -> dict[str, float]:
    import polars as pl

    from trialwright.cdisc.adam.adrs import read_called
    from trialwright.response.bulk.derive_called import COMPILED_FROM, derive_called

    rs, adsl = (
        pl.read_parquet(Path(folder) / f"{one}_{subjects}.parquet") for one in ("rs", "adsl")
    )
    called = read_called(rs, adsl, "admiral").called
    started = time.process_time()
    derive_called(called, _best_rules(), "admiral", compiled=False)
    plain = (time.process_time() - started) / len(called.day)
    return {"plain": plain, "loading": _load(), "from": COMPILED_FROM}


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


_STEPS = {
    "replicate": _replicate,
    "derive": _derive,
    "with_tu": _derive_with_tu,
    "threshold": _compare_speeds,
    "load": _load_alone,
}


if __name__ == "__main__":
    main()
