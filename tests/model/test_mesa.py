"""The run as a Mesa model: stepping, sets of agents, collectors, copies, names."""

import copy
import gc
import pickle
import weakref

import mesa
import numpy as np
import pytest

from sim.agents import Buyer, Marketer, Rival, SalesRep
from sim.model import CeilingReached, Relay

# Names that some version of Mesa, from 3.3 to 4.0, uses itself.
MESA_MODEL = {
    *(
        "agent_id_counter",
        "batch",
        "data_registry",
        "notify",
        "observables",
        "observe",
        "peek",
        "random",
        "rng",
    ),
    *("run_for", "run_until", "scenario", "schedule_event", "schedule_recurring", "steps", "subscribers"),
    *("suppress", "time"),
}
MESA_AGENT = {
    *("cancel_action", "current_action", "from_dataframe", "interrupt_for", "is_busy", "scenario"),
    "start_action",
}
MEANT = {"agents", "agents_by_type", "agent_types", "register_agent", "step", "running"}
MEANT_OF_AGENTS = {"unique_id", "pos", "remove"}


def public(names):
    return {name for name in names if not name.startswith("_")}


class TestStepping:
    def test_days_give_the_same_run(self, scenario, finished, tables_of):
        model = Relay(scenario, 3)
        days = []
        while model.running:
            model.step()
            days.append((model.day, model.now))
        assert days == [(day, float(day)) for day in range(1, 61)]
        assert tables_of(model) == tables_of(finished)

    def test_after_the_end_nothing_happens(self, scenario, tables_of):
        model = Relay(scenario, 3)
        model.run()
        before = tables_of(model)
        model.step()
        model.run()
        assert not model.running
        assert tables_of(model) == before

    def test_a_run_may_end_within_a_day(self, scenario):
        model = Relay(scenario.with_overrides(["horizon.follow_up_days=3.5"]), 3)
        model.run_model()
        assert (model.day, model.now, model.running) == (33, 33.5, False)

    def test_a_step_of_ones_own_is_taken_every_day(self, scenario):
        class Counting(Relay):
            taken = 0

            def step(self):
                super().step()
                self.taken += 1

        model = Counting(scenario, 3)
        model.run()
        assert model.taken == 60

    def test_two_runs_do_not_disturb_each_other(self, scenario, finished, asking, tables_of):
        one, other = Relay(scenario, 3), Relay(scenario, 9, agents=asking)
        alone = Relay(scenario, 9)
        alone.run()
        while one.running:
            one.step()
            other.step()
        assert tables_of(one) == tables_of(finished)
        assert tables_of(other) == tables_of(alone)

    def test_names_of_shipped_scenarios_and_seeds_as_text(self):
        model = Relay("considered", "12")
        assert (model.inputs.name, model.seed, model.day) == ("considered", 12, 0)

    @pytest.mark.parametrize(("seed", "error"), [(-1, ValueError), (1.5, TypeError), ("x", ValueError)])
    def test_seeds_that_are_none_are_refused(self, seed, error, scenario):
        with pytest.raises(error):
            Relay(scenario, seed)

    def test_too_much_demand_is_an_error_that_says_what_to_do(self, scenario):
        crowded = scenario.with_overrides(["market.demand.ceiling=1.1", "market.demand.growth_per_year=9"])
        with pytest.raises(CeilingReached, match=r"raise market\.demand\.ceiling"):
            Relay(crowded, 3).run()

    def test_following_somebody_changes_nothing(self, scenario, finished, tables_of):
        model = Relay(scenario, 3, follow="all")
        model.run()
        logged = {"notes", "s.notes", "s.follow"}
        assert model.world.s.notes > 1000
        assert {name: rows for name, rows in tables_of(model).items() if name not in logged} == {
            name: rows for name, rows in tables_of(finished).items() if name not in logged
        }


