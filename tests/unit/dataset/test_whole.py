"""Files and folders appear whole or not at all, and leave nothing behind."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from trialwright.errors import ExportError
from trialwright.whole import whole_folder, write_whole


def listing(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8") if path.is_file() else "/"
        for path in sorted(folder.rglob("*"))
    }


def broken(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_file_is_written_readable_for_everybody(tmp_path):
    path = tmp_path / "report.html"
    mask = os.umask(0o077)
    try:
        write_whole(path, b"one")
        write_whole(path, "two\r\n中".encode())
    finally:
        os.umask(mask)
    assert path.read_bytes() == "two\r\n中".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert [one.name for one in tmp_path.iterdir()] == ["report.html"]


def test_a_file_that_cannot_be_replaced_stays(tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    write_whole(path, b"old")
    monkeypatch.setattr(Path, "replace", broken)
    with pytest.raises(ExportError, match=r"report\.html: cannot be written \(No space left"):
        write_whole(path, b"new")
    assert listing(tmp_path) == {"report.html": "old"}


def test_a_file_without_a_folder_and_a_folder_for_a_file_are_refused(tmp_path):
    with pytest.raises(ExportError, match=r"cannot be written .*check the folder"):
        write_whole(tmp_path / "nowhere" / "a.toml", b"")
    (tmp_path / "folder").mkdir()
    with pytest.raises(ExportError, match="no ordinary file"):
        write_whole(tmp_path / "folder", b"")
    assert listing(tmp_path) == {"folder": "/"}


def test_a_folder_appears_whole_with_what_it_stands_in(tmp_path):
    with whole_folder(tmp_path / "a" / "b") as new:
        (new / "x").write_text("1", encoding="utf-8")
        assert not (tmp_path / "a" / "b").exists()
    assert listing(tmp_path) == {"a": "/", "a/b": "/", "a/b/x": "1"}


def fill(folder: Path) -> None:
    (folder / "kept").write_text("old", encoding="utf-8")
    (folder / "x").write_text("old", encoding="utf-8")
    (folder / "data").mkdir()
    (folder / "data" / "gone").write_text("old", encoding="utf-8")


def test_entries_replace_those_of_the_same_name_and_others_stay(tmp_path):
    fill(tmp_path)
    with whole_folder(tmp_path) as new:
        (new / "data").mkdir()
        (new / "data" / "y").write_text("new", encoding="utf-8")
        (new / "x").write_text("new", encoding="utf-8")
    assert listing(tmp_path) == {"data": "/", "data/y": "new", "kept": "old", "x": "new"}


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_body_that_fails_leaves_everything_as_it_was(tmp_path, error):
    fill(tmp_path)
    before = listing(tmp_path)

    def write_and_fail(folder: Path) -> None:
        with whole_folder(folder) as new:
            (new / "x").write_text("new", encoding="utf-8")
            raise error

    for folder in (tmp_path, tmp_path / "a" / "b"):
        with pytest.raises(error):
            write_and_fail(folder)
    assert listing(tmp_path) == before


def test_a_move_that_fails_is_taken_back(tmp_path, monkeypatch):
    fill(tmp_path)
    before = listing(tmp_path)
    rename = Path.rename

    def rename_but_one(self: Path, target: Path) -> Path:
        if self.parent.name == "new" and self.name == "x":
            broken()
        return rename(self, target)

    def write_three() -> None:
        with whole_folder(tmp_path) as new:
            (new / "data").mkdir()
            (new / "extra").write_text("new", encoding="utf-8")
            (new / "x").write_text("new", encoding="utf-8")

    monkeypatch.setattr(Path, "rename", rename_but_one)
    with pytest.raises(ExportError, match="No space left"):
        write_three()
    assert listing(tmp_path) == before


def test_a_file_is_no_folder(tmp_path):
    path = tmp_path / "x"
    path.write_text("1", encoding="utf-8")
    with pytest.raises(ExportError, match="is a file; name a folder"), whole_folder(path):
        pass
    with pytest.raises(ExportError, match="cannot be written"), whole_folder(path / "out"):
        pass
    assert listing(tmp_path) == {"x": "1"}


def test_a_link_is_written_through_and_a_device_is_left_alone(tmp_path):
    real = tmp_path / "real.html"
    real.write_text("old", encoding="utf-8")
    link = tmp_path / "link.html"
    link.symlink_to(real)
    write_whole(link, b"new")
    assert link.is_symlink()
    assert real.read_text(encoding="utf-8") == "new"
    with pytest.raises(ExportError, match="no ordinary file"):
        write_whole(Path("/dev/null"), b"new")
    assert Path("/dev/null").is_char_device()


def test_a_folder_is_never_replaced_by_a_file(tmp_path):
    (tmp_path / "out" / "responses.csv").mkdir(parents=True)
    with pytest.raises(ExportError, match="is a folder"), whole_folder(tmp_path / "out") as new:
        (new / "responses.csv").write_text("1", encoding="utf-8")
    assert (tmp_path / "out" / "responses.csv").is_dir()
