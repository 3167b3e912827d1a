"""What size, memory, a second worker, the event log and the full lap cost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context
from time import perf_counter

from benchmarks import project
from benchmarks.comparison import of_project
from benchmarks.lap import lap_scenario
from benchmarks.report import Row
from benchmarks.rounds import Variant, take_turns
from sim.events.rows import BUYER, World
from sim.events.setting import FOLLOW_ALL, new_world
from sim.scenario import Scenario

SIZE_TARGETS = {1_000_000: 1.3, 5_000_000: 1.8}
BYTES_PER_LIVE_BUYER = 400.0
SECOND_WORKER = 1.9
LOG_COST = 1.10
FULL_LAP_COST = 3.0
MARKETS = ("olist", "web-leads", "considered", "car-seat")


def events_of(scenario: Scenario) -> Callable[[int], float]:
    """Times a scenario per event."""
    return lambda seed: float(project.run(scenario, seed).s.events)


def sizes(counts: list[int], rounds: int) -> list[Row]:
    """Nanoseconds per event by size, the load per rep being the same."""
    first = counts[0]
    world = project.run(lap_scenario(first), 0)
    each = world.s.events / project.buyers_of(world)
    variants = {
        str(count): Variant(events_of(lap_scenario(count)), min(rounds, max(3, 3_000_000 // count)))
        for count in counts
    }
    if counts[-1] > 1_000_000:
        variants[str(counts[-1])] = Variant(events_of(lap_scenario(counts[-1])), 1)
    times = take_turns(variants, rounds)
    rows = [Row("events per buyer", float(each), "{:.1f}")]
    rows += [
        Row(
            f"{count:,} buyers",
            times[str(count)].median * 1e9,
            "{:.0f} ns/event",
            note=f"{count // 500:,} reps",
        )
        for count in counts
    ]
    for count in counts[1:]:
        ratio = times[str(count)].ratio_to(times[str(first)])
        rows.append(
            Row(f"{count:,} buyers over {first:,}", ratio, "{:.2f} x", most=SIZE_TARGETS.get(count, 1.3))
        )
    return rows


def memory(buyers: int) -> list[Row]:
    """Bytes per live buyer when most of them live: rows and agenda touched so far, and all that is held."""
    world = new_world(lap_scenario(buyers), 1)
    live, touched, held = 0, 0, 0
    for day in range(10, int(world.p.end_day) + 1, 10):
        project.advance_to(world, float(day))
        if world.s.live > live:
            live = int(world.s.live)
            touched = int(world.s.rows_used) * BUYER.itemsize + agenda_bytes(world)
            held = project.table_bytes(world)
    return [
        Row("a buyer's row", float(BUYER.itemsize), "{:.0f} bytes"),
        Row(
            "per live buyer: rows and agenda",
            touched / live,
            "{:.0f} bytes",
            most=BYTES_PER_LIVE_BUYER,
            note=f"{live:,} live of {buyers:,}",
        ),
        Row(
            "per live buyer: all tables with room to grow",
            held / live,
            "{:.0f} bytes",
            note="ledgers included",
        ),
    ]


def agenda_bytes(world: World) -> int:
    """Memory of the agenda that has been written to."""
    tables, state = world.tables, world.tables["agenda_state"][0]
    used = {
        "agenda_posts": len(tables["reps"]) + int(world.s.rows_used),
        "agenda_ring": len(tables["agenda_ring"]),
        "agenda_spares": int(state.fresh),
        "agenda_far": int(state.far),
        "agenda_now": len(tables["agenda_now"]),
    }
    return sum(rows * tables[name].itemsize for name, rows in used.items())


def run_of(buyers: int, seed: int) -> int:
    """One run of the bench lap, for a worker."""
    return project.buyers_of(project.run(lap_scenario(buyers), seed))


def shared(pool: Executor, job: Callable[[int], int], seed: int) -> float:
    """Two runs on a pool; returns how many buyers they had."""
    return float(sum(pool.map(job, (seed, seed + 1000))))


def second_worker(buyers: int, rounds: int) -> list[Row]:
    """How much faster two runs are with two workers than with one."""
    job = partial(run_of, buyers)
    context = get_context("spawn")
    with (
        ThreadPoolExecutor(1) as one,
        ThreadPoolExecutor(2) as two,
        ProcessPoolExecutor(2, mp_context=context) as processes,
    ):
        list(processes.map(job, range(4)))  # both have started and loaded the compiled code
        times = take_turns(
            {
                "one": Variant(partial(shared, one, job)),
                "threads": Variant(partial(shared, two, job)),
                "processes": Variant(partial(shared, processes, job)),
            },
            rounds,
            clock=perf_counter,
        )
    return [
        Row(
            f"two {kind} over one",
            times["one"].ratio_to(times[kind]),
            "{:.2f} x",
            least=SECOND_WORKER,
            note=f"{buyers:,} buyers each",
        )
        for kind in ("threads", "processes")
    ]


def event_log(buyers: int, rounds: int) -> list[Row]:
    """What logging every event of every buyer costs."""
    scenario = lap_scenario(buyers)

    def logged(seed: int) -> float:
        return float(project.run(scenario, seed, FOLLOW_ALL).s.events)

    project.run(scenario, 0, FOLLOW_ALL)
    times = take_turns({"off": Variant(events_of(scenario)), "on": Variant(logged)}, rounds)
    return [Row("with the log over without", times["on"].ratio_to(times["off"]), "{:.2f} x", most=LOG_COST)]


def full_lap(buyers: int, rounds: int) -> list[Row]:
    """What a buyer of a shipped market costs, compared with a buyer of the bench lap.

    On some markets a buyer is touched for months, and where lost leads go back it runs several laps: the events per
    buyer say how much of a ratio comes from that.
    """
    bench = lap_scenario(buyers)
    each = {
        f"{market} under {policy}": scaled(Scenario.load(market, policy), buyers)
        for policy in ("no-recycle", "recycle")
        for market in MARKETS
    }
    project.run(bench, 0)
    events = {name: _events_per_buyer(scenario) for name, scenario in each.items()}
    variants = {"bench": Variant(of_project(bench))}
    variants |= {name: Variant(of_project(scenario)) for name, scenario in each.items()}
    times = take_turns(variants, rounds)
    return [
        Row(
            name,
            times[name].ratio_to(times["bench"]),
            "{:.2f} x",
            most=FULL_LAP_COST,
            note=f"{times[name].median * 1e6:.2f} us/buyer, {events[name]:.1f} events/buyer",
        )
        for name in each
    ]


def _events_per_buyer(scenario: Scenario) -> float:
    world = project.run(scenario, 0)
    return float(world.s.events / project.buyers_of(world))


def scaled(scenario: Scenario, buyers: int) -> Scenario:
    """A scenario with about so many buyers in all, and reps in proportion."""
    demand, team = scenario.market.demand, scenario.team
    factor = buyers / (demand.arrivals_per_day * scenario.horizon.end_day)
    return scenario.with_overrides(
        [
            f"market.demand.arrivals_per_day={demand.arrivals_per_day * factor!r}",
            f"team.reps.count={max(1, round(team.reps.count * factor))}",
        ]
    )
