"""Runs on a Dask cluster, as an executor like any other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any, TypeVar

__all__ = ["cluster_at"]

Result = TypeVar("Result")
CONNECT_SECONDS = 20


class _Cluster(Executor):
    """A Dask client as an executor that knows how many workers there are at the moment."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._executor = client.get_executor(pure=False)

    @property
    def _max_workers(self) -> int:
        threads: dict[str, int] = self._client.nthreads()
        return max(1, sum(threads.values()))

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        """Send a call to the cluster, which repeats it elsewhere if the worker is lost."""
        future: Future[Result] = self._executor.submit(fn, *args, **kwargs)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let go of what is under way; the cluster itself stays."""
        self._executor.shutdown(wait=wait)


@contextmanager
def cluster_at(address: str) -> Iterator[Executor]:
    """An executor on a Dask cluster that is running already.

    Args:
        address: Of its scheduler, such as "tcp://10.0.0.5:8786".

    Yields:
        The executor.

    Raises:
        ModuleNotFoundError: If Dask is not installed; the message names the extra that brings it.
        ConnectionError: If nobody answers at the address, or the scheduler there has no worker.
    """
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        said = "a cluster needs the package distributed: pip install 'relay-handoff[cluster]'"
        raise ModuleNotFoundError(said, name=error.name) from None
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ConnectionError(f"no scheduler answers at {address}: {error}") from None
    try:
        try:
            client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        except TimeoutError:
            said = f"the scheduler at {address} has no worker; start one with: dask worker {address}"
            raise ConnectionError(said) from None
        executor = _Cluster(client)
        yield executor
        executor.shutdown(wait=False)
    finally:
        client.close()
