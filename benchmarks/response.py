"""Lesions to time-point responses to confirmed best response, at three sizes of trial.

45 patients in plain Python, 80,000 compiled, 10 million streaming. The peers' figures are those
measured once on another 2-core machine with R 4.2.2 (admiral 1.4.1, admiralonco 1.4.0; they start
from finished responses, and derive ADRS): R is not installed here.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np

from timing import describe_machine, print_row, time_call, time_command
from trialwright.response import PatientScans, ResponseRules, assess_patient, gather_scans
from trialwright.response.best import BestRules
from trialwright.response.bulk.packing import course_rules, pack_patient
from trialwright.response.bulk.ragged import Course, Courses, course_of
from trialwright.response.bulk.read_many import read_chunks, read_many
from trialwright.response.course import NOTHING_SHOWN, CourseRules, blank_calls, read_course
from trialwright.response.local_size import LocalPolicy

ROOT = Path(__file__).parents[1]
RULES = CourseRules(
    planned=LocalPolicy.EXCLUDE,
    unplanned=LocalPolicy.NOT_EVALUABLE,
    persistent=True,
    earliest=True,
    best=BestRules(28, 1, 1, 49),
)
MANY, VERY_MANY, CHUNK = 80_000, 10_000_000, 80_000
PEERS = "admiral + admiralonco 360 s, 3.3 GB (other machine); Polars prototype 3.4 s, 2.8 GB"


def main() -> None:
    if sys.argv[1:] == ["start"]:  # what a new process pays before its first patient
        read_many(draw_courses(10, scans=8, lesions=5, seed=1), RULES)
        return
    if sys.argv[1:] == ["stream"]:
        _streaming()
        return
    print(describe_machine())
    _plain_python()
    _compiled()
    _starting()
    sys.stdout.flush()
    subprocess.run([sys.executable, __file__, "stream"], check=True)


def _plain_python() -> None:
    courses = draw_courses(45, scans=13, lesions=5, seed=1)
    patients = [_as_lists(patient, courses) for patient in range(courses.patients)]
    print_row("45 patients x 13 scans, read_course", time_call(_read_each, patients), goal=0.05)
    scans, rules = _simulated(45)
    visits = sum(len({reading.visit for reading in one.readings}) for one in scans)
    print(f"45 patients, {visits} scans, assess_patient with reasons:")
    for criteria, words in (("none", "RECIST 1.1"), ("iRECIST", "RECIST 1.1 and iRECIST")):
        print_row(f"  {words}", time_call(_assess_each, scans, rules, criteria), goal=0.05)
    courses_of = [pack_patient(one, rules) for one in scans]
    numbers = course_rules(rules)
    print_row("  the same patients, read_course", time_call(_read_each, courses_of, numbers))
    print(f"a compiler was started: {'numba' in sys.modules}")


def _assess_each(scans: list[PatientScans], rules: ResponseRules, criteria: str) -> None:
    chosen = replace(rules, immune_criteria=criteria)
    for one in scans:
        assess_patient(one, chosen)


def _read_each(patients: list[Course], rules: CourseRules = RULES) -> None:
    for course in patients:
        read_course(course, rules, blank_calls(len(course.day), len(course.node)))


def _simulated(patients: int) -> tuple:
    import trialwright as tw

    study = tw.read_study(ROOT / "examples" / "crclm" / "study.toml")
    scans = gather_scans(tw.simulate_study(study, seed=1, patients=patients))
    return scans, replace(ResponseRules.of(study), best_response_rules="recist11")


def _compiled() -> None:
    courses = draw_courses(MANY, scans=8, lesions=5, seed=1)
    started = time.perf_counter()
    results = read_many(courses, RULES)
    print(f"first call: {time.perf_counter() - started:.2f} s (compiles, or finds what it kept)")
    for threads in (1, 2):
        call = time_call(read_many, courses, RULES, threads=threads)
        print_row(f"80,000 patients, {threads} thread(s), wall", call)
    clock = time.process_time
    seconds = time_call(read_many, courses, RULES, threads=2, clock=clock)
    print_row("80,000 patients, 2 threads, CPU", seconds, goal=0.5)
    moved = sum(array.nbytes for array in (*_own(courses), *results))
    wall = statistics.median(time_call(read_many, courses, RULES, threads=2))
    bandwidth, reached = _triad(), moved / wall
    lesions = len(courses.measured_mm) / wall / 1e6
    cpu = MANY / statistics.median(seconds) / 1e6
    print(f"{MANY / wall / 1e6:.2f} million patients/s, {cpu:.2f} per CPU second")
    print(f"{lesions:.0f} million lesion sizes/s")
    share = f"{reached / bandwidth:.0%} of the {bandwidth / 1e9:.1f} GB/s of a triad"
    print(f"{reached / 1e9:.2f} GB/s read and written once: {share}")
    print(f"peers, 80,000 subjects: {PEERS}")


def _own(courses: Courses) -> list[np.ndarray]:
    """Return the arrays of the courses, each once: two days of a visit may be one array."""
    return list({id(array): array for array in courses}.values())


def _triad() -> float:
    """Return bytes per second of a = b + 3 c over arrays that fit no cache, on two threads."""
    import numba

    @numba.njit(nogil=True)
    def sweep(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> None:
        for i in range(len(a)):
            a[i] = b[i] + 3.0 * c[i]

    parts, size = 2, 10_000_000
    arrays = [np.full((parts, size), value) for value in (0.0, 1.0, 2.0)]

    def once() -> None:
        with ThreadPoolExecutor(parts) as pool:
            list(pool.map(sweep, *arrays))

    return 3 * 8 * parts * size / min(time_call(once))


def _starting() -> None:
    program = [sys.executable, __file__, "start"]
    print_row("new process, 10 patients, kept machine code", time_command(program, runs=3))


def _streaming() -> None:
    """Read 10 million patients; run in a process of its own, whose peak memory is its own."""
    read_many(draw_courses(10, scans=8, lesions=5, seed=1), RULES)
    wall, spent, responders, early = time.perf_counter(), [0.0, 0.0], 0, 0.0
    for seed in range(VERY_MANY // CHUNK):
        courses = draw_courses(CHUNK, scans=8, lesions=5, seed=seed)
        started = time.perf_counter(), time.process_time()
        for results in read_chunks([courses], RULES):
            responders += int(np.isin(results.confirmed, (1, 2)).sum())
        spent[0] += time.perf_counter() - started[0]
        spent[1] += time.process_time() - started[1]
        early = _peak_mb() if seed == 9 else early
    wall = time.perf_counter() - wall
    print(f"10 million patients in chunks of {CHUNK:,}, {responders:,} responders:")
    print(f"  reading {spent[0]:.1f} s wall, {spent[1]:.1f} s CPU; {wall:.0f} s with the drawing")
    print(f"  {VERY_MANY / spent[1] / 1e6:.2f} million patients per CPU second")
    print(
        f"  peak memory {early:.0f} MB after 10 chunks, {_peak_mb():.0f} MB at the end (drawn too)"
    )


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def draw_courses(patients: int, *, scans: int, lesions: int, seed: int) -> Courses:
    """Draw patients with a baseline and so many scans after it, give or take two.

    Sizes follow a random walk per lesion, in tenths of mm; one in a hundred is not read.
    """
    rng = np.random.default_rng(seed)
    visits = 1 + rng.integers(scans - 2, scans + 3, patients)
    targets = np.full(patients, lesions)
    starts = [np.concatenate([[0], np.cumsum(n)]) for n in (visits, targets, visits * targets)]
    total = int(starts[0][-1])
    first = np.zeros(total, dtype=bool)
    first[starts[0][:-1]] = True
    number = np.arange(total) - np.repeat(starts[0][:-1], visits)
    walk = np.cumsum(rng.normal(-0.01, 0.1, (total, lesions)), axis=0)
    walk -= np.repeat(walk[first], visits, axis=0)  # each patient's begins at the baseline
    begin = np.repeat(rng.uniform(150.0, 500.0, (patients, lesions)), visits, axis=0)
    size = np.floor(begin * np.exp(walk)) / 10.0
    size[rng.random(size.shape) < 0.01] = np.nan
    day = (number * 56 - 14).astype(np.int32)
    never, count = np.full(patients * lesions, np.inf), patients * lesions
    return Courses(
        *starts,
        day=day,
        targets_day=day,
        shown_day=np.full(total, NOTHING_SHOWN, dtype=np.int32),
        non_target=rng.choice(np.array([0, 1, 4, 4, 4, 6], dtype=np.int8), total),
        non_target_left=np.zeros(total, dtype=bool),
        new_lesion=(rng.random(total) < 0.03) & ~first,
        was_read=np.ones(total, dtype=bool),
        measured_mm=size.ravel(),
        viable_mm=np.empty(0),
        complete=np.empty(0, dtype=bool),
        node=rng.random(count) < 0.1,
        treated_day=np.where(rng.random(count) < 0.1, 10.0, never),
        last_before_mm=np.full(count, np.nan),
        planned=np.ones(count, dtype=bool),
        new_therapy_day=np.full(patients, np.inf),
    )


def _as_lists(patient: int, courses: Courses) -> Course:
    *fields, therapy = course_of(patient, courses)
    return Course(*(field.tolist() for field in fields), float(therapy))


if __name__ == "__main__":
    main()
