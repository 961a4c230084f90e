"""The formulas of one curve as machine code, for curves of very many patients."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from trialwright.machine_code import compile_range
from trialwright.stats.core.pointwise import Steps, time_of, write_limits
from trialwright.stats.core.product_limit import (
    Curve,
    join_times,
    mean_until,
    variance_of_mean,
    write_curve,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MODULES = ("trialwright.stats.core.pointwise", "trialwright.stats.core.product_limit")


class PlainCurves:
    """What runs over all rows of a curve, as it stands."""

    write_curve: Any = staticmethod(write_curve)
    write_limits: Any = staticmethod(write_limits)
    time_of: Any = staticmethod(time_of)
    mean_until: Any = staticmethod(mean_until)
    variance_of_mean: Any = staticmethod(variance_of_mean)
    join_times: Any = staticmethod(join_times)


class LargeCurves(PlainCurves):
    """The same, compiled when first called."""

    @cached_property
    def write_curve(self) -> Any:
        """Compiled `product_limit.write_curve`."""
        return _without_digest(compile_range(_writer, MODULES))

    @cached_property
    def join_times(self) -> Any:
        """Compiled `product_limit.join_times`."""
        return compile_range(_joiner, MODULES)

    @cached_property
    def write_limits(self) -> Any:
        """Compiled `pointwise.write_limits`."""
        return compile_range(_limits_writer, MODULES)

    @cached_property
    def time_of(self) -> Any:
        """Compiled `pointwise.time_of`."""
        return _without_digest(compile_range(_quantile_reader, MODULES))

    @cached_property
    def mean_until(self) -> Any:
        """Compiled `product_limit.mean_until`."""
        return _without_digest(compile_range(_mean_reader, MODULES))

    @cached_property
    def variance_of_mean(self) -> Any:
        """Compiled `product_limit.variance_of_mean`."""
        return _without_digest(compile_range(_variance_reader, MODULES))


def _without_digest(kernel: Any) -> Any:
    """Return a function that drops the digest, which tells kept code apart."""
    return lambda *arguments: kernel(*arguments)[0]


def _writer(digest: int) -> Any:
    def write(time: Any, event: Any, entry: Any, curve: Curve) -> tuple[int, int]:
        return write_curve(time, event, entry, curve), digest

    return write


def _joiner(digest: int) -> Any:
    def join(time: Any) -> int:
        join_times(time)
        return digest

    return join


def _limits_writer(digest: int) -> Any:
    def write(steps: Steps, rows: int, z: float, scale: int, low: Any, high: Any) -> int:
        write_limits(steps, rows, z, scale, low, high)
        return digest

    return write


def _quantile_reader(digest: int) -> Any:
    def read(
        steps: Steps, rows: int, height: float, z: float, scale: int, side: int
    ) -> tuple[float, int]:
        return time_of(steps, rows, height, z, scale, side), digest

    return read


def _mean_reader(digest: int) -> Any:
    def read(curve: Curve, rows: int, horizon: float) -> tuple[float, int]:
        return mean_until(curve, rows, horizon), digest

    return read


def _variance_reader(digest: int) -> Any:
    def read(curve: Curve, rows: int, horizon: float) -> tuple[float, int]:
        return variance_of_mean(curve, rows, horizon), digest

    return read
