"""Rules as machine code, made from their own source.

There is no second copy of a rule. Each function of the given modules is rebuilt with the same
code, its calls to other rules pointing at their compiled twins, and handed to a compiler
(Numba for this machine, numba-cuda for a graphics card). Nothing here is imported by an analysis
of one trial, and Numba is loaded by the call that compiles.
"""

from __future__ import annotations

import hashlib
import importlib
import inspect
from concurrent.futures import ThreadPoolExecutor
from types import FunctionType
from typing import TYPE_CHECKING, Any

from trialwright.errors import MissingExtra

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

# Rules take no memory of their own, so nothing needs counting who still uses it: five times
# faster, and a rule that does take memory is refused when it is compiled.
OPTIONS = {"nogil": True, "_nrt": False}
# A rule is called by other machine code alone, so it needs no way in from Python: a third less to
# compile.
_INNER = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def compile_rules(
    jit: Callable[[FunctionType], Any], modules: Sequence[str]
) -> dict[FunctionType, Any]:
    """Return each rule function with its compiled twin.

    Parameters
    ----------
    jit : callable
        What turns a function into a compiled one, such as ``numba.njit``. It may compile
        when the function is first called.
    modules : sequence of str
        Full names of the modules of rules, from what is called to what calls it.
    """
    twins: dict[FunctionType, Any] = {}
    for module in _import(modules):
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


def digest_of_rules(modules: Sequence[str]) -> int:
    """Return a number that changes with any line of the rules."""
    source = "\0".join(inspect.getsource(module) for module in _import(modules))
    return int.from_bytes(hashlib.sha256(source.encode()).digest()[:7], "big")


def compile_range(make: Callable[[int], Any], modules: Sequence[str]) -> Any:
    """Return a compiled function that goes over a range of patients, or of data sets.

    The machine code is kept on disk beside the source, or in the user's cache folder, and is
    found again by the next process. Where neither can be written it is compiled anew.

    Parameters
    ----------
    make : callable
        Returns the function for a digest of the rules, which it must close over: Numba looks at
        the source of the kept function alone, not at what it calls, but values that it closes
        over count. So a changed rule is never read by old machine code.
    modules : sequence of str
        Full names of the modules of rules, from what is called to what calls it.

    Raises
    ------
    MissingExtra
        If Numba is not installed.
    """
    numba = _require_numba()
    twins = compile_rules(numba.njit(**OPTIONS, **_INNER), modules)
    over_range = make(digest_of_rules(modules))
    kernel = rebuild(over_range, with_twins(over_range.__globals__, twins))
    try:
        return numba.njit(cache=True, **OPTIONS)(kernel)
    except RuntimeError:  # no folder to keep it in
        return numba.njit(**OPTIONS)(kernel)


def share_ranges(work: Callable[[int, int], object], count: int, threads: int) -> None:
    """Let threads do ranges of ``count`` patients or data sets, one range each.

    Parameters
    ----------
    work : callable
        Does the range from its first argument up to its second, in compiled code.
    count : int
        Patients or data sets in all.
    threads : int
        1 or more; the result must not depend on it.

    Raises
    ------
    ValueError
        If ``threads`` is below 1.
    """
    if threads < 1:
        msg = f"threads must be 1 or more, not {threads}"
        raise ValueError(msg)
    if threads == 1:
        work(0, count)
        return
    cuts = [count * part // threads for part in range(threads + 1)]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, cuts[:-1], cuts[1:]))


def with_twins(names: dict[str, Any], twins: dict[FunctionType, Any]) -> dict[str, Any]:
    """Return the names of a module with each rule replaced by its compiled twin."""
    return {
        name: twins.get(thing, thing) if isinstance(thing, FunctionType) else thing
        for name, thing in names.items()
    }


def _require_numba() -> Any:
    try:
        return importlib.import_module("numba")
    except ImportError as error:
        msg = "working on this many at once needs Numba; install it: pip install numba"
        raise MissingExtra(msg) from error


def require_cuda(what: str) -> Any:
    """Return the module ``numba.cuda``.

    Parameters
    ----------
    what : str
        What needs it, for the message: such as "reading on a graphics card".

    Raises
    ------
    MissingExtra
        If numba-cuda is not installed.
    """
    try:
        return importlib.import_module("numba.cuda")
    except ImportError as error:
        msg = f"{what} needs numba-cuda: pip install 'trialwright[cuda]'"
        raise MissingExtra(msg) from error


def require_device(what: str, instead: str) -> Any:
    """Return the module ``numba.cuda`` where a CUDA device answers; parameters as above.

    Parameters
    ----------
    what : str
        As for `require_cuda`.
    instead : str
        What works without a device, for the message.

    Raises
    ------
    MissingExtra
        If numba-cuda or a device is missing.
    """
    cuda = require_cuda(what)
    if not cuda.is_available():
        msg = f"no CUDA device answers; {instead}"
        raise MissingExtra(msg)
    return cuda


def _import(modules: Sequence[str]) -> list[ModuleType]:
    return [importlib.import_module(name) for name in modules]


def _functions_of(module: ModuleType) -> list[FunctionType]:
    return [
        thing
        for thing in vars(module).values()
        if isinstance(thing, FunctionType) and thing.__module__ == module.__name__
    ]
