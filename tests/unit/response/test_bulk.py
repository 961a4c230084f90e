"""Many patients at once: what is refused, and that old machine code is never used."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import numpy as np
import pytest

from courses import draw_courses, draw_rules
from trialwright import machine_code
from trialwright.errors import DataError, MissingExtra
from trialwright.response.bulk import compiled
from trialwright.response.bulk.read_many import count_threads, read_many, split_courses
from trialwright.response.local_size import LocalPolicy

COURSES = draw_courses(1, 30)
RULES = draw_rules(1)._replace(planned=LocalPolicy.EXCLUDE, unplanned=LocalPolicy.ZONE)


def _changed(name, change):
    array = getattr(COURSES, name).copy()
    change(array)
    return COURSES._replace(**{name: array})


def _set(at, value):
    def change(array):
        array[at] = value

    return change


@pytest.mark.parametrize(
    ("name", "array", "words"),
    [
        ("day", COURSES.day.astype(np.int64), "day is int64; make it an array of int32"),
        ("node", COURSES.node.tolist(), "node is list; make it an array of bool"),
        ("measured_mm", COURSES.measured_mm[:-1], "measured_mm has .* the offsets need"),
        ("planned", np.zeros((2, 2), dtype=bool), "planned must have one dimension"),
        ("treated_day", np.repeat(COURSES.treated_day, 2)[::2], "treated_day must have one dim"),
        ("target_start", COURSES.target_start[:-1], "one more than there are patients"),
        ("target_start", COURSES.target_start + 1, "target_start must begin with 0"),
        ("size_start", COURSES.size_start * 2, "visits times targets"),
        ("viable_mm", COURSES.viable_mm[:-1], "viable_mm has .* give one for each"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(name, array, words) -> None:
    with pytest.raises(ValueError, match=words):
        read_many(COURSES._replace(**{name: array}), RULES)


def test_offsets_that_fall_are_refused() -> None:
    start = COURSES.visit_start.copy()
    start[3] = start[-1] + 1
    with pytest.raises(ValueError, match="visit_start must begin with 0 and never fall"):
        read_many(COURSES._replace(visit_start=start), RULES)


@pytest.mark.parametrize(
    ("name", "policy"), [("viable_mm", LocalPolicy.VIABLE), ("complete", LocalPolicy.ZERO)]
)
def test_what_a_policy_reads_must_be_there(name, policy) -> None:
    empty = COURSES._replace(**{name: getattr(COURSES, name)[:0]})
    read_many(empty, RULES)
    with pytest.raises(ValueError, match=f"{name} has 0 entries"):
        read_many(empty, RULES._replace(planned=policy))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("measured_mm", -4.0, r"measured_mm\[7\] is -4.0; a diameter is 0 mm or more"),
        ("viable_mm", np.inf, r"viable_mm\[7\] is inf"),
        ("non_target", 2, r"non_target\[7\] is 2; use the codes"),
        ("treated_day", np.nan, r"treated_day\[7\] is nan; inf stands for never"),
        ("new_therapy_day", np.nan, r"patient 7 .*new_therapy_day\[7\] is nan"),
    ],
)
def test_a_value_that_means_nothing_names_the_patient(name, value, words) -> None:
    with pytest.raises(DataError, match=words):
        read_many(_changed(name, _set(7, value)), RULES)


def test_the_patient_named_is_the_one_that_holds_the_value() -> None:
    for at, patient in ((0, 0), (len(COURSES.measured_mm) - 1, None)):
        owner = int(np.flatnonzero(COURSES.size_start > at)[0]) - 1
        assert patient in (None, owner) or COURSES.size_start[1] == 0
        with pytest.raises(DataError, match=rf"^patient {owner} \(the first is 0\)"):
            read_many(_changed("measured_mm", _set(at, -1.0)), RULES)


def test_visits_out_of_order_are_refused() -> None:
    patient = int(np.argmax(np.diff(COURSES.visit_start) > 2))
    second = int(COURSES.visit_start[patient]) + 1
    with pytest.raises(DataError, match=rf"patient {patient} .*day\[{second}\].*in order of day"):
        read_many(_changed("day", _set(second, -500)), RULES)


def test_nobody_is_read_without_complaint() -> None:
    results = read_many(draw_courses(1, 0), RULES)
    assert all(len(array) == 0 for array in results)


def test_results_cannot_be_written_to_and_the_input_stays_writable() -> None:
    results = read_many(COURSES, RULES)
    assert not any(array.flags.writeable for array in results)
    assert COURSES.day.flags.writeable


def test_sums_can_be_left_out() -> None:
    with_sums, without = (read_many(COURSES, RULES, sums=keep) for keep in (True, False))
    assert len(without.sum_mm) == len(without.nadir_mm) == 0
    assert len(with_sums.sum_mm) == len(COURSES.day)
    assert with_sums.overall.tobytes() == without.overall.tobytes()


def test_a_chunk_holds_at_least_one_patient_and_a_reader_one_thread() -> None:
    with pytest.raises(ValueError, match="at least 1 patient, not 0"):
        next(split_courses(COURSES, patients=0))
    with pytest.raises(ValueError, match="threads must be 1 or more, not 0"):
        count_threads(0)
    assert count_threads(None) >= 1


def test_chunks_share_the_values() -> None:
    for chunk in split_courses(COURSES, patients=7):
        assert np.shares_memory(chunk.measured_mm, COURSES.measured_mm)


def test_without_numba_the_message_says_what_to_install(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    with pytest.raises(MissingExtra, match="pip install numba"):
        compiled.range_reader.__wrapped__()


def test_a_rule_that_takes_memory_is_refused() -> None:
    import numba

    @numba.njit(**machine_code.OPTIONS)
    def allocate(count):
        return np.empty(count).sum()

    with pytest.raises(numba.core.errors.NumbaError):
        allocate(3)


_READ_ONE = """
from trialwright.response.bulk import compiled
from trialwright.response.best import BestRules
from trialwright.response.bulk.read_many import read_many
from trialwright.response.course import CourseRules
from trialwright.response.local_size import LocalPolicy
from trialwright.response.bulk.ragged import Courses
import numpy as np
if compiled.__file__.startswith({home!r}):
    start, day = np.array([0, 2]), np.array([0, 56], dtype=np.int32)
    courses = Courses(
        start, np.array([0, 1]), start, day, day, day, np.zeros(2, dtype=np.int8),
        np.zeros(2, dtype=bool), np.zeros(2, dtype=bool), np.ones(2, dtype=bool),
        np.array([100.0, 72.0]), np.empty(0), np.empty(0, dtype=bool),
        np.zeros(1, dtype=bool), np.array([np.inf]), np.array([np.nan]),
        np.ones(1, dtype=bool), np.array([np.inf]),
    )
    rules = CourseRules(
        LocalPolicy.ZONE, LocalPolicy.ZONE, True, True, BestRules(28, 1, 1, 49)
    )
    results = read_many(courses, rules, threads=1)
    hits = sum(compiled.range_reader().stats.cache_hits.values())
    print(results.overall[1], hits)
