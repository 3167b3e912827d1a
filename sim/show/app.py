"""A page to look at a run in the browser: choose market and policy, step through days, watch the track."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.model import Relay
from sim.scenario import Policy, Scenario, shipped_markets, shipped_policies
from sim.vocabulary import Phase

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["page", "queue_figure", "track_figure"]

_TRACK_BINS = 40
_GROUPS = (
    ("with marketing", ("nurture", "resting")),
    ("in the air", ("in-air",)),
    ("with sales", ("opportunity", "forecast", "closing")),
    ("dropped", ("dropped",)),
    ("customers", ("customer",)),
)


def page(scenario: Scenario | str = "considered", seed: int = 0) -> Any:
    """What Solara shows when a file given to `solara run` names it Page.

    The viewer's controls choose market, policy, reps and seed; a change starts a new run.

    Args:
        scenario: The scenario shown first, or the name of a shipped market.
        seed: Seed of the first run.

    Returns:
        A Solara element.

    Raises:
        ModuleNotFoundError: If Solara is not installed (``pip install relay-handoff[app]``).
        InvalidInput: If the scenario cannot be loaded.
    """
    try:
        from mesa.visualization import SolaraViz
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"the page needs {error.name}: pip install 'relay-handoff[app]'", name=error.name
        ) from error
    first = scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)
    shown = _shown(first)
    return SolaraViz(
        shown(seed=seed),
        components=[(_component(track_figure), 0), (_component(queue_figure), 0)],
        model_params={
            "market": _choice("Market", first.name, [one.name for one in shipped_markets()]),
            "policy": _choice("Policy", first.policy.name, _fitting_any_market(first)),
            "reps": {
                "type": "SliderInt",
                "label": "Reps",
                "value": first.team.reps.count,
                "min": 1,
                "max": max(30, 2 * first.team.reps.count),
                "step": 1,
            },
            "seed": {"type": "InputText", "label": "Seed", "value": str(seed)},
        },
        name=f"Relay: {first.title or first.name}",
        play_interval=200,
    )


def _choice(label: str, chosen: str, names: list[str]) -> dict[str, Any]:
    values = list(dict.fromkeys([chosen, *names]))
    return {"type": "Select", "label": label, "value": chosen, "values": values}


def _fitting_any_market(first: Scenario) -> list[str]:
    """Policies to choose from: the one shown now, and all that name no channel of a particular market."""
    fitting = [one.name for one in shipped_policies() if not Policy.load(one.name).engagement]
    return list(dict.fromkeys([*fitting, first.policy.name]))


def _shown(first: Scenario) -> Any:
    """A model with the parameters that the viewer's controls set; Mesa makes it anew at every change."""

    class Shown(Relay):
        """The run on the page."""

        def __init__(
            self,
            market: str = first.name,
            policy: str = first.policy.name,
            reps: int = first.team.reps.count,
            seed: int | str = 0,
        ) -> None:
            inputs = first if market == first.name else Scenario.load(market)
            if policy != inputs.policy.name:
                inputs = inputs.with_policy(
                    first.policy if policy == first.policy.name else Policy.load(policy)
                )
            super().__init__(inputs.with_overrides([f"team.reps.count={reps}"]), seed)

    return Shown


def _component(figure: Any) -> Any:
    """A Solara component that draws a figure of the model anew whenever it has stepped."""
    import solara
    from mesa.visualization.utils import update_counter

    @solara.component  # type: ignore[untyped-decorator,unused-ignore]
    def shown(model: Relay) -> None:
        update_counter.get()
        solara.FigureMatplotlib(figure(model))

    return shown


def track_figure(model: Relay) -> Figure:
    """Buyers by their position on the track, by who holds them.

    Args:
        model: The run.
    """
    from matplotlib.figure import Figure

    from sim.agents import Buyer

    figure = Figure(figsize=(7, 3.5), layout="constrained")
    axes = figure.subplots()
    found = model.agents_by_type[Buyer].get(["position", "stage"])
    groups = [(label, [x for x, stage in found if stage in stages]) for label, stages in _GROUPS]
    axes.hist(
        [positions for _, positions in groups],
        bins=_TRACK_BINS,
        range=(0.0, 1.0),
        stacked=True,
        label=[f"{label} ({len(positions)})" for label, positions in groups],
    )
    for phase in Phase:
        axes.axvline(phase.lower_bound, color="0.7", linewidth=0.8, zorder=0)
    axes.set(
        xlim=(0, 1), xlabel="position on the track", ylabel="buyers", title=f"The track on day {model.day}"
    )
    axes.legend(loc="upper right", fontsize="small")
    return figure


def queue_figure(model: Relay) -> Figure:
    """Tasks waiting for reps at the end of each day, and buyers in the air.

    Args:
        model: The run.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 3.5), layout="constrained")
    axes = figure.subplots()
    days = model.world.tables["days"][: model.day]
    axes.plot(range(1, len(days) + 1), days["queue_length"], label="tasks in queues")
    axes.plot(range(1, len(days) + 1), days["in_air"], label="buyers in the air")
    axes.set(xlabel="day", ylabel="count", title="Waiting", xlim=(0, max(30, len(days))))
    axes.set_ylim(bottom=0)
    axes.legend(loc="upper left", fontsize="small")
    return figure
