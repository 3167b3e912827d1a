"""Decisions made in Python: identical where they agree with the rule, and felt where they do not."""

import numpy as np
import pytest

from sim.agents import (
    SOCKETS,
    Marketer,
    Rival,
    SalesRep,
    WrongAnswer,
    answer_to,
    overridden_sockets,
)
from sim.events.loop import DONE, GROW, advance
from sim.events.setting import grow
from sim.model import Relay
from sim.vocabulary import Decision, word

DECISIONS = list(SOCKETS)
NAMES = [word(decision) for decision in DECISIONS]


def counting(kind, method, counts):
    """A subclass that counts how often it is asked and answers what the rule would."""

    def asked(self, *given):
        counts.append(method)
        return getattr(super(own, self), method)(*given)

    own = type(f"Counting{kind.__name__}", (kind,), {method: asked})
    return {kind: own}


def answering(kind, method, answer):
    return {kind: type(f"Own{kind.__name__}", (kind,), {method: lambda self, *given: answer(self, *given)})}


class TestAgreeing:
    @pytest.mark.parametrize("decision", DECISIONS, ids=NAMES)
    def test_answering_as_the_rule_would_changes_nothing(self, decision, scenario, finished, tables_of):
        kind, method = SOCKETS[decision]
        asked: list[str] = []
        model = Relay(scenario, 3, agents=counting(kind, method, asked))
        model.run()
        assert len(asked) > 50, "hardly asked: this scenario tests nothing"
        assert model.world.s.overridden == 1 << decision
        assert tables_of(model) == tables_of(finished)

    def test_so_do_all_at_once(self, scenario, finished, asking, tables_of):
        model = Relay(scenario, 3, agents=asking)
        model.run()
        assert tables_of(model) == tables_of(finished)

    def test_also_with_a_common_queue_and_policies_that_change(self, pulled, asking, tables_of):
        compiled, overridden = Relay(pulled, 4), Relay(pulled, 4, agents=asking)
        compiled.run()
        overridden.run()
        assert tables_of(overridden) == tables_of(compiled)

    def test_only_overridden_methods_leave_compiled_code(self):
        class Renamed(SalesRep):
            pass

        class Choosy(Renamed):
            def accepts(self, buyer):
                return True

        assert overridden_sockets(None) == 0
        assert overridden_sockets({SalesRep: Renamed}) == 0
        assert overridden_sockets({SalesRep: Choosy}) == 1 << Decision.ACCEPTS

    def test_the_turn_of_a_round_robin_is_taken_once(self, scenario, finished, tables_of):
        """However often an override asks for the rule's opinion."""

        class Doubting(Marketer):
            def picks_rep(self, buyer, reps):
                first = super().picks_rep(buyer, reps)
                assert super().picks_rep(buyer, reps) is first
                return first

        model = Relay(scenario, 3, agents={Marketer: Doubting})
        model.run()
        assert tables_of(model) == tables_of(finished)


class TestDisagreeing:
    def test_handing_nobody_over_leaves_no_exchange(self, scenario, finished):
        model = Relay(scenario, 3, agents=answering(Marketer, "hands_over", lambda self, buyer: False))
        model.run()
        assert finished.world.s.exchanges > 0
        assert model.world.s.exchanges == 0

    def test_handing_over_at_a_hand_raise_only(self, scenario):
        moments = []

        class Patient(Marketer):
            def hands_over(self, buyer):
                if buyer.raised_hand:
                    moments.append(self.model.moment)
                return buyer.raised_hand

        model = Relay(scenario, 3, agents={Marketer: Patient})
        model.run()
        assert model.world.s.exchanges > 0
        assert "hand-raise" in moments

    def test_giving_everything_to_one_rep(self, scenario):
        model = Relay(scenario, 3, agents=answering(Marketer, "picks_rep", lambda self, buyer, reps: reps[2]))
        model.run()
        reps = model.world.tables["exchanges"]["rep"][: model.world.s.exchanges]
        assert set(reps[reps >= 0].tolist()) == {2}

    def test_giving_everything_to_the_common_queue(self, scenario):
        seen = []

        class Open(Marketer):
            def picks_rep(self, buyer, reps):
                seen.append(len(self.model.common_queue))
                return None

        model = Relay(scenario, 3, agents={Marketer: Open})
        model.run()
        assert max(seen) > 0
        assert model.results().exchanges["attempts"].sum() > 0

    @pytest.mark.parametrize(("answer", "outcome"), [(False, "rejected"), ("reject", "rejected")])
    def test_rejecting_every_lead(self, answer, outcome, scenario):
        model = Relay(scenario, 3, agents=answering(SalesRep, "accepts", lambda self, buyer: answer))
        model.run()
        exchanges = model.results().exchanges
        assert (exchanges["outcome"] == outcome).sum() > 0
        assert not (exchanges["outcome"] == "passed").any()

    def test_ignoring_every_lead(self, scenario):
        model = Relay(scenario, 3, agents=answering(SalesRep, "accepts", lambda self, buyer: "ignore"))
        model.run()
        assert model.results().exchanges["attempts"].sum() == 0

    def test_last_in_first_out(self, scenario, finished, tables_of):
        model = Relay(scenario, 3, agents=answering(SalesRep, "picks_next", lambda self, buyers: buyers[-1]))
        model.run()
        assert tables_of(model)["exchanges"] != tables_of(finished)["exchanges"]

    def test_a_rep_who_works_for_nobody(self, scenario):
        model = Relay(scenario, 3, agents=answering(SalesRep, "picks_next", lambda self, buyers: None))
        model.run()
        assert model.world.tables["reps"]["busy_hours"].sum() == 0.0

    def test_a_rival_who_never_engages(self, scenario, finished):
        model = Relay(scenario, 3, agents=answering(Rival, "engages", lambda self, buyer: False))
        model.run()
        used = slice(model.world.s.rows_used)
        assert (finished.world.tables["buyers"]["rivals"][used] > 0).any()
        assert not model.world.tables["buyers"]["rivals"][used].any()


