"""The same sweep on a cluster, also when a worker dies on the way."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.experiment import cluster
from sim.experiment.store import filling
from sim.experiment.sweep import sweep

from .conftest import POLICIES, VARIED, same

ROOT = Path(__file__).parents[3]
SEEDS = 30


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def started(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]], cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.fixture
def scheduler() -> Iterator[str]:
    pytest.importorskip("distributed")
    address = f"tcp://127.0.0.1:{free_port()}"
    process = started(
        "dask_scheduler", "--host", "127.0.0.1", "--port", address.rpartition(":")[2], "--no-dashboard"
    )
    yield address
    process.kill()
    process.wait()


@pytest.fixture
def workers(scheduler: str, tmp_path: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    own = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(tmp_path / "workers"))
    processes = [started("dask_worker", scheduler, *own) for _ in range(2)]
    yield processes
    for one in processes:
        one.kill()
        one.wait()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # Dask's own
def test_a_worker_killed_midway_changes_nothing(scheduler, workers, market, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(filling, "COMMIT_SECONDS", 0.2)
    whole = sweep(market, VARIED, POLICIES, SEEDS)
    killed: list[int] = []

    def progress(done: int, total: int) -> None:
        if done > total // 4 and not killed:
            killed.append(done)
            os.kill(workers[0].pid, signal.SIGKILL)

    with cluster.cluster_at(scheduler) as executor:
        client = executor._client  # type: ignore[attr-defined]
        client.wait_for_workers(2, timeout=60)
        found = sweep(
            market, VARIED, POLICIES, SEEDS, executor=executor, out=tmp_path / "out", progress=progress
        )
        deadline = time.monotonic() + 60
        while len(client.scheduler_info()["workers"]) > 1 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert len(client.scheduler_info()["workers"]) == 1, "the worker is gone"
    assert killed and same(found, whole)


def test_without_the_package_the_extra_is_named(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(ModuleNotFoundError, match=r"relay-handoff\[cluster\]"),
        cluster.cluster_at("tcp://127.0.0.1:1"),
    ):
        pass


@pytest.mark.filterwarnings("ignore")
def test_nobody_at_the_address(monkeypatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    with (
        pytest.raises(ConnectionError, match="no scheduler answers"),
        cluster.cluster_at(f"tcp://127.0.0.1:{free_port()}"),
    ):
        pass


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_nobody_to_do_the_work(scheduler, monkeypatch) -> None:
    client = pytest.importorskip("distributed").Client(scheduler, timeout=60, set_as_default=False)
    client.close()  # the scheduler is up
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 2)
    with (
        pytest.raises(ConnectionError, match=f"has no worker; start one with: dask worker {scheduler}"),
        cluster.cluster_at(scheduler),
    ):
        pass