"""


@pytest.fixture
def own_copy(root, tmp_path):
    """Return a copy of the package, and a function that runs code with it."""
    package = tmp_path / "trialwright"
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(root / "src" / "trialwright", package, ignore=ignore)

    def run(code, **environment):
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
            env=os.environ | {"PYTHONPATH": str(tmp_path), **environment},
        )
        return done.stdout.split()

    return package, run


def test_a_changed_rule_is_never_read_by_old_machine_code(own_copy) -> None:
    package, run = own_copy
    code = _READ_ONE.format(home=str(package))
    assert run(code) == ["3", "0"]  # 100 to 72 mm is stable; nothing was kept yet
    assert run(code) == ["3", "1"]  # the same, from the code that was kept
    rules = package / "response" / "recist.py"
    source = rules.read_text(encoding="utf-8")
    assert "SHRINKAGE = 0.30" in source
    rules.write_text(source.replace("SHRINKAGE = 0.30", "SHRINKAGE = 0.28"), encoding="utf-8")
    assert run(code) == ["2", "0"]  # now it is a partial response


def test_where_no_folder_can_be_written_nothing_is_kept(own_copy) -> None:
    package, run = own_copy
    (package / "response" / "bulk" / "__pycache__").write_text("a file where the folder would be")
    code = (
        "from trialwright.response.bulk.compiled import range_reader\n"
        "print(type(range_reader()._cache).__name__)"
    )
    nowhere = {"HOME": os.devnull, "XDG_CACHE_HOME": f"{os.devnull}/cache"}
    assert run(code) == ["FunctionCache"]
    assert run(code, **nowhere) == ["NullCache"]
