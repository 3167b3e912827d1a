"""A sweep that is stopped and resumed is the sweep that nothing stopped."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from sim import SalesRep
from sim.cli.group import relay
from sim.experiment import making
from sim.experiment.rule_book import rule_book
from sim.experiment.store import folder as store
from sim.experiment.store import manifest as manifests
from sim.experiment.store import tables
from sim.experiment.store.folder import Folder
from sim.experiment.store.lock import InUse, locked
from sim.experiment.store.reproducing import reproduce
from sim.experiment.store.resuming import common_of
from sim.experiment.store.stopping import SweepRefused, SweepStopped
from sim.experiment.sweep import opened, resume, sweep
from sim.scenario import InvalidInput, Scenario

from .conftest import POLICIES, SEEDS, VARIED, readable, same, table


class Stop(Exception):
    """Stands for whatever ends a process early."""


def stop_after(runs: int):
    def progress(done: int, total: int) -> None:
        if done >= runs:
            raise Stop

    return progress


def stopped(market: Path, out: Path, runs: int, **options) -> None:
    with pytest.raises(Stop):
        sweep(market, VARIED, POLICIES, SEEDS, out=out, progress=stop_after(runs), **options)


class TestSameTables:
    """However a sweep comes about, its tables are the same to the byte."""

    def test_in_a_folder_or_in_memory(self, market, whole, tmp_path):
        assert same(sweep(market, VARIED, POLICIES, SEEDS, out=tmp_path), whole)

    @pytest.mark.parametrize("jobs", [1, 2])
    def test_stopped_and_resumed(self, market, whole, tmp_path, often, jobs):
        stopped(market, tmp_path, 20, jobs=jobs)
        assert 0 < readable(tmp_path) < len(whole)
        assert same(resume(tmp_path, jobs=3 - jobs), whole)

    def test_asked_for_again(self, market, whole, tmp_path, often):
        stopped(market, tmp_path, 20)
        assert same(sweep(market, VARIED, POLICIES, SEEDS, out=tmp_path), whole)

    def test_on_any_executor(self, market, whole, tmp_path):
        with ThreadPoolExecutor(2) as threads:
            assert same(sweep(market, VARIED, POLICIES, SEEDS, out=tmp_path, executor=threads), whole)

    def test_however_many_parts(self, market, whole, tmp_path, often, monkeypatch):
        monkeypatch.setattr(store, "MOST_SMALL_PARTS", 4)
        found = sweep(market, VARIED, POLICIES, SEEDS, out=tmp_path)
        assert 1 < len(list(tmp_path.glob("runs/*"))) < 6
        assert readable(tmp_path) == len(whole) and same(found, whole)

    def test_parts_that_another_holds_are_passed_over(self, market, whole, tmp_path, often, monkeypatch):
        monkeypatch.setattr(store, "MOST_SMALL_PARTS", 4)
        monkeypatch.setattr(Path, "unlink", lambda *_: None)  # killed before the joined parts are removed
        sweep(market, VARIED, POLICIES, SEEDS, out=tmp_path)
        assert len(list(tmp_path.glob("runs/part-*"))) > 10
        assert readable(tmp_path) == len(whole) and same(opened(tmp_path), whole)
        monkeypatch.undo()
        resume(tmp_path)
        assert len(list(tmp_path.glob("runs/part-*"))) < 10 and same(opened(tmp_path), whole)

    def test_nothing_is_computed_twice(self, market, tmp_path, monkeypatch):
        sweep(market, VARIED, POLICIES, SEEDS, out=tmp_path)
        monkeypatch.setattr(making, "made", lambda *_: pytest.fail("a run was made again"))
        resume(tmp_path)


class TestGrowing:
    """More seeds, levels, points or measures can be added later."""

    def test_more_seeds(self, market, whole, tmp_path):
        sweep(market, VARIED, POLICIES, 2, out=tmp_path)
        assert same(resume(tmp_path, seeds=SEEDS), whole)
        assert same(resume(tmp_path, seeds=2), whole), "what is there stays"

    def test_more_levels(self, market, whole, tmp_path):
        fewer = {**VARIED, "policy.zone.close": [0.9], "team.reps": [3]}
        sweep(market, fewer, POLICIES, SEEDS, out=tmp_path)
        resume(tmp_path, design={"policy.zone.close": [0.5]})
        assert same(resume(tmp_path, design={"team.reps.count": [1]}), whole)
        assert opened(tmp_path).to_xarray(["win_rate"]).sizes == whole.to_xarray(["win_rate"]).sizes

    def test_more_points(self, market, whole, tmp_path):
        sweep(market, whole.design.to_frame()[:3], POLICIES, SEEDS, out=tmp_path)
        turned = whole.design.to_frame()[whole.design.to_frame().columns[::-1]]
        assert same(resume(tmp_path, design=turned), whole)

    def test_more_policies(self, market, whole, tmp_path):
        sweep(market, VARIED, POLICIES[:1], SEEDS, out=tmp_path)
        kept = len(opened(tmp_path))
        later = resume(tmp_path, policies=POLICIES)
        assert same(later, whole) and later.policies == tuple(POLICIES) and kept < len(later)
        assert set(later.failures["policy"]) == set(POLICIES)
        command("reproduce", str(tmp_path), "--sample", "9")

    def test_more_policies_by_asking_again(self, market, whole, tmp_path):
        sweep(market, VARIED, POLICIES[:1], SEEDS, out=tmp_path)
        assert same(sweep(market, VARIED, POLICIES, SEEDS, out=tmp_path), whole)
        with pytest.raises(SweepRefused, match="policies: today, patient -> today"):
            sweep(market, VARIED, POLICIES[:1], SEEDS, out=tmp_path)

    def test_an_added_policy_is_watched_like_the_first(self, market, tmp_path):
        out, own = tmp_path / "out", tmp_path / "own.toml"
        own.write_text('kind = "policy"\nextends = "patient"\ntitle = "Own"\npolicy.attempts = 3\n')
        varied = ("--vary", "team.reps=1,3", "--seeds", "1", "--jobs", "1", "--out", str(out))
        command("sweep", str(market), *varied, "--set", "policy.overlap=true")
        command("resume", str(out), "--policies", f"{own},patient", "--jobs", "1")
        assert opened(out).policies == ("today", "own", "patient") and len(opened(out)) == 6
        assert all(one.policy.overlap for one in Folder(out).scenarios.values()), "--set holds for them too"
        command("resume", str(out), "--policies", "patient")  # is there
        own.write_text(own.read_text().replace("attempts = 3", "attempts = 4"))
        assert "policy.attempts: 3 -> 4" in command("resume", str(out), code=2)

    def test_policies_that_cannot_be_added(self, market, tmp_path):
        sweep(market, {"policy.zone.open": [0.6]}, ["today"], 1, out=tmp_path)
        before = (tmp_path / "manifest.json").read_bytes()
        assert "nearest  patient" in command("resume", str(tmp_path), "--policies", "patiens", code=2)
        with pytest.raises(ValueError, match="two policies are called 'patient'"):
            resume(tmp_path, policies=["patient", "patient"])
        with pytest.raises(
            SweepRefused, match=r"another policy 'today'; these differ:(.|\n)*policy\.checkmark"
        ):
            resume(tmp_path, policies={"today": "patient"})
        late = Scenario.load(market).with_overrides(["policy.zone.open=0.2", "policy.zone.close=0.5"]).policy
        with pytest.raises(InvalidInput, match="none of the 1 points makes a scenario"):
            resume(tmp_path, policies={"late": late})
        assert (tmp_path / "manifest.json").read_bytes() == before

    def test_points_of_other_settings_are_refused(self, market, tmp_path):
        sweep(market, {"team.reps": [1]}, seeds=1, out=tmp_path)
        with pytest.raises(SweepRefused, match=r"varies team\.reps, not team\.reps, policy\.attempts"):
            resume(tmp_path, design=opened(tmp_path).design.to_frame().assign(**{"policy.attempts": 3}))
        with pytest.raises(InvalidInput, match=r"nearest  team\.reps"):
            resume(tmp_path, design={"team.rep": [3]})
        with pytest.raises(SweepRefused, match=r"policy\.attempts"):
            resume(tmp_path, design={"policy.attempts": [3]})

    def test_other_measures(self, market, whole, tmp_path, monkeypatch):
        sweep(market, VARIED, POLICIES, SEEDS, measures=["win_rate"], out=tmp_path)
        monkeypatch.setattr(making, "made", lambda *_: pytest.fail("a run was made again"))
        later = resume(tmp_path, measures=["revenue_value", "win_rate"])
        assert list(later.to_frame().columns[-2:]) == ["revenue_value", "win_rate"]
        assert later.to_frame().equals(whole.to_frame(["revenue_value", "win_rate"]))


class TestRefused:
    """Runs of two kinds are never mixed."""

    @pytest.fixture
    def begun(self, market, tmp_path) -> Path:
        own = tmp_path / "own.toml"
        shutil.copy(market, own)
        out = tmp_path / "out"
        command(
            "sweep", str(own), "--vary", "team.reps=1,3", "--seeds", "2", "--jobs", "1", "--out", str(out)
        )
        return out

    def test_a_changed_scenario(self, begun):
        own = begun.parent / "own.toml"
        own.write_text(own.read_text().replace("arrivals_per_day = 5", "arrivals_per_day = 6"))
        refused = command("resume", str(begun), code=2)
        assert "market.demand.arrivals_per_day: 5.0 -> 6.0" in refused

    def test_a_scenario_of_another_title_is_the_same(self, begun):
        own = begun.parent / "own.toml"
        own.write_text(own.read_text().replace("A market of a few buyers", "Few buyers"))
        command("resume", str(begun))

    def test_a_scenario_that_is_gone_is_as_it_was(self, begun):
        (begun.parent / "own.toml").unlink()
        command("resume", str(begun), "--seeds", "3")
        assert len(opened(begun)) == 6

    def test_the_own_copy_of_the_scenario(self, begun):
        own = next(begun.glob("scenario-*.toml"))
        own.write_text(own.read_text().replace("arrivals_per_day = 5.0", "arrivals_per_day = 6.0"))
        assert "is not what the sweep began with" in command("resume", str(begun), code=1)
        assert "is not what the sweep began with" in command("reproduce", str(begun), code=1)

    def test_a_broken_scenario(self, begun):
        (begun.parent / "own.toml").write_text("[market\n")
        assert "not valid TOML" in command("resume", str(begun), code=2)

    def test_another_scenario_policy_or_seed(self, market, begun):
        scenario = Scenario.load(market)
        for changed, said in (
            ({"scenario": scenario.with_overrides(["policy.attempts=3"])}, r"policy\.attempts: \d+ -> 3"),
            ({"policies": ["patient"]}, "policies: today -> patient"),
            ({"seed": 1}, "seed: 0 -> 1"),
        ):
            with pytest.raises(SweepRefused, match=said):
                sweep(**{"scenario": scenario, "design": {"team.reps": [1]}, "out": begun, **changed})

    def test_a_changed_rule_book(self, begun, monkeypatch):
        path = next(iter(rule_book()))
        changed = {**rule_book(), path: "other", "sim/rules/new.py": "new"}
        monkeypatch.setattr(manifests, "rule_book", lambda: changed)
        with pytest.raises(SweepRefused, match=rf"{path} has changed\n.*sim/rules/new.py is new"):
            resume(begun)

    def test_another_platform_only_if_runs_differ(self, begun, monkeypatch):
        elsewhere = {**manifests.surroundings_of_bits(), "numba": "0.1"}
        monkeypatch.setattr(manifests, "surroundings_of_bits", lambda: elsewhere)
        resume(begun, seeds=3)  # some runs are made again first, and these are the same
        alter(begun)
        with pytest.raises(SweepRefused, match=r"numba: .* -> \"0.1\""):
            resume(begun, seeds=4)

    def test_a_folder_without_a_sweep(self, tmp_path):
        with pytest.raises(SweepRefused, match="no sweep has begun"):
            resume(tmp_path / "nowhere")
        assert not (tmp_path / "nowhere").exists()
        (tmp_path / "manifest.json").write_text(json.dumps({"scenario": "of a comparison"}))
        with pytest.raises(SweepRefused, match="does not hold a sweep"):
            resume(tmp_path)


def alter(out: Path) -> None:
    """Change the last bit of one number in a part."""
    part = min(out.glob("runs/*"))
    read = tables.read_table(part)
    name = "lead_count.numerator"
    values = read.column(name).to_numpy().copy()
    values[0] = np.nextafter(values[0], np.inf)
    place = read.column_names.index(name)
    tables.write_table(read.set_column(place, name, [values]), part)


def command(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(relay, list(words))
    assert done.exit_code == code, done.output
    return done.output


class TestOwnAgents:
    """Classes that replace agents are part of what makes a run, their source included."""

    def sources(self, limit: float) -> dict[type, type]:
        """A class as a notebook would define it, from text."""
        text = f"class Picky(SalesRep):\n    def accepts(self, buyer):\n        return buyer.fit > {limit}\n"
        space = {"SalesRep": SalesRep, "__name__": "__main__"}
        exec(compile(text, f"<cell {limit}>", "exec"), space)
        return {SalesRep: space["Picky"]}

    def test_they_travel_and_are_compared_by_source(self, market, tmp_path):
        picky = self.sources(0.5)
        first = sweep(market, {"team.reps": [1, 3]}, seeds=2, agents=picky, out=tmp_path, jobs=2)
        assert same(first, sweep(market, {"team.reps": [1, 3]}, seeds=2, agents=self.sources(0.5)))
        assert not table(first).equals(table(sweep(market, {"team.reps": [1, 3]}, seeds=2)))
        assert len(resume(tmp_path, seeds=3, agents=self.sources(0.5))) == 6
        with pytest.raises(SweepRefused, match="the source of Picky for SalesRep has changed"):
            resume(tmp_path, agents=self.sources(0.6))
        with pytest.raises(SweepRefused, match="written in a notebook"):
            resume(tmp_path)
        with pytest.raises(SweepRefused, match="agents: Picky for SalesRep -> none"):
            sweep(market, {"team.reps": [1, 3]}, seeds=2, out=tmp_path)


class TestFullDisk:
    def test_says_so_leaves_nothing_half_written_and_goes_on(
        self, market, whole, tmp_path, often, monkeypatch
    ):
        write, left = tables.pq.write_table, [4]

        def full(table, file, **options):
            left[0] -= 1
            if left[0] < 0:
                file.write(b"PAR1 half a part")
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            write(table, file, **options)

        monkeypatch.setattr(tables.pq, "write_table", full)
        with pytest.raises(SweepStopped, match=r"No space left on device.*is safe"):
            sweep(market, VARIED, POLICIES, SEEDS, out=tmp_path)
        monkeypatch.undo()
        assert 0 < readable(tmp_path) < len(whole)
        assert not list(tmp_path.rglob(".being-written*"))
        assert same(resume(tmp_path), whole)

    def test_what_a_killed_writer_left_is_cleared_away(self, market, whole, tmp_path, often):
        stopped(market, tmp_path, 20)
        left = tmp_path / "runs" / ".being-written.part-000009-000009.parquet.x"
        left.write_bytes(b"PAR1")
        assert same(resume(tmp_path), whole) and not left.exists()


class TestLock:
    def test_two_writers_of_one_process(self, market, tmp_path):
        with locked(tmp_path), pytest.raises(InUse, match="this process"):
            sweep(market, VARIED, out=tmp_path)

    def test_two_processes(self, market, whole, tmp_path):
        program = (
            "import sys; from pathlib import Path; from sim.experiment.store.lock import locked\n"
            f"with locked(Path({str(tmp_path)!r})): print('held', flush=True); sys.stdin.read()"
        )
        other = subprocess.Popen(
            [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert other.stdin is not None and other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(InUse, match="another process"):
            sweep(market, VARIED, POLICIES, SEEDS, out=tmp_path)
        other.kill()
        other.wait()
        other.stdin.close()
        other.stdout.close()
        assert same(sweep(market, VARIED, POLICIES, SEEDS, out=tmp_path), whole)


class TestReproducing:
    def test_finds_one_changed_bit(self, market, tmp_path):
        sweep(market, VARIED, POLICIES, SEEDS, out=tmp_path)
        folder = Folder(tmp_path)
        found = reproduce(folder, common_of(folder))
        assert found.good and found.runs == found.identical == folder.finished() + len(folder.failed())
        few = reproduce(folder, common_of(folder), 7, jobs=2)
        assert few.good and few.runs == 7
        alter(tmp_path)
        found = reproduce(Folder(tmp_path), common_of(folder))
        assert not found.good and found.identical == found.runs - 1
        assert "lead_count.numerator was" in found.differences[0] and "replication 0" in found.differences[0]

    def test_elsewhere_a_billionth_is_close_enough(self, market, tmp_path, monkeypatch):
        sweep(market, {"team.reps": [1]}, seeds=2, out=tmp_path)
        alter(tmp_path)
        elsewhere = {**manifests.surroundings_of_bits(), "machine": "abacus"}
        monkeypatch.setattr(manifests, "surroundings_of_bits", lambda: elsewhere)
        found = reproduce(Folder(tmp_path), common_of(Folder(tmp_path)))
        assert found.good and (found.identical, found.close) == (1, 1) and "abacus" in found.elsewhere[0]

    @pytest.mark.parametrize("where", ["runs", "footer"])
    def test_damage_on_the_disk_is_noticed(self, market, tmp_path, where):
        sweep(market, {"team.reps": [1]}, seeds=2, out=tmp_path)
        part = next(tmp_path.glob("runs/*"))
        content = bytearray(part.read_bytes())
        footer = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
        content[footer // 2 if where == "runs" else footer] ^= 1
        part.write_bytes(content)
        with pytest.raises(SweepStopped, match=r"is damaged.*remove it"):
            reproduce(Folder(tmp_path), common_of(Folder(tmp_path)))
        part.unlink()
        assert len(resume(tmp_path)) == 2


def test_a_part_without_a_measure_says_who_made_it(market, tmp_path):
    sweep(market, {"team.reps": [1]}, seeds=2, out=tmp_path)
    (part,) = tmp_path.glob("runs/*")
    read = tables.read_table(part)
    tables.write_table(read.drop_columns(["win_rate.numerator", "win_rate.denominator"]), part)
    assert len(Folder(tmp_path).rows(["lead_count"])) == 2
    with pytest.raises(SweepStopped, match=r"part-.* has no win_rate: a version made it that did not know"):
        Folder(tmp_path).rows()
