"""A law holds for designs that exist: an example whose search refuses is dropped, not passed."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from hypothesis import reject

from trialwright.errors import DesignError

if TYPE_CHECKING:
    from collections.abc import Callable

Design = TypeVar("Design")


def possible(find: Callable[..., Design], *asked: object, **limits: object) -> Design:
    """Return what is found; Hypothesis fails a law of which it finds too few examples."""
    try:
        return find(*asked, **limits)
    except DesignError:
        reject()