class TestAgents:
    def test_kinds(self, midway):
        assert set(midway.agent_types) == {Marketer, SalesRep, Rival, Buyer}
        counts = {kind: len(agents) for kind, agents in midway.agents_by_type.items()}
        assert counts[Marketer], counts[SalesRep] == (2, 3)
        assert counts[Rival] == len(midway.inputs.market.rivals)
        assert counts[Buyer] > 50
        assert len(midway.agents) == sum(counts.values()) == len(list(midway.agents))

    def test_classes_that_took_a_place_are_found_under_both_names(self, scenario, asking):
        model = Relay(scenario, 3, agents=asking)
        assert (
            list(model.agents_by_type[SalesRep]) == list(model.agents_by_type[asking[SalesRep]]) == model.reps
        )
        assert SalesRep not in model.agent_types
        with pytest.raises(KeyError):
            _ = model.agents_by_type[dict]

    def test_select_get_agg(self, midway):
        buyers = midway.agents.select(agent_type=Buyer)
        assert buyers.get("number") == sorted(buyers.get("number"))
        low, high = buyers.agg("position", [min, max])
        assert 0.0 <= low < high <= 1.0
        far = buyers.select(lambda buyer: buyer.position > 0.5)
        assert 0 < len(far) < len(buyers)
        assert all(buyer.position > 0.5 for buyer in far)
        assert len(buyers.select(at_most=5)) == 5
        assert len(buyers.select(at_most=0.5)) == len(buyers) // 2
        assert buyers.get(["number", "lap"])[0] == [buyers[0].number, buyers[0].lap]

    def test_do_shuffle_sort_group(self, midway):
        agents, seen = midway.agents, []
        agents.do(lambda agent: seen.append(agent))
        assert seen == list(agents)
        shuffled = []
        agents.shuffle_do(lambda agent: shuffled.append(agent))
        assert set(shuffled) == set(seen)
        assert shuffled != seen
        buyers = midway.agents_by_type[Buyer]
        values = buyers.sort("deal_value").get("deal_value")
        assert values == sorted(values, reverse=True)
        assert set(buyers.shuffle()) == set(buyers)
        groups = buyers.groupby("stage")
        assert sum(groups.count().values()) == len(buyers)
        assert buyers.map("draw", "anything")

    def test_the_set_is_live_and_cannot_be_changed(self, midway):
        agents = midway.agents
        before = set(agents)
        midway.step()
        assert set(agents) == set(midway.agents) != before
        for change in (agents.add, agents.remove, agents.discard):
            with pytest.raises(TypeError, match="take a copy"):
                change(midway.reps[0])
        with pytest.raises(TypeError, match="take a copy"):
            agents.shuffle(inplace=True)
        taken = copy.copy(agents)
        taken.shuffle(inplace=True)
        assert set(taken) == set(agents)

    def test_membership(self, midway, finished):
        agents = midway.agents
        assert midway.reps[0] in agents
        assert next(iter(midway.agents_by_type[Buyer])) in agents
        assert finished.reps[0] not in agents

    def test_people(self, midway):
        for rep in midway.reps:
            assert rep.name == f"rep {rep.index}"
            assert rep.skill > 0.0
            assert 0.0 <= rep.trust <= 1.0
            assert 0.0 < rep.utilisation <= 1.0
            assert len(rep.queue) == rep.queue_length
            assert sum(rep.hours.values()) > 0.0
            assert rep.current is None or isinstance(rep.current, Buyer)
        assert [rival.name for rival in midway.rivals] == list(midway.inputs.market.rivals)
        people = [*midway.marketers, *midway.reps, *midway.rivals]
        assert [person.unique_id for person in people] == list(range(1, len(people) + 1))

    def test_utilisation_is_the_measured_one(self, finished):
        reps = finished.results().reps
        assert [rep.utilisation for rep in finished.reps] == pytest.approx(
            reps["utilisation_rate"].tolist(), abs=0.02
        )


class TestObservers:
    def test_a_collector_sees_every_day_and_changes_nothing(self, scenario, finished, tables_of):
        model = Relay(scenario, 3)
        model.datacollector = mesa.DataCollector(
            model_reporters={"day": "day", "buyers": lambda m: len(m.agents_by_type[Buyer])},
            agent_reporters={"name": lambda agent: getattr(agent, "name", None)},
            agenttype_reporters={Buyer: {"position": "position"}, SalesRep: {"waiting": "queue_length"}},
        )
        model.run()
        seen = model.datacollector.get_model_vars_dataframe()
        assert seen["day"].tolist() == list(range(1, 61))
        assert seen["buyers"].iloc[-1] == len(model.agents_by_type[Buyer])
        positions = model.datacollector.get_agenttype_vars_dataframe(Buyer)
        assert len(positions) == seen["buyers"].sum()
        assert positions["position"].between(0.0, 1.0).all()
        assert tables_of(model) == tables_of(finished)

    def test_string_reporters_of_agents(self, scenario):
        model = Relay(scenario, 3)
        model.datacollector = mesa.DataCollector(
            model_reporters={"day": "day"}, agent_reporters={"id": "unique_id"}
        )
        model.step()
        frame = model.datacollector.get_agent_vars_dataframe()
        assert len(frame) == len(model.agents)
        assert frame.index.is_unique