class TestMoment:
    """What a decision sees is what it decides about."""

    def test_nothing_happens_between_question_and_answer(self, scenario, asking):
        """After a no, the buyer is as it was seen, and no event has run."""
        model = Relay(scenario, 3, agents=asking)
        world = model.world
        refused = dict.fromkeys((Decision.HANDS_OVER, Decision.ENGAGES), 0)
        while min(refused.values()) < 100:
            code = advance(world, model.end_day)
            assert code != DONE, "hardly asked: this scenario tests nothing"
            if code == GROW:
                grow(world)
                continue
            now, row, events = model.now, int(world.s.asked_row), int(world.s.events)
            seen = model.buyer_in(row) if row >= 0 else None
            no = code in refused
            before = (seen.position, seen.momentum, seen.score, seen.stage, seen.lap) if no else None
            world.s.answer = 0 if no else answer_to(model, code)
            world.s.answered = 1
            if no and advance(world, -1.0) == DONE:  # nothing is due before the first day: the answer alone
                world.s.now = now
                after = (seen.position, seen.momentum, seen.score, seen.stage, seen.lap)
                assert after == before
                assert world.s.events == events
                refused[code] += 1

    def test_a_decision_cannot_run_the_model(self, scenario):
        model = Relay(
            scenario, 3, agents=answering(Rival, "engages", lambda self, buyer: self.model.run() or True)
        )
        with pytest.raises(RuntimeError, match="a decision cannot run the model"):
            model.run()

    def test_those_who_wait_are_in_the_order_of_the_rule(self, scenario):
        lengths = []

        class Watching(SalesRep):
            def picks_next(self, buyers):
                chosen = super().picks_next(buyers)
                assert chosen == buyers[0]
                assert list(buyers) == self.queue
                assert len(buyers) == self.queue_length
                assert len({buyer.number for buyer in buyers}) == len(buyers)
                assert all(buyer.waiting_for and buyer.owner is self for buyer in buyers)
                lengths.append(len(buyers))
                return chosen

        Relay(scenario, 3, agents={SalesRep: Watching}).run()
        assert max(lengths) > 2

    def test_each_journey_has_its_marketer(self, scenario):
        asked = set()

        class Listening(Marketer):
            def hands_over(self, buyer):
                asked.add((self.index, buyer.journey))
                assert buyer.journey in self.journeys
                return super().hands_over(buyer)

        model = Relay(scenario, 3, agents={Marketer: Listening})
        model.run()
        assert asked == {(place % 2, name) for place, name in enumerate(model.names.journeys)}


class TestWrongAnswers:
    @pytest.mark.parametrize(
        ("kind", "method", "answer", "allowed"),
        [
            (Marketer, "hands_over", None, "True or False"),
            (Marketer, "hands_over", 1, "True or False"),
            (Marketer, "picks_rep", 0, "one of the reps, or None"),
            (SalesRep, "accepts", None, '"ignore"'),
            (SalesRep, "accepts", "maybe", '"ignore"'),
            (SalesRep, "picks_next", 7, "one of the buyers who wait, or None"),
            (Rival, "engages", "yes", "True or False"),
        ],
    )
    def test_are_named(self, kind, method, answer, allowed, scenario):
        model = Relay(scenario, 3, agents=answering(kind, method, lambda self, *given: answer))
        with pytest.raises(WrongAnswer) as raised:
            model.run()
        said = str(raised.value)
        assert f"Own{kind.__name__}.{method}" in said
        assert repr(answer) in said
        assert allowed in said

    def test_a_rep_of_another_run_is_refused(self, scenario, finished):
        model = Relay(
            scenario,
            3,
            agents=answering(Marketer, "picks_rep", lambda self, buyer, reps: finished.reps[0]),
        )
        with pytest.raises(WrongAnswer, match="one of the reps"):
            model.run()

    def test_a_buyer_who_does_not_wait_is_refused(self, scenario):
        def anybody(self, buyers):
            return next(one for one in self.model.agents if getattr(one, "waiting_for", "") is None)

        model = Relay(scenario, 3, agents=answering(SalesRep, "picks_next", anybody))
        with pytest.raises(WrongAnswer, match="one of the buyers who wait"):
            model.run()

    def test_numpy_truth_is_truth(self, scenario):
        Relay(scenario, 3, agents=answering(Rival, "engages", lambda self, buyer: np.True_)).run()

    @pytest.mark.parametrize("agents", [{Rival: SalesRep}, {int: int}, {SalesRep: 3}])
    def test_classes_that_fit_nowhere_are_refused(self, agents, scenario):
        with pytest.raises(TypeError, match=r"replace|place"):
            Relay(scenario, 3, agents=agents)
