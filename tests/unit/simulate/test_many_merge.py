"""Shards become one run: none missing, none counted twice, none of another study."""

from __future__ import annotations

import pytest

from counted_series import CountedSeries
from trialwright.errors import ExportError
from trialwright.simulate.many import (
    CheckpointError,
    RunStopped,
    Shard,
    Threads,
    TrialRange,
    merge_shards,
    run_trials,
)
from trialwright.simulate.many.parts import list_parts
from trialwright.simulate.many.record import RunRecord

WHOLE = TrialRange(50, 600)
SERIES = CountedSeries()
EXPECTED = SERIES.tally(WHOLE.first, WHOLE.count, 1)
FIFTIES = Threads(1, range_size=50)


def run_shard(number, folder, *, series=SERIES, whole=WHOLE):
    run_trials(series, whole, shard=Shard(number, 3), where=FIFTIES, checkpoint=folder)


@pytest.fixture
def shards(tmp_path):
    for number in (1, 2, 3):
        run_shard(number, tmp_path / "shards")
    return tmp_path / "shards"


def test_shards_add_up_to_the_whole(shards, tmp_path):
    assert merge_shards(shards, tmp_path / "merged") == EXPECTED


def test_the_result_is_a_folder_of_the_same_form(shards, tmp_path):
    out = tmp_path / "merged"
    merge_shards(shards, out)
    assert len(list_parts(out)) == 1
    assert RunRecord.read(out).whole == WHOLE
    assert merge_shards(out, tmp_path / "again") == EXPECTED
    more = TrialRange(50, 800)
    assert run_trials(SERIES, more, checkpoint=out) == SERIES.tally(50, 800, 1)


def test_merging_twice_is_merging_once(shards, tmp_path):
    out = tmp_path / "merged"
    merge_shards(shards, out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    merge_shards(shards, out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_folders_may_be_named_one_by_one_and_twice(shards, tmp_path):
    each = [shards / f"shard-{n}-of-3" for n in (3, 1, 2)]
    assert merge_shards([*each, shards], tmp_path / "merged") == EXPECTED


def test_runs_that_follow_each_other_are_merged(tmp_path):
    for first, name in ((0, "a"), (100, "b")):
        run_trials(SERIES, TrialRange(first, 100), checkpoint=tmp_path / "runs" / name)
    assert merge_shards(tmp_path / "runs", tmp_path / "out") == SERIES.tally(0, 200, 1)


@pytest.mark.parametrize(
    ("lost", "told"),
    [(1, "trials 50 to 249"), (2, "trials 250 to 449"), (3, "trials 450 to 649")],
)
def test_a_shard_that_is_missing_is_told_wherever_it_lies(tmp_path, lost, told):
    for number in {1, 2, 3} - {lost}:
        run_shard(number, tmp_path / "shards")
    with pytest.raises(CheckpointError, match=f"of trials 50 to 649 are missing: {told}; start"):
        merge_shards(tmp_path / "shards", tmp_path / "merged")
    assert not (tmp_path / "merged").exists()


def test_a_shard_cut_short_is_told_and_can_be_gone_on_with(shards, tmp_path):
    list_parts(shards / "shard-2-of-3")[1].path.unlink()
    with pytest.raises(CheckpointError, match="are missing: trials 300 to 349; start"):
        merge_shards(shards, tmp_path / "merged")
    run_shard(2, shards)
    assert merge_shards(shards, tmp_path / "merged") == EXPECTED


def test_a_shard_that_failed_is_told(tmp_path):
    with pytest.raises(RunStopped):
        run_shard(1, tmp_path / "shards", series=CountedSeries(fails_at=120))
    for number in (2, 3):
        run_shard(number, tmp_path / "shards")
    with pytest.raises(CheckpointError, match="are missing: trials 100 to 249"):
        merge_shards(tmp_path / "shards", tmp_path / "merged")


def test_a_damaged_file_is_named_and_left(shards, tmp_path):
    path = list_parts(shards / "shard-1-of-3")[0].path
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(
        CheckpointError, match=rf"missing: trials 50 to 99 \(damaged: .*{path.name}"
    ):
        merge_shards(shards, tmp_path / "merged")
    assert path.exists()


def test_trials_of_another_run_are_refused(shards, tmp_path):
    run_shard(2, tmp_path / "others", series=CountedSeries(seed=9))
    with pytest.raises(CheckpointError, match=r"what differs: seed \(1 against 9\)"):
        merge_shards([shards, tmp_path / "others"], tmp_path / "merged")


def test_trials_in_two_folders_are_refused(shards, tmp_path):
    run_shard(2, tmp_path / "copy")
    told = "some trials would count twice: trials 250 to 299 in .* and trials 250 to 299 in "
    with pytest.raises(CheckpointError, match=told):
        merge_shards([shards, tmp_path / "copy"], tmp_path / "merged")


def test_shards_of_different_totals_do_not_pass_for_a_whole(tmp_path):
    run_trials(SERIES, TrialRange(0, 100), shard=Shard(1, 2), checkpoint=tmp_path / "a")
    run_trials(SERIES, TrialRange(0, 200), shard=Shard(2, 2), checkpoint=tmp_path / "b")
    with pytest.raises(CheckpointError, match="of trials 0 to 199 are missing: trials 50 to 99"):
        merge_shards([tmp_path / "a", tmp_path / "b"], tmp_path / "merged")


@pytest.mark.parametrize("make", [False, True])
def test_folders_without_trials_are_refused(tmp_path, make):
    folder = tmp_path / "empty"
    if make:
        folder.mkdir()
    with pytest.raises(CheckpointError, match=f"{folder}: (no such folder|neither it nor)"):
        merge_shards(folder, tmp_path / "merged")


def test_no_folder_at_all_is_refused(tmp_path):
    with pytest.raises(CheckpointError, match="no folder was named"):
        merge_shards([], tmp_path / "merged")


def test_the_result_is_kept_apart_from_what_is_merged(shards):
    for out in (shards, shards / "shard-1-of-3", shards / "merged", shards / "shard-1-of-3" / "x"):
        with pytest.raises(CheckpointError, match="holds, or lies in, what is merged"):
            merge_shards(shards, out)
    with pytest.raises(CheckpointError, match="holds, or lies in, what is merged"):
        merge_shards([shards / f"shard-{n}-of-3" for n in (1, 2, 3)], shards)


def test_a_result_with_other_trials_is_not_written_over(shards, tmp_path):
    out = tmp_path / "merged"
    run_trials(SERIES, TrialRange(0, 10), checkpoint=out)
    with pytest.raises(CheckpointError, match="holds trials 0 to 9 already; name another folder"):
        merge_shards(shards, out)
    (tmp_path / "file").write_text("x")
    with pytest.raises(ExportError, match="is a file"):
        merge_shards(shards, tmp_path / "file")


def test_a_result_of_another_run_is_not_written_over(shards, tmp_path):
    out = tmp_path / "merged"
    run_trials(CountedSeries(seed=5), WHOLE, where=Threads(1, range_size=600), checkpoint=out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    with pytest.raises(CheckpointError, match=r"what differs: seed \(5 against 1\)"):
        merge_shards(shards, out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
