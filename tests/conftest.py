"""Fixtures that every room's tests share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from trialwright.study import Study

# A busy machine is no reason for a law to fail.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared(root: Path) -> Path:
    """Return the folder of real inputs and oracle tables; skip where it is absent."""
    folder = root.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder of real inputs (../shared) is not here")
    return folder


@pytest.fixture(scope="session")
def crclm_study(root: Path) -> Study:
    """Return the worked example."""
    from trialwright.study import read_study

    return read_study(root / "examples" / "crclm" / "study.toml")


@pytest.fixture
def settle() -> Callable[..., Study]:
    """Return a function that makes a study with some fields changed, marked as assumptions."""
    from trialwright.study import Study

    def change(study: Study, **values: Any) -> Study:
        content = study.model_dump(exclude_none=True)
        for path, value in values.items():
            section, name = path.split("__")
            content[section][name] = {"value": value, "origin": "assumption", "basis": "a test"}
        return Study.model_validate(content)

    return change
