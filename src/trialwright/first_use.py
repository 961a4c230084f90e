"""Public names of a package that are imported when they are first used, not with the package."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def import_on_first_use(package: str, home: Mapping[str, str]) -> Callable[[str], object]:
    """Return what a package calls for a name that it does not hold yet.

    Parameters
    ----------
    package : str
        The package, ``__name__`` there.
    home : mapping of str to str
        Public names and the modules of the package that hold them.

    Returns
    -------
    callable
        For ``__getattr__`` of the package; raises ``AttributeError`` for a name it does not know.
    """

    def find(name: str) -> object:
        if name not in home:
            msg = f"module {package!r} has no attribute {name!r}"
            raise AttributeError(msg)
        return getattr(import_module(f"{package}.{home[name]}"), name)

    return find
