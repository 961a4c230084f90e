"""The response rules as machine code, made from their own source.

There is no second copy of a rule. Each function of the rule modules is rebuilt with the same
code, its calls to other rules pointing at their compiled twins, and handed to a compiler
(Numba for this machine, numba-cuda for a graphics card). Nothing here is imported by an analysis
of one trial.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import inspect
from types import FunctionType
from typing import TYPE_CHECKING, Any

from trialwright.errors import MissingExtra
from trialwright.response.bulk.ragged import read_patient

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

    from numpy.typing import NDArray

    from trialwright.response.bulk.ragged import Courses, Results
    from trialwright.response.course import CourseRules

# From what is called to what calls it.
RULE_MODULES = (
    *("codes", "local_size", "recist", "best", "finished", "admiral", "guideline", "course"),
    *("bulk.ragged", "bulk.called"),
)

# Rules take no memory of their own, so nothing needs counting who still uses it: five times
# faster, and a rule that does take memory is refused when it is compiled.
OPTIONS = {"nogil": True, "_nrt": False}


def compile_rules(
    jit: Callable[[FunctionType], Any], further: Sequence[str] = ()
) -> dict[FunctionType, Any]:
    """Return each rule function with its compiled twin.

    Parameters
    ----------
    jit : callable
        What turns a function into a compiled one, such as ``numba.njit``. It may compile
        when the function is first called.
    further : sequence of str
        Full names of modules whose rules call these, from what is called to what calls it.
    """
    twins: dict[FunctionType, Any] = {}
    for module in _rule_modules(further):
        names = with_twins(vars(module), twins)
        for rule in _functions_of(module):
            twins[rule] = names[rule.__name__] = jit(rebuild(rule, names))
    return twins


def rebuild(function: Any, names: dict[str, Any]) -> FunctionType:
    """Return the same code, looking its names up in ``names``."""
    twin = FunctionType(
        function.__code__, names, function.__name__, function.__defaults__, function.__closure__
    )
    twin.__kwdefaults__ = function.__kwdefaults__
    twin.__qualname__ = function.__qualname__
    twin.__module__ = function.__module__
    return twin


def digest_of_rules(further: Sequence[str] = ()) -> int:
    """Return a number that changes with any line of the rules."""
    source = "\0".join(inspect.getsource(module) for module in _rule_modules(further))
    return int.from_bytes(hashlib.sha256(source.encode()).digest()[:7], "big")


@functools.cache
def range_reader() -> Any:
    """Return the compiled ``read_range(first, last, courses, rules, results, counted_mm)``.

    Raises
    ------
    MissingExtra
        If Numba is not installed.
    """
    return compile_range(_range_reader)


def compile_range(make: Callable[[int], Any], further: Sequence[str] = ()) -> Any:
    """Return a compiled function that goes over a range of patients.

    The machine code is kept on disk beside the source, or in the user's cache folder, and is
    found again by the next process. Where neither can be written it is compiled anew.

    Parameters
    ----------
    make : callable
        Returns the function for a digest of the rules, which it must close over: see
        ``_range_reader``.
    further : sequence of str
        As for :func:`compile_rules`.

    Raises
    ------
    MissingExtra
        If Numba is not installed.
    """
    numba = _require_numba()
    twins = compile_rules(numba.njit(**OPTIONS), further)
    over_range = make(digest_of_rules(further))
    kernel = rebuild(over_range, with_twins(over_range.__globals__, twins))
    try:
        return numba.njit(cache=True, **OPTIONS)(kernel)
    except RuntimeError:  # no folder to keep it in
        return numba.njit(**OPTIONS)(kernel)


def _range_reader(digest: int) -> Any:
    """Return a reader of many patients that is told apart by the source of its rules.

    Numba looks at the source of the cached function alone, not at what it calls. Values it
    closes over count, so a changed rule is never read by old machine code.
    """

    def read_range(
        first: int,
        last: int,
        courses: Courses,
        rules: CourseRules,
        results: Results,
        counted_mm: NDArray[Any],
    ) -> int:
        for patient in range(first, last):
            read_patient(patient, courses, rules, results, counted_mm)
        return digest

    return read_range


def _require_numba() -> Any:
    try:
        return importlib.import_module("numba")
    except ImportError as error:
        msg = "reading patients in bulk needs Numba; install it: pip install numba"
        raise MissingExtra(msg) from error


def _rule_modules(further: Sequence[str] = ()) -> list[ModuleType]:
    names = (*(f"trialwright.response.{name}" for name in RULE_MODULES), *further)
    return [importlib.import_module(name) for name in names]


def _functions_of(module: ModuleType) -> list[FunctionType]:
    return [
        thing
        for thing in vars(module).values()
        if isinstance(thing, FunctionType) and thing.__module__ == module.__name__
    ]


def with_twins(names: dict[str, Any], twins: dict[FunctionType, Any]) -> dict[str, Any]:
    """Return the names of a module with each rule replaced by its compiled twin."""
    return {
        name: twins.get(thing, thing) if isinstance(thing, FunctionType) else thing
        for name, thing in names.items()
    }
