"""Many trials on a Dask cluster: ranges go out a few at a time, counts come back.

A running cluster is named by the address of its scheduler, whoever started it: ``dask scheduler``
by hand, dask-jobqueue on Slurm, PBS or LSF, dask-kubernetes, or `distributed.LocalCluster`.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from pickle import PicklingError
from time import monotonic
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from trialwright.errors import MissingExtra
from trialwright.simulate.many.build import name_build, name_differences
from trialwright.simulate.many.failures import SimulationError
from trialwright.simulate.many.ranges import RANGE_SIZE, check_at_least_one
from trialwright.simulate.many.series import tally_range

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Generator, Iterable, Iterator

    from distributed import Client, Future

    from trialwright.simulate.many.ranges import TrialRange
    from trialwright.simulate.many.series import TrialSeries
    from trialwright.simulate.many.tally import Tally

_ADDRESS = r"((tcp|tls|ws|wss|ucx)://)?[^/\s]+:[0-9]+"
_TASKS_A_THREAD = 2  # one in work, one at hand
_LEAST_TASKS = 8  # while no worker is there yet
_LOOK_ROUND_S = 1.0  # how often the workers are counted while nothing arrives
_CONNECT_S = 10.0
_CLOSE_S = 5.0


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running Dask cluster.

    Each thread of each worker takes one range at a time. A range whose worker dies is given to
    another by Dask; one that raises is tried again, in case the computer it ran on is ill.

    Parameters
    ----------
    address : str
        Address of the scheduler, such as ``tcp://host:8786``.
    range_size : int
        Trials of one range, 1 or more. Dask takes about 2 ms a range, so a second of work each
        costs nothing and a few trials each would cost all.
    retries : int
        How often a range that raised is tried again, 0 or more.
    patience_s : float
        Seconds to go on without any worker, 0 or more: how long the queue of the cluster may
        take to start the first, or to replace the last.

    Raises
    ------
    ValueError
        If the address has another form, or a number is too small.
    """

    address: str
    range_size: int = RANGE_SIZE
    retries: int = 2
    patience_s: float = 300.0

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        if not re.fullmatch(_ADDRESS, self.address):
            msg = f"address must be that of a scheduler, as tcp://host:8786, not {self.address!r}"
            raise ValueError(msg)
        check_at_least_one("range_size", self.range_size)
        for name in ("retries", "patience_s"):
            if not getattr(self, name) >= 0:
                msg = f"{name} must be 0 or more, not {getattr(self, name)}"
                raise ValueError(msg)

    def tally_ranges(
        self, series: TrialSeries, ranges: Iterable[TrialRange]
    ) -> Generator[tuple[TrialRange, Tally], None, None]:
        """Yield each range with its counts as the workers finish them.

        Raises
        ------
        MissingExtra
            If the package ``distributed`` is not installed.
        SimulationError
            If no scheduler answers or it is lost, no worker is there for longer than
            ``patience_s``, a worker has another build, or a range fails, naming it.
        """
        with self._connected() as client:
            window = _Window(self, client, series, iter(ranges))
            while window.fill():
                yield from window.next_finished()

    @contextmanager
    def _connected(self) -> Iterator[Client]:
        distributed = _require_distributed()
        from distributed.utils import LoopRunner

        # A loop of our own: that of a client which cannot connect would never end.
        runner: Any = LoopRunner()
        runner.start()
        try:
            self._check_scheduler(runner.loop.asyncio_loop)
            client: Any = distributed.Client(self.address, set_as_default=False, loop=runner.loop)
            try:
                yield client
            finally:
                # Whatever is still running is dropped by the scheduler when its client leaves.
                client.close(timeout=_CLOSE_S)
        finally:
            runner.stop()

    def _check_scheduler(self, loop: asyncio.AbstractEventLoop) -> None:
        """Make sure that a scheduler answers; a client would wait for ever on a web server."""
        import asyncio

        asking = asyncio.wait_for(_ask_who(self.address), _CONNECT_S)
        try:
            who = asyncio.run_coroutine_threadsafe(asking, loop).result()
        except (OSError, ValueError) as error:
            reason = str(error) or f"silent for {_CONNECT_S:g} seconds"
            msg = (
                f"no Dask scheduler answers at {self.address} ({reason}); check that it runs and "
                "that this computer can reach it"
            )
            raise SimulationError(msg) from error
        if who != "Scheduler":
            msg = f"at {self.address} is a {who} of Dask; give the address of its scheduler"
            raise SimulationError(msg)


