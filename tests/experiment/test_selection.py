"""Selecting the best policy, on generators whose answers are known."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from scipy import integrate, stats

from sim.experiment.selection.contest import Contest, Rules
from sim.experiment.selection.evidence import Evidence, pair_error
from sim.experiment.selection.indifference import Indifference, indifference_of, share_of
from sim.experiment.selection.sentence import replications_to_settle
from sim.experiment.selection.sequences import _PRIOR_RUNS, replications_to_reach, sequence_reach
from sim.experiment.selection.shares import shares_of_best
from sim.experiment.student import student_quantile
from sim.measure.measures import MEASURES

PER_RUN, RATIO, LOWER = (MEASURES[name] for name in ("revenue_value", "win_rate", "speed_to_lead_p50_days"))
REPEATS = 500
LEVEL = 0.95

Generator = Callable[[np.random.Generator, int], np.ndarray]
"""Numerators and denominators of some replications, shape (policies, replications, 2)."""


def normal(rng, count, means, correlation, spread=3.0):
    """Runs that share part of their luck: `correlation` between policies, equal spreads."""
    shared = rng.standard_normal(count)
    own = rng.standard_normal((len(means), count))
    values = np.array(means)[:, None] + spread * (
        math.sqrt(correlation) * shared + math.sqrt(1 - correlation) * own
    )
    return np.stack([values, np.ones_like(values)], axis=2)


def compound(rng, count, deals, value=1.0, spread=0.5):
    """Revenue: a Poisson number of deals of lognormal value, a year with a luck that policies share."""
    year = rng.gamma(20.0, 1 / 20.0, count)
    numbers = rng.poisson(np.array(deals)[:, None] * year)
    most = numbers.max()
    values = rng.lognormal(math.log(value) - spread**2 / 2, spread, (*numbers.shape, most))
    total = np.where(np.arange(most) < numbers[..., None], values, 0.0).sum(axis=2)
    return np.stack([total, np.ones_like(total)], axis=2)


def lognormal(rng, count, means, spread=0.8):
    """Skewed runs of independent policies, with the means given."""
    values = np.array(means)[:, None] * rng.lognormal(-(spread**2) / 2, spread, (len(means), count))
    return np.stack([values, np.ones_like(values)], axis=2)


def rate(rng, count, chances, leads=60):
    """Wins and opportunities: better policies have more of both, so an average of ratios would be off."""
    opportunities = 1 + rng.negative_binomial(6, 6 / (6 + leads), count)
    draws = rng.random((opportunities.max(), count))  # the same luck for all policies
    there = np.arange(len(draws))[:, None] < opportunities
    wins = np.array([(there & (draws < chance)).sum(axis=0) for chance in chances])
    return np.stack([wins, np.broadcast_to(opportunities, wins.shape)], axis=2).astype(float)


def ended(
    generator: Generator, seed, size, indifference, measure=PER_RUN, most=2_000, level=LEVEL
) -> Contest:
    """A contest carried to its end. Policies out of contention get no more runs."""
    rng = np.random.default_rng([20, seed])
    rules = Rules(level, indifference_of(indifference), 10, most)
    contest = Contest(measure, [f"p{one}" for one in range(size)], rules)
    while not contest.over:
        parts = generator(rng, len(contest.next_round))
        contest.take(parts[list(contest.contenders), :, None])
    return contest


def shortfall(contest: Contest, truth) -> float:
    """How much worse than the best the policy selected truly is."""
    sign = -1.0 if contest.measure.direction == "lower" else 1.0
    worth = sign * np.array(truth)
    return float(worth.max() - worth[contest.leader])


def covers(contest: Contest, truth) -> bool:
    """Whether all intervals of all pairs, at the moment of stopping, contain the true differences."""
    evidence, true = contest.evidence, np.array(truth)
    return bool((np.abs(evidence.gaps - (true[:, None] - true)) <= evidence.reach + 1e-12).all())


def at_least(successes: int, trials: int, chance: float) -> bool:
    """Whether so many successes are to be expected with this chance or a higher one, but for one time in 10,000."""
    return successes >= stats.binom.ppf(1e-4, trials, chance)


CASES: dict[str, tuple[Generator, list[float], float, object]] = {
    # name: runs, true values, indifference, measure; the best leads by the indifference: the hardest case
    "two normal": (partial(normal, means=[1.0, 0.0], correlation=0.5), [1, 0], 1.0, PER_RUN),
    "five normal, slippage": (
        partial(normal, means=[0.0, 0.0, 1.5, 0.0, 0.0], correlation=0.7), [0, 0, 1.5, 0, 0], 1.5, PER_RUN
    ),
    "less is better": (partial(normal, means=[5.0, 4.0, 5.0], correlation=0.5, spread=2), [5, 4, 5], 1.0, LOWER),
    "monotone": (partial(normal, means=[3.0, 2.0, 1.0, 0.0], correlation=0.3), [3, 2, 1, 0], 1.0, PER_RUN),
    "compound Poisson": (partial(compound, deals=[40, 44, 40]), [40, 44, 40], 4.0, PER_RUN),
    "skewed": (partial(lognormal, means=[10.0, 14.0]), [10, 14], 4.0, PER_RUN),
    "ratio of sums": (partial(rate, chances=[0.3, 0.31, 0.3]), [0.3, 0.31, 0.3], 0.01, RATIO),
}  # fmt: skip


@pytest.fixture(scope="module", params=CASES)
def repeated(request):
    """A case carried to its end many times."""
    generator, truth, indifference, measure = CASES[request.param]
    contests = [ended(generator, seed, len(truth), indifference, measure) for seed in range(REPEATS)]
    return contests, truth, indifference


@pytest.mark.statistical
class TestGuarantee:
    def test_probability_of_correct_selection(self, repeated) -> None:
        contests, truth, _ = repeated
        assert all(contest.settled for contest in contests)
        assert at_least(sum(shortfall(one, truth) < 1e-9 for one in contests), REPEATS, LEVEL)

    def test_coverage_at_the_moment_of_stopping(self, repeated) -> None:
        contests, truth, _ = repeated
        assert at_least(sum(covers(one, truth) for one in contests), REPEATS, LEVEL)

    def test_what_went_out_is_worse_than_what_put_it_out(self, repeated) -> None:
        contests, truth, _ = repeated
        sign = -1.0 if contests[0].measure.direction == "lower" else 1.0
        right = sum(
            all(sign * (truth[winner] - truth[loser]) > 0 for loser, winner in one.beaten.items())
            for one in contests
        )
        assert at_least(right, REPEATS, LEVEL)


def test_elimination_saves_runs() -> None:
    """What is far behind costs little: the two in front need more than five times as many."""
    truth = [0.0, 0.6, 6.0, 5.5]
    contests = [
        ended(partial(normal, means=truth, correlation=0.5, spread=2), seed, 4, 0.3) for seed in range(40)
    ]
    for contest in contests:
        assert set(contest.beaten) >= {0, 1}
    asked = np.mean([contest.asked for contest in contests], axis=0)
    assert 5 * asked[:2].max() < asked[2:].min()


@pytest.mark.statistical
@pytest.mark.parametrize("gap", [0.0, 0.5])
def test_a_lead_below_the_indifference_still_gives_a_good_choice(gap: float) -> None:
    truth = [gap, 0.0, 0.0]
    contests = [ended(partial(normal, means=truth, correlation=0.6), seed, 3, 1.0) for seed in range(REPEATS)]
    assert all(contest.settled for contest in contests)
    # The selected policy is never worse by more than 1 here; what may fail is what the finding claims.
    assert at_least(sum(_claim_holds(one, truth, 1.0) for one in contests), REPEATS, LEVEL)
    assert at_least(sum(covers(one, truth) for one in contests), REPEATS, LEVEL)


def _claim_holds(contest: Contest, truth, indifference: float) -> bool:
    lead = truth[contest.leader]
    for one, value in enumerate(truth):
        match contest.place(one):
            case "worse":
                right = value < truth[contest.beaten[one]]
            case "not better":
                right = value - lead <= indifference
            case "equally good":
                right = abs(value - lead) <= indifference
            case place:
                right = place == "leads"
        if not right:
            return False
    return True


@pytest.mark.statistical
class TestSequence:
    def test_it_is_what_the_mixture_martingale_says(self) -> None:
        """The mean is left out where the t statistic's likelihood, mixed over effects, reaches 1/error."""
        for runs, error in ((10, 0.05), (25, 0.01), (80, 0.002)):
            t = float(sequence_reach(runs, np.array(1.0), error)) * math.sqrt(runs)
            mixed, _ = integrate.quad(
                lambda effect, t=t, runs=runs: stats.norm.pdf(effect, scale=_PRIOR_RUNS**-0.5)
                * stats.nct.pdf(t, runs - 1, math.sqrt(runs) * effect),
                -6, 6, points=[0.0, t / math.sqrt(runs)], limit=200,
            )  # fmt: skip
            assert mixed / stats.t.pdf(t, runs - 1) == pytest.approx(1 / error, rel=1e-4)

    def test_it_holds_at_all_moments_where_ordinary_intervals_do_not(self) -> None:
        rng = np.random.default_rng(7)
        values = rng.standard_normal((2_000, 300))
        ordinary = np.zeros(2_000, dtype=bool)
        sequence = np.zeros(2_000, dtype=bool)
        for runs in range(10, 301):
            mean, variance = values[:, :runs].mean(axis=1), values[:, :runs].var(axis=1, ddof=1)
            ordinary |= np.abs(mean) > student_quantile(0.975, runs - 1) * np.sqrt(variance / runs)
            sequence |= np.abs(mean) > sequence_reach(runs, variance, 0.05)
        assert at_least(int((~sequence).sum()), 2_000, 0.95)
        assert not at_least(int((~ordinary).sum()), 2_000, 0.95)

    def test_runs_needed_are_the_fewest_that_reach(self) -> None:
        for variance, reach, error in ((4.0, 0.5, 0.05), (1.0, 3.0, 0.01), (9.0, 0.2, 0.001)):
            count = replications_to_reach(variance, reach, error)
            assert count is not None
            before, then = (float(sequence_reach(n, np.array(variance), error)) for n in (count - 1, count))
            assert then <= reach < before
        assert replications_to_reach(1.0, 0.0, 0.05) is None
        assert replications_to_reach(math.nan, 1.0, 0.05) is None