class TestCopies:
    @pytest.mark.parametrize(
        "copied", [lambda m: pickle.loads(pickle.dumps(m)), copy.deepcopy], ids=["pickle", "deepcopy"]
    )
    def test_go_on_to_the_same_end(self, copied, midway, finished, tables_of):
        twin = copied(midway)
        twin.run()
        assert tables_of(twin) == tables_of(finished)
        assert midway.day == 25
        midway.run()
        assert tables_of(midway) == tables_of(finished)
        assert [rep.model for rep in twin.reps] == [twin] * 3

    def test_so_do_overridden_ones(self, scenario, finished, asking, tables_of, request):
        model = Relay(scenario, 3, agents=asking)
        for _ in range(30):
            model.step()
        model.reps[0].favourites = {buyer: buyer.number for buyer in model.agents_by_type[Buyer]}
        twin = copy.deepcopy(model)
        twin.run()
        assert tables_of(twin) == tables_of(finished)
        favourites = twin.reps[0].favourites
        assert len(favourites) == len(model.reps[0].favourites)
        assert all(buyer.model is twin and buyer.number == number for buyer, number in favourites.items())

    def test_sets_of_agents_travel(self, midway):
        model, agents, some = pickle.loads(
            pickle.dumps((midway, midway.agents, midway.agents.select(at_most=9)))
        )
        assert set(agents) == set(model.agents)
        assert len(some) == 9
        assert all(agent.model is model for agent in agents)

    def test_a_run_is_freed(self, scenario):
        model = Relay(scenario, 3)
        model.step()
        assert len(list(model.agents)) > 0
        ghost = weakref.ref(model)
        del model
        gc.collect()
        assert ghost() is None


class TestNames:
    def test_mesa_keeps_its_own(self, midway):
        plain = mesa.Model(rng=1)
        empty = type("Empty", (mesa.Model,), {})  # Mesa 3.5 adds to every subclass
        ours = public(set(vars(Relay)) - set(vars(empty))) | public(set(vars(midway)) - set(vars(plain)))
        assert ours & (public(dir(plain)) | MESA_MODEL) <= MEANT

    @pytest.mark.parametrize("kind", [Buyer, Marketer, SalesRep, Rival])
    def test_so_do_its_agents(self, kind):
        ours = set().union(*(public(vars(one)) for one in kind.__mro__ if one.__module__.startswith("sim.")))
        assert ours & (public(dir(mesa.Agent)) | MESA_AGENT) <= MEANT_OF_AGENTS

    def test_mesas_generators_are_not_used(self, midway, finished, tables_of):
        midway.random.random()
        midway.rng.random()
        midway.run()
        assert tables_of(midway) == tables_of(finished)


def test_results_are_those_of_simulate(scenario):
    from sim.experiment.simulate import simulate

    model = Relay(scenario, 3)
    with pytest.raises(RuntimeError, match="run it to its end"):
        model.results()
    model.run()
    ours, theirs = model.results(), simulate(scenario, seed=3)
    for name in ("buyers", "exchanges", "deals", "days", "reps"):
        assert getattr(ours, name).equals(getattr(theirs, name)), name


def test_simulate_with_own_agents_has_the_same_luck(scenario, asking):
    from sim.experiment.simulate import simulate

    plain, own = simulate(scenario, seed=3), simulate(scenario, seed=3, agents=asking)
    assert own.exchanges.equals(plain.exchanges)


def test_replication_none_takes_the_seed_as_it_is(scenario, tables_of):
    from sim.engine.draws import seed_of

    one, other = Relay(scenario, 3, replication=2), Relay(scenario, seed_of(3, 2), replication=None)
    assert np.array_equal(one.world.s.market_luck, other.world.s.market_luck)
    assert one.world.s.market_luck != Relay(scenario, 3).world.s.market_luck
