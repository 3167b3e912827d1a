"""Watching runs in the browser: a page of our own, and what Mesa's viewer needs."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from sim.scenario import Policy, Scenario
from sim.show.app_choice import Opened

__all__ = ["mesa_viewer", "needing_solara", "opened_with", "page"]


def page(scenario: Scenario | str = "considered", against: str | None = None, seed: int = 0) -> Any:
    """What Solara shows when a file given to `solara run` names it Page.

    Whoever opens the page has runs of their own, and controls to choose market, one policy or two, the levers and
    settings that matter most, and the seed.

    Args:
        scenario: The scenario shown first, or the name of a shipped market.
        against: A second policy to show beside that of the scenario, by name or file; None for none.
        seed: Seed of the first runs.

    Returns:
        A Solara element.

    Raises:
        ModuleNotFoundError: If Solara is not installed (``pip install relay-handoff[app]``).
        InvalidInput: If the scenario or the policy cannot be loaded.
    """
    first = scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)
    opened, second = opened_with(first, against)
    return needing_solara("sim.show.app_page").Viewer(opened, opened.first(second, seed))


def mesa_viewer(scenario: Scenario | str = "considered", seed: int = 0) -> Any:
    """Mesa's own viewer on one run, for those who know it: its buttons, with the track and the queues.

    It is `mesa.visualization.SolaraViz` given a `Relay`, the components `sim.show.app_mesa.track` and `queues`, and
    as model parameters what its button Reset needs to make the run anew. Take it apart for a page of your own.

    Args:
        scenario: The scenario, or the name of a shipped market.
        seed: Seed of the run.

    Returns:
        A Solara element.

    Raises:
        ModuleNotFoundError: If Solara or Altair is not installed (``pip install relay-handoff[app]``).
        InvalidInput: If the scenario cannot be loaded.
    """
    first = scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)
    return needing_solara("sim.show.app_mesa").viewer(first, seed)


def opened_with(
    scenario: Scenario,
    against: str | None = None,
    market: str = "",
    policy: str = "",
    settings: tuple[str, ...] = (),
) -> tuple[Opened, str | None]:
    """What the page is opened with, and the name of the second policy.

    Args:
        scenario: The scenario shown first.
        against: A second policy, by name or file; None for none.
        market: What was typed for the market.
        policy: What was typed for the scenario's policy.
        settings: Settings that were replaced in the scenario.

    Raises:
        InvalidInput: If the second policy cannot be loaded or does not go with the market.
    """
    typed = {scenario.name: market or scenario.name, scenario.policy.name: policy or scenario.policy.name}
    if against is None:
        return Opened(scenario, {}, settings, typed), None
    second = Policy.load(against)
    typed.setdefault(second.name, against)
    opened = Opened(scenario, {second.name: second}, settings, typed)
    opened.scenarios(opened.first(second.name))
    return opened, second.name


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
