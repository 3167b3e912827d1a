"""The page: figures of a run, and rendering without a browser where Solara is installed."""

import sys

import pytest

from sim.agents import Buyer
from sim.show.app import page, queue_figure, track_figure


def test_the_track_shows_every_buyer(midway):
    axes = track_figure(midway).axes[0]
    drawn = sum(bar.get_height() for bar in axes.containers[-1])  # each group stands on those before it
    tops = [max(bar.get_y() + bar.get_height() for bar in bars) for bars in axes.containers]
    total = sum(bar.get_height() for bars in axes.containers for bar in bars)
    assert total == len(midway.agents_by_type[Buyer])
    assert tops == sorted(tops)
    assert drawn >= 0


def test_queues_are_drawn_day_by_day(midway):
    queue, air = queue_figure(midway).axes[0].lines
    days = midway.world.tables["days"][:25]
    assert queue.get_ydata().tolist() == days["queue_length"].tolist()
    assert air.get_ydata().tolist() == days["in_air"].tolist()
    assert queue.get_xdata()[-1] == 25


def test_without_solara_the_way_out_is_named(scenario, monkeypatch):
    for name in [one for one in sys.modules if one.startswith(("solara", "mesa.visualization"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "solara", None)
    with pytest.raises(ModuleNotFoundError, match=r"relay-handoff\[app\]"):
        page(scenario)


@pytest.mark.filterwarnings("default")  # what Solara and its widgets warn of is not ours
def test_page_renders(scenario):
    solara = pytest.importorskip("solara")
    pytest.importorskip("altair")  # Mesa's pages import it
    whole = solara.AppLayout(children=[page(scenario)])
    box, context = solara.render(whole, handle_error=False)
    try:
        said = str(context.find())
        for text in ("Market", "Policy", "Reps", "Seed", "Reset"):
            assert text in said
        assert said.count("Image(") == 2, "both figures are drawn"
    finally:
        context.close()
    assert box is not None
