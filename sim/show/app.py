"""A page to watch a run in the browser: choose market and policy, step through days, see the track."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.model import Relay
from sim.scenario import Policy, Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Choice", "choice_of", "needing_solara", "page", "started", "totals"]

FEWEST_REPS_AT_THE_TOP = 30
FARTHEST_SHIFT = 0.3


class Choice(NamedTuple):
    """What the page lets its reader choose; a change starts a new run.

    Attributes:
        market: Name of the market.
        policy: Name of the policy.
        reps: How many sales people there are.
        shift: How far the aim of the pass is moved along the track, on top of the policy's own, in positions.
        seed: Seed of the run.
    """

    market: str
    policy: str
    reps: int
    shift: float
    seed: int


def page(scenario: Scenario | str = "considered", seed: int = 0) -> Any:
    """What Solara shows when a file given to `solara run` names it Page.

    Whoever opens the page has a run of their own, and controls to choose market, policy, reps, aim and seed.

    Args:
        scenario: The scenario shown first, or the name of a shipped market.
        seed: Seed of the first run.

    Returns:
        A Solara element.

    Raises:
        ModuleNotFoundError: If Solara is not installed (``pip install relay-handoff[app]``).
        InvalidInput: If the scenario cannot be loaded.
    """
    first = scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)
    return needing_solara("sim.show.app_page").Viewer(first, seed)


def needing_solara(module: str) -> Any:
    """A module of the page that cannot be imported without Solara.

    Args:
        module: Its full name.

    Returns:
        The module.

    Raises:
        ModuleNotFoundError: If Solara is not installed; the message says how to install it.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"the page needs {error.name}: pip install 'relay-handoff[app]'", name=error.name
        ) from error


def choice_of(scenario: Scenario, seed: int) -> Choice:
    """The choice that a scenario stands for."""
    return Choice(scenario.name, scenario.policy.name, scenario.team.reps.count, 0.0, seed)


def started(first: Scenario, choice: Choice) -> Relay:
    """A new run of what was chosen.

    Args:
        first: The scenario that the page was opened with; its market and policy need not be shipped ones.
        choice: What was chosen.

    Returns:
        The run, on its first day.

    Raises:
        InvalidInput: If market and policy do not go together.
        ValueError: If the seed is out of range.
    """
    inputs = first if choice.market == first.name else Scenario.load(choice.market)
    if choice.policy != inputs.policy.name:
        own = choice.policy == first.policy.name
        inputs = inputs.with_policy(first.policy if own else Policy.load(choice.policy))
    overrides = [f"team.reps.count={choice.reps}"]
    if choice.shift:
        aim = inputs.policy.aim
        moved = {"open": aim.open, "close": aim.close} if aim.absolute else {"shift": aim.shift}
        overrides += [f"policy.aim.{key}={at + choice.shift}" for key, at in moved.items() if at is not None]
    return Relay(inputs.with_overrides(overrides), choice.seed)


def totals(model: Relay) -> Mapping[str, int]:
    """What has come about since the run began, in the words of the page."""
    days = model.world.tables["days"][: model.day]
    return {
        "buyers arrived": int(days["arrivals"].sum()),
        "let go to sales": int(days["let_go"].sum()),
        "batons passed": int(days["passes"].sum()),
        "deals won": int(days["wins"].sum()),
        "deals lost": int(days["losses"].sum()),
        "leads gone back": int(days["returned"].sum()),
    }
