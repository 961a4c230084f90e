"""The software and machine that made a result: what its last digit may depend on."""

from __future__ import annotations

import platform
from functools import cache

# Packages that make or run the machine code; the C library holds exp and log.
_PACKAGES = ("trialwright", "numpy", "numba", "llvmlite")


def name_build() -> dict[str, str]:
    """Return name and version of what the numbers are made with on this computer.

    Two computers that agree in all of it give the same bits, as far as we know; processors of
    another make may still choose another ``exp`` within one C library.

    Examples
    --------
    >>> sorted(name_build())
    ['C library', 'llvmlite', 'machine', 'numba', 'numpy', 'trialwright']
    """
    return dict(_name_build())


@cache
def _name_build() -> tuple[tuple[str, str], ...]:
    library = " ".join(platform.libc_ver()).strip() or platform.platform(terse=True)
    packages = ((name, version_of(name)) for name in _PACKAGES)
    return (*packages, ("machine", platform.machine()), ("C library", library))


def version_of(package: str) -> str:
    """Return the version of an installed package, or that it is not installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def name_differences(one: dict[str, str], other: dict[str, str]) -> tuple[str, ...]:
    """Return each name whose values differ, with both values.

    Examples
    --------
    >>> name_differences({"seed": "1", "study": "a"}, {"seed": "2", "study": "a"})
    ('seed (1 against 2)',)
    """
    absent = "absent"
    return tuple(
        f"{name} ({one.get(name, absent)} against {other.get(name, absent)})"
        for name in sorted(one.keys() | other.keys())
        if one.get(name) != other.get(name)
    )
