"""Whether referrals make the population grow without bound: known before anything large is run."""

from __future__ import annotations

from sim.experiment.simulate import simulate
from sim.scenario import Scenario

__all__ = ["branching_ratio", "growth_warning"]


def branching_ratio(scenario: Scenario, seeds: int = 4) -> float:
    """Further buyers that a referred buyer brings, on average, through the customer it may become.

    Expected referrals of a fully satisfied customer, times the satisfaction of customers, times the share of
    buyers who become customers within the follow-up, on the journey of those referred where any buyers come on
    it. Shares and satisfaction are those of trial runs in which as good as nobody refers anybody, so reps have
    only the work that the market brings them.

    Args:
        scenario: What would be run.
        seeds: Trial runs.

    Returns:
        The ratio; from 1 on, generations of referred buyers do not die out.

    Raises:
        RuntimeError: If a trial run fails.

    Source: Galton and Watson (1875), the mean of a branching process.
    """
    after = scenario.market.aftersale
    # Not quite 0, at which a sale would be followed by nothing and nobody's satisfaction would be known.
    results = simulate(scenario.with_overrides(["market.aftersale.referral_rate=1e-9"]), seeds=seeds)
    if results.failed:
        raise RuntimeError(results.failed[0].message)
    buyers = results.buyers
    referred = buyers[buyers["journey"] == after.referral_journey]
    buyers = buyers if referred.empty else referred
    customers = buyers[buyers["won_day"].notna()]
    if customers.empty:
        return 0.0
    return after.referral_rate * float(customers["satisfaction_rate"].mean()) * len(customers) / len(buyers)


def growth_warning(scenario: Scenario) -> list[str]:
    """Where referrals bring more buyers than they took.

    Args:
        scenario: What would be run.

    Returns:
        One warning, or none.

    Raises:
        RuntimeError: If a trial run fails.
    """
    rate = scenario.market.aftersale.referral_rate
    if rate < 1.0:  # nobody is more than fully satisfied, and nobody wins more than every buyer
        return []
    ratio = branching_ratio(scenario)
    if ratio < 1.0:
        return []
    return [
        f"referrals make the number of buyers grow without bound: each referred buyer brings {ratio:.2f} others "
        f"(market.aftersale.referral_rate {rate:g} times the satisfaction of customers times the share of buyers "
        f"won). From 1 on a run grows until the reps are overrun, and with it the time and memory it takes; a "
        f"referral_rate below {rate / ratio:.2g} would end that."
    ]
