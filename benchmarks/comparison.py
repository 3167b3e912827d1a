"""The project next to Mesa and SimPy on the same lap."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks import project, simpy_lap
from benchmarks.lap import Lap, Record, lap_scenario
from benchmarks.mesa_lap import DueAgentsOnly, EveryAgentEveryHour, MesaScheduler
from benchmarks.report import Row
from benchmarks.rounds import Variant, take_turns
from sim.scenario import Scenario

PROJECT = "(a) the project"
LIVE = "(b) Mesa, every live agent stepped each hour"
DUE = "(b) Mesa, only due agents stepped"
SCHEDULER = "(b) Mesa's own event scheduler"
SIMPY = "(c) SimPy"
TARGETS = {LIVE: 300.0, DUE: 40.0, SCHEDULER: 100.0, SIMPY: 60.0}

Model = Callable[[Lap, int], Record]
MODELS: dict[str, Model] = {
    LIVE: lambda lap, seed: EveryAgentEveryHour(lap, seed).run(),
    DUE: lambda lap, seed: DueAgentsOnly(lap, seed).run(),
    SCHEDULER: lambda lap, seed: MesaScheduler(lap, seed).run(),
    SIMPY: simpy_lap.run,
}


def of_project(scenario: Scenario) -> Callable[[int], float]:
    """Times the project per buyer."""
    return lambda seed: float(project.buyers_of(project.run(scenario, seed)))


def of_model(model: Model, scenario: Scenario) -> Callable[[int], float]:
    """Times an ordinary model per buyer."""
    lap = Lap.of(scenario)
    return lambda seed: float(model(lap, seed).buyers)


def side_by_side(buyers: int, live_buyers: int, rounds: int) -> list[Row]:
    """Microseconds per buyer of every model, and how many times as long as the project each takes."""
    full, fewer = lap_scenario(buyers), lap_scenario(live_buyers)
    project.run(full, 0)
    variants = {PROJECT: Variant(of_project(full))}
    for name, model in MODELS.items():
        variants[name] = Variant(of_model(model, fewer if name == LIVE else full))
    times = take_turns(variants, rounds)
    rows = [Row(PROJECT, times[PROJECT].median * 1e6, "{:.2f} us/buyer", note=f"{buyers:,} buyers")]
    for name in MODELS:
        size = live_buyers if name == LIVE else buyers
        ratio = times[name].ratio_to(times[PROJECT])
        note = f"{times[name].median * 1e6:.0f} us/buyer, {size:,} buyers"
        rows.append(Row(name, ratio, "{:.0f} x", least=TARGETS[name], note=note))
    return rows