class TestPairing:
    def test_shared_luck_saves_replications(self) -> None:
        means = [1.0, 0.0, 0.0]
        spent = {
            correlation: np.array([
                ended(partial(normal, means=means, correlation=correlation), seed, 3, 1.0).asked.sum()
                for seed in range(100)
            ])
            for correlation in (0.0, 0.8)
        }  # fmt: skip
        # The variance of a difference is 2 (1 - correlation): about five times fewer runs, 30 in any case.
        assert spent[0.8].mean() < 0.4 * spent[0.0].mean()

    def test_equal_shares_of_a_ratio_are_not_averaged(self) -> None:
        """A run with few opportunities and a high rate must not count as much as one with many."""
        wins = np.array([[1.0, 10.0] * 10, [0.0, 30.0] * 10])
        chances = np.array([[1.0, 100.0] * 10, [1.0, 100.0] * 10])
        contest = Contest(RATIO, ["a", "b"], Rules(LEVEL, Indifference(0.0, True), 20, 20))
        contest.take(np.stack([wins, chances], axis=2)[:, :, None])
        assert contest.names[contest.leader] == "b"
        assert contest.evidence.values == pytest.approx([110 / 1010, 300 / 1010])


class TestTies:
    def make(
        self, copies: int, other: float | None = None, most: int = 500, identical: bool = False
    ) -> Contest:
        rng = np.random.default_rng(11)
        size = copies + (other is not None)
        same = np.eye(size, dtype=bool)
        same[:copies, :copies] = identical or same[:copies, :copies]
        contest = Contest(
            PER_RUN, [f"p{n}" for n in range(size)], Rules(LEVEL, Indifference(0.0, True), 10, most), same
        )
        while not contest.over:
            values = 10 + rng.standard_normal((1, len(contest.next_round)))
            values = np.repeat(values, size, axis=0)
            if other is not None:
                values[-1] += other + rng.standard_normal(values.shape[1])
            parts = np.stack([values, np.ones_like(values)], axis=2)
            contest.take(parts[list(contest.contenders), :, None])
        return contest

    def test_a_policy_against_itself_is_a_tie_at_once(self) -> None:
        contest = self.make(2, identical=True)
        assert contest.finding == "tie"
        assert contest.asked.tolist() == [10, 10]
        gap = contest.evidence.comparison([0, 1]).differences[0]
        assert (gap.value, gap.low, gap.high, gap.finding) == (0.0, 0.0, 0.0, "tie")
        assert shares_of_best(contest.evidence, 0).tolist() == [0.5, 0.5]

    def test_policies_that_only_behave_alike_have_to_do_so_for_longer(self) -> None:
        contest = self.make(2)
        assert contest.finding == "tie"
        assert contest.rules.alike_from == 59
        assert contest.taken_for_same == contest.asked.max()
        assert 59 <= contest.asked.max() < 2 * 59
        assert 0.95**contest.rules.alike_from <= 0.05 < 0.95 ** (contest.rules.alike_from - 1)

    def test_without_time_for_that_nothing_is_settled(self) -> None:
        contest = self.make(2, most=30)
        assert contest.finding == "not settled"
        gap = contest.evidence.comparison([0, 1]).differences[0]
        assert (gap.finding, gap.value) == ("tie", 0.0) and math.isnan(gap.low)  # equal so far, no interval
        assert replications_to_settle(contest) is None

    def test_a_twin_needs_no_runs_of_its_own_and_shares_the_fate(self) -> None:
        ahead, behind = (self.make(2, other=by, identical=True) for by in (0.7, -0.7))
        for contest in (ahead, behind):
            assert contest.twins == {1: 0}
            assert contest.asked[1] == 10
        assert max(int(contest.asked[0]) for contest in (ahead, behind)) > 10
        assert (ahead.finding, ahead.place(0), ahead.place(1)) == ("settled", "worse", "worse")
        assert (behind.finding, behind.place(0), behind.place(1)) == ("tie", "leads", "tie")
        assert behind.place(2) == "worse"

    def test_equal_values_without_any_chance_settle_nothing(self) -> None:
        """The same difference in all replications says nothing of what another one would give."""
        contest = Contest(PER_RUN, ["a", "b"], Rules(LEVEL, Indifference(0.02, True), 10, 10))
        values = np.array([[0.1 * n for n in range(10)], [0.1 * n + 0.3 for n in range(10)]])
        contest.take(np.stack([values, np.ones_like(values)], axis=2)[:, :, None])
        assert contest.finding == "not settled"
        assert contest.place(0) == "open"