class _Window:
    """The ranges that are out at the workers: few, so that a billion trials need no memory."""

    def __init__(
        self, cluster: Cluster, client: Client, series: TrialSeries, ranges: Iterator[TrialRange]
    ) -> None:
        self._cluster = cluster
        self._client = client
        self._series = series
        self._ranges = ranges
        self._run = uuid4().hex  # a scheduler would hand one run the results of another's key
        self._out: dict[Future[Any], TrialRange] = {}
        self._threads = 0
        self._counted = float("-inf")  # when the threads were counted
        self._last_seen = monotonic()  # when there were any

    def fill(self) -> bool:
        """Send out as many ranges as the workers can use; return whether any are out."""
        if monotonic() - self._counted > _LOOK_ROUND_S:  # asking costs as much as a task
            self._count_threads()
        wanted = max(_LEAST_TASKS, _TASKS_A_THREAD * self._threads)
        while len(self._out) < wanted:
            trials = next(self._ranges, None)
            if trials is None:
                break
            self._out[self._send(trials)] = trials
        return bool(self._out)

    def next_finished(self) -> Iterator[tuple[TrialRange, Tally]]:
        """Wait a while and yield what has arrived; nothing, if nothing has."""
        try:
            done = _wait_for_any(self._client, list(self._out))
        except TimeoutError:
            self._check_patience()
            return
        except _cancelled() as error:
            raise SimulationError(self._lost()) from error
        for future in done:
            trials = self._out.pop(future)
            yield trials, self._result(future, trials)
            future.release()  # type: ignore[no-untyped-call]

    def _send(self, trials: TrialRange) -> Future[Any]:
        try:
            return self._client.submit(
                _work_here,
                self._series,
                trials,
                name_build(),
                key=f"trialwright-{self._run}-{trials.first}-{trials.count}",
                retries=self._cluster.retries,
                pure=False,
            )
        except (TypeError, AttributeError, PicklingError) as error:
            reason = error.__cause__ or error
            msg = f"{type(self._series).__name__} cannot be sent to workers ({reason})"
            raise SimulationError(msg) from error

    def _result(self, future: Future[Any], trials: TrialRange) -> Tally:
        from distributed import KilledWorker

        try:
            return future.result()  # type: ignore[no-any-return]
        except SimulationError:
            raise
        except KilledWorker as error:
            msg = (
                f"{trials}: every worker that took them died ({error}); a worker may have too "
                "little memory, or a time limit below what one range takes"
            )
            raise SimulationError(msg) from error
        except _cancelled() as error:
            raise SimulationError(self._lost()) from error
        except Exception as error:
            msg = f"{trials}: the worker could not run them ({type(error).__name__}: {error})"
            raise SimulationError(msg) from error

    def _count_threads(self) -> None:
        try:
            found: Any = self._client.nthreads()  # type: ignore[no-untyped-call]
        except OSError as error:
            raise SimulationError(self._lost()) from error
        self._threads = sum(found.values())
        self._counted = monotonic()
        if self._threads:
            self._last_seen = self._counted

    def _check_patience(self) -> None:
        self._count_threads()
        patience_s = self._cluster.patience_s
        if self._threads == 0 and monotonic() - self._last_seen >= patience_s:
            msg = (
                f"no worker has been at {self._cluster.address} for {patience_s:g} seconds; "
                "start some, or allow more time with patience_s"
            )
            raise SimulationError(msg)

    def _lost(self) -> str:
        return f"the Dask scheduler at {self._cluster.address} was lost"


def _work_here(series: TrialSeries, trials: TrialRange, build: dict[str, str]) -> Tally:
    """Work on a range at a worker, having made sure that it would give the same bits."""
    differ = name_differences(build, name_build())
    if differ:
        import socket

        msg = (
            f"the worker on {socket.gethostname()} has another build: {', '.join(differ)}; "
            "give workers and this computer the same versions"
        )
        raise SimulationError(msg)
    return tally_range(series, trials, threads=1)


async def _ask_who(address: str) -> str:
    """Return what kind of Dask server answers at an address."""
    from distributed import Security, rpc

    arguments = Security().get_connection_args("client")  # type: ignore[no-untyped-call]
    server: Any = rpc(address, connection_args=arguments)  # type: ignore[no-untyped-call]
    async with server:
        answer = await server.identity()
    return str(answer["type"])


def _wait_for_any(client: Client, futures: list[Future[Any]]) -> set[Future[Any]]:
    from distributed import wait

    with client.as_current():  # it is not the default: a session may have one of its own
        found: Any = wait(  # type: ignore[no-untyped-call]
            futures, timeout=_LOOK_ROUND_S, return_when="FIRST_COMPLETED"
        )
    return set(found.done)


def _require_distributed() -> Any:
    try:
        import distributed
    except ImportError as error:
        msg = "a Dask cluster needs the package distributed: pip install 'trialwright[cluster]'"
        raise MissingExtra(msg) from error
    return distributed


def _cancelled() -> tuple[type[BaseException], ...]:
    """Return the errors that say that the client no longer knows a task, or whom to ask."""
    import asyncio
    from concurrent.futures import CancelledError

    from distributed.client import FuturesCancelledError
    from distributed.comm.core import CommClosedError

    return asyncio.CancelledError, CancelledError, FuturesCancelledError, CommClosedError
