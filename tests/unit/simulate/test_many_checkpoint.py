"""A folder of finished trials is trusted only where it is what was written for this run."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest

from counted_series import CountedSeries
from trialwright.simulate.many import (
    CheckpointError,
    DamagedPart,
    RunStopped,
    Threads,
    TrialRange,
    run_trials,
)
from trialwright.simulate.many.parts import list_parts, write_part
from trialwright.simulate.many.record import RunRecord

WHOLE = TrialRange(0, 500)
SERIES = CountedSeries()
HUNDREDS = Threads(1, range_size=100)
EXPECTED = SERIES.tally(0, 500, 1)


@pytest.fixture
def folder(tmp_path):
    """Return the folder of a run that has 300 of its 500 trials."""
    with pytest.raises(RunStopped):
        run_trials(CountedSeries(fails_at=300), WHOLE, where=HUNDREDS, checkpoint=tmp_path)
    return tmp_path


def go_on(folder, series=SERIES, trials=WHOLE):
    return run_trials(series, trials, where=HUNDREDS, checkpoint=folder)


def test_a_folder_of_another_run_is_refused_with_what_differs(folder):
    other = CountedSeries(seed=2, identity_extra={"study": "abc"})
    told = (
        r"what differs: seed \(1 against 2\), study \(absent against abc\); choose another folder"
    )
    with pytest.raises(CheckpointError, match=told):
        go_on(folder, other)
    assert len(list_parts(folder)) == 3


def test_another_build_is_refused(folder):
    path = folder / "run.json"
    content = json.loads(path.read_text())
    content["build"]["numba"] = "0.1"
    path.write_text(json.dumps(content))
    with pytest.raises(CheckpointError, match=r"what differs: numba \(0\.1 against "):
        go_on(folder)


def _cut(path):
    path.write_bytes(path.read_bytes()[:-20])


def _empty(path):
    path.write_bytes(b"")


def _turn_a_bit(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    path.write_bytes(content)


def _rename(path):
    path.rename(
        path.with_name(path.name.replace("000000000100-000000000199", "000000000300-000000000399"))
    )


@pytest.mark.parametrize("damage", [_cut, _empty, _turn_a_bit, _rename])
def test_a_damaged_part_is_named_and_done_again(folder, damage):
    damage(list_parts(folder)[1].path)
    with pytest.warns(DamagedPart, match=r"trials-0.*is damaged.*are simulated again") as told:
        found = go_on(folder)
    assert len(told) == 1
    assert found == EXPECTED
    assert len(list(folder.glob("damaged-trials-*"))) == 1
    assert go_on(folder) == EXPECTED  # and no warning this time


def test_every_bit_of_a_part_counts(folder):
    part = list_parts(folder)[0]
    record, content = RunRecord.read(folder), part.path.read_bytes()
    for place in range(0, len(content), 7):
        part.path.write_bytes(
            content[:place] + bytes([content[place] ^ (1 << place % 8)]) + content[place + 1 :]
        )
        assert part.read(record.digest) is None
    part.path.write_bytes(content)
    assert part.read(record.digest) == SERIES.tally(0, 100, 1)


def test_a_part_of_another_study_is_not_counted(folder, tmp_path):
    other = tmp_path / "other"
    go_on(other, CountedSeries(seed=2))
    foreign = list_parts(other)[4]
    shutil.copy(foreign.path, folder)
    with pytest.warns(DamagedPart, match="was written for another run; trials 400 to 499"):
        assert go_on(folder) == EXPECTED


def test_a_part_of_another_build_is_not_counted(folder):
    record = RunRecord.read(folder)
    older = replace(record, build={**record.build, "numba": "0.1"})
    foreign = write_part(folder, TrialRange(400, 100), SERIES.tally(400, 100, 1), older.digest)
    assert foreign.read(older.digest) is not None
    with pytest.warns(DamagedPart, match="was written for another run; trials 400 to 499"):
        assert go_on(folder) == EXPECTED


def test_two_parts_with_one_trial_are_refused(folder):
    digest = RunRecord.read(folder).digest
    write_part(folder, TrialRange(250, 100), SERIES.tally(250, 100, 1), digest)
    with pytest.raises(CheckpointError, match="trials 200 to 299 and trials 250 to 349 are in two"):
        go_on(folder)


def test_a_part_that_cannot_be_opened_is_no_damage(folder):
    path = list_parts(folder)[0].path
    path.unlink()
    path.mkdir()
    with pytest.raises(CheckpointError, match="cannot be opened"):
        go_on(folder)


def test_a_run_may_grow(folder):
    more = TrialRange(0, 900)
    assert go_on(folder, trials=more) == SERIES.tally(0, 900, 1)
    assert RunRecord.read(folder).trials == more


def test_a_run_may_shrink_to_what_it_holds_and_not_below(folder):
    with pytest.raises(CheckpointError, match="holds trials 200 to 299, but trials 0 to 249 are"):
        go_on(folder, trials=TrialRange(0, 250))
    assert go_on(folder, trials=TrialRange(0, 300)) == SERIES.tally(0, 300, 1)
    assert RunRecord.read(folder).whole == TrialRange(0, 300)


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "{}", '{"format": 2}', '{"format": 1, "trials": {"first": -1, "count": 2}}'],
)
def test_a_record_that_cannot_be_read_is_refused(folder, content):
    (folder / "run.json").write_text(content)
    with pytest.raises(CheckpointError, match=r"run\.json: cannot be read as the record of a run"):
        go_on(folder)


def test_parts_without_a_record_are_refused(folder):
    (folder / "run.json").unlink()
    with pytest.raises(CheckpointError, match=r"no run\.json"):
        go_on(folder)


def test_other_files_in_the_folder_are_left_alone(folder):
    names = (
        "notes.txt",
        "trials-1-2.parquet",
        ".trials-000000000300-torn",
        "trials-000000000009-000000000001-0123456789abcdef.parquet",
    )
    for name in names:
        (folder / name).write_text("x")
    assert go_on(folder) == EXPECTED
    assert all((folder / name).read_text() == "x" for name in names)


def test_a_part_is_named_by_its_trials(folder):
    names = [part.path.name for part in list_parts(folder)]
    assert names[1].startswith("trials-000000000100-000000000199-")
    assert (folder / names[1]).stat().st_mode & 0o777 == 0o644