class TestEnd:
    def test_most_seeds_are_not_exceeded_and_nothing_is_settled(self) -> None:
        contest = ended(partial(normal, means=[0.05, 0.0], correlation=0.0), 0, 2, 0.01, most=37)
        assert contest.over
        assert contest.finding == "not settled"
        assert contest.asked.tolist() == [37, 37]
        assert contest.rounds[-1] == (2, 37)
        needed = replications_to_settle(contest)
        assert needed is not None and needed > 37

    def test_what_is_said_to_be_needed_does_settle_it(self) -> None:
        short = ended(partial(normal, means=[0.0, 0.0], correlation=0.5), 3, 2, 0.5, most=20)
        needed = replications_to_settle(short)
        assert needed is not None
        evidence = short.evidence
        reach = sequence_reach(needed, evidence.variances[0, 1], pair_error(2, LEVEL))
        assert reach <= abs(evidence.gaps[0, 1]) + 0.5

    def test_equally_good_is_said_when_the_interval_says_it(self) -> None:
        findings = {
            ended(partial(normal, means=[0.0, 0.0], correlation=0.99, spread=1.0), seed, 2, 2.0).finding
            for seed in range(5)
        }
        assert findings == {"equally good"}

    def test_failed_runs_are_left_out_for_all(self) -> None:
        rng = np.random.default_rng(5)
        contest = Contest(PER_RUN, ["a", "b"], Rules(LEVEL, Indifference(0.0, True), 12, 12))
        parts = normal(rng, 12, [3.0, 0.0], 0.9)
        flawed = parts.copy()
        flawed[0, 4] = np.nan
        contest.take(flawed[:, :, None])
        assert contest.evidence.counts.tolist() == [11, 11]
        kept = np.delete(parts, 4, axis=1)
        assert contest.evidence.values == pytest.approx(kept[:, :, 0].mean(axis=1))
        found = contest.evidence.comparison([0, 1])
        assert "1 of 12 seeds left out" in found.notes[0]
        assert [one.missing for one in found.estimates] == [1, 0]

    def test_it_ends_when_every_run_fails(self) -> None:
        contest = Contest(PER_RUN, ["a", "b"], Rules(LEVEL, Indifference(0.0, True), 10, 1_000))
        contest.take(np.full((2, 10, 1, 2), np.nan))
        assert contest.over and not contest.settled

    def test_too_few_replications_decide_nothing(self) -> None:
        """An interrupt may come before the first round is complete."""
        contest = Contest(PER_RUN, ["a", "b"], Rules(LEVEL, Indifference(0.0, True), 10, 100))
        contest.take(normal(np.random.default_rng(1), 9, [100.0, 0.0], 0.5)[:, :, None])
        assert contest.finding == "not settled" and contest.contenders == (0, 1)

    def test_rounds_grow(self) -> None:
        contest = ended(partial(normal, means=[0.0, 0.0], correlation=0.0), 1, 2, 0.01, most=100)
        assert [count for _, count in contest.rounds] == [10, 15, 20, 25, 31, 38, 47, 58, 72, 90, 100]


def test_intervals_of_a_measure_are_those_at_its_own_seeds() -> None:
    """A policy that went out is compared on the seeds it had, and no others."""
    rng = np.random.default_rng(2)
    parts = normal(rng, 40, [5.0, 0.0, 4.8], 0.5)
    tops, bottoms = parts[..., 0].copy(), parts[..., 1].copy()
    tops[1, 10:] = bottoms[1, 10:] = np.nan
    evidence = Evidence(
        PER_RUN, ("a", "b", "c"), tops, bottoms, np.array([40, 10, 40]), np.eye(3, dtype=bool), LEVEL
    )
    alone = parts[0, :10, 0] - parts[1, :10, 0]
    error = 0.05 / 3
    assert evidence.gaps[0, 1] == pytest.approx(alone.mean())
    assert evidence.reach[0, 1] == pytest.approx(sequence_reach(10, np.var(alone, ddof=1), error))
    whole = parts[0, :, 0] - parts[2, :, 0]
    assert evidence.reach[2, 0] == pytest.approx(sequence_reach(40, np.var(whole, ddof=1), error))
    assert shares_of_best(evidence, 0).sum() == pytest.approx(1.0)


class TestWords:
    def test_indifference(self) -> None:
        assert indifference_of("2%") == indifference_of(" 2 %") == Indifference(0.02, True)
        assert indifference_of("1500") == indifference_of(1500) == Indifference(1500.0, False)
        assert (str(indifference_of("2.5%")), str(indifference_of(0.01))) == ("2.5%", "0.01")
        assert indifference_of("2%").beside(-50.0) == 1.0
        assert indifference_of("2%").beside(math.nan) == 0.0
        for wrong in ("much", "-1%", "100%", -2, "nan", math.inf, ""):
            with pytest.raises(ValueError, match="an indifference is"):
                indifference_of(wrong)

    def test_confidence(self) -> None:
        assert share_of("95%") == share_of(0.95) == share_of("0.95") == 0.95
        with pytest.raises(ValueError, match='did you mean "95%"'):
            share_of(95)
        for wrong in (0, 1, "1", "none", "100%"):
            with pytest.raises(ValueError, match="a confidence lies"):
                share_of(wrong)

    def test_rules(self) -> None:
        rules = Rules(LEVEL, Indifference(0.02, True), 10, 100)
        for wrong in ({"first": 9}, {"most": 9}, {"level": 1.0}):
            with pytest.raises(ValueError):
                replace(rules, **wrong)
        with pytest.raises(ValueError, match="neither more nor less"):
            Contest(MEASURES["let_go_rate"], ["a", "b"], rules)
        with pytest.raises(ValueError, match="two or more"):
            Contest(PER_RUN, ["a", "a"], rules)
