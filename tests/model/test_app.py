"""The page: what may be chosen, and rendering without a browser where Solara is installed."""

import shlex
import sys
import tomllib

import pytest
from click.testing import CliRunner

from sim.cli.group import relay
from sim.scenario import InvalidInput, Policy, Scenario
from sim.show.app import mesa_viewer, opened_with, page
from sim.show.app_choice import OF_A_POLICY, OF_THE_WORLD, Opened, Side, sliders, value_of


@pytest.fixture
def opened(scenario):
    return Opened(scenario)


class TestChoice:
    """What is chosen on the page is what runs."""

    def test_nothing_changed_is_the_scenario_itself(self, opened, scenario):
        choice = opened.first(seed=5)
        assert opened.scenarios(choice) == (scenario,)
        assert (choice.seed, choice.labels()) == (5, ("today",))

    def test_two_policies_on_the_same_market(self, opened, scenario):
        choice = opened.first("patient")
        assert opened.scenarios(choice) == (scenario, scenario.with_policy("patient"))
        assert choice.labels() == ("today", "patient")

    def test_everything_changed(self, opened):
        choice = opened.first()._replace(
            market="olist",
            sides=(Side("patient", (("policy.attempts", 3),)),),
            moved=(("team.reps.count", 7),),
        )
        expected = Scenario.load("olist", "patient", ["team.reps.count=7", "policy.attempts=3"])
        assert opened.scenarios(choice) == (expected,)
        assert choice.labels() == ("patient, changed",)

    def test_the_same_policy_twice_has_two_names(self, opened):
        assert opened.first("today").labels() == ("today (1)", "today (2)")

    def test_settings_of_the_command_line_hold_for_every_policy(self):
        given = ("policy.attempts=9", "team.reps.count=3")
        opened = Opened(Scenario.load("considered", overrides=given), settings=given)
        for one in opened.scenarios(opened.first("patient")):
            assert (one.policy.attempts, one.team.reps.count) == (9, 3)

    def test_a_policy_of_ones_own_stays_within_reach(self, scenario):
        own = scenario.with_policy(scenario.policy.model_copy(update={"name": "mine"}))
        opened = Opened(own)
        assert opened.policy_names()[0] == "mine"
        choice = opened.first()._replace(market="olist", sides=(Side("mine"),))
        assert opened.scenarios(choice)[0].policy.name == "mine"

    def test_what_does_not_go_together_is_refused(self, scenario):
        opened = Opened(scenario.with_overrides(["team.media.pigeon.retention=0.2", "policy.medium=pigeon"]))
        with pytest.raises(InvalidInput, match="pigeon"):
            opened.scenarios(opened.first()._replace(market="olist"))


class TestSliders:
    """Sliders have the names and limits that the scenario declares."""

    @pytest.mark.parametrize("market", ["considered", "olist", "car-seat", "web-leads"])
    def test_every_place_of_a_slider_is_a_valid_setting(self, market):
        scenario = Scenario.load(market)
        for slider in sliders(scenario, (*OF_THE_WORLD, *OF_A_POLICY)):
            own = value_of(scenario, slider.path)
            assert slider.values[slider.nearest(own)] == own
            assert list(slider.values) == sorted(set(slider.values)) and len(slider.values) >= 9
            for value in (slider.values[0], slider.values[-1]):
                changed = scenario.with_overrides([f"{slider.path}={value!r}"])
                assert value_of(changed, slider.path) == value

    def test_it_says_what_is_moved(self, scenario):
        by_path = {one.path: one for one in sliders(scenario, (*OF_THE_WORLD, *OF_A_POLICY))}
        assert by_path["policy.attempts"].meaning == "most attempts to reach a buyer"
        assert by_path["policy.triage.tracking_rate"].said(0.1) == "10%"
        assert by_path["policy.aim.shift"].said(0.05) == "+0.05 of the track"

    def test_an_absolute_aim_has_no_shift(self, scenario):
        absolute = scenario.with_overrides(["policy.aim={open=0.4, close=0.6}"])
        assert "policy.aim.shift" not in [one.path for one in sliders(absolute, OF_A_POLICY)]


class TestRecipe:
    """What the page says to type gives the runs that the page shows."""

    def test_two_policies(self, opened):
        choice = opened.first("patient", seed=4)._replace(moved=(("team.reps.count", 7),))
        assert opened.recipe(choice) == (
            "relay compare considered --policies today,patient --set team.reps.count=7 --seed 4"
        )

    def test_one_policy(self, opened):
        assert opened.recipe(opened.first()) == "relay run considered --policy today"

    def test_moved_levers_become_a_policy_file_that_loads(self, opened, tmp_path, monkeypatch):
        choice = opened.first("patient")
        choice = choice.with_levers(1, (("policy.attempts", 3), ("policy.aim.shift", -0.1)))
        head, *lines, command = opened.recipe(choice).splitlines()
        path = tmp_path / head.removeprefix("# ")
        path.write_text("\n".join(lines))
        assert tomllib.loads(path.read_text())["extends"] == "patient"
        monkeypatch.chdir(tmp_path)
        assert Policy.load(path.name) == opened.scenarios(choice)[1].policy.model_copy(
            update={"name": "my-patient"}
        )
        words = shlex.split(command)
        assert words == ["relay", "compare", "considered", "--policies", "today,my-patient.toml"]

    def test_it_names_what_was_typed(self, scenario, tmp_path):
        (tmp_path / "mine.toml").write_text('kind = "policy"\nextends = "patient"\n[policy]\nattempts = 4\n')
        file = str(tmp_path / "mine.toml")
        opened, second = opened_with(scenario, file, "my market.toml", "today", ("team.reps.count=3",))
        assert second == "mine"
        expected = f"relay compare 'my market.toml' --policies today,{file} --set team.reps.count=3"
        assert opened.recipe(opened.first(second)) == expected


def test_without_solara_the_way_out_is_named(scenario, monkeypatch):
    for name in [one for one in sys.modules if one.startswith(("solara", "sim.show.app_page"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "solara", None)
    with pytest.raises(ModuleNotFoundError, match=r"relay-handoff\[app\]"):
        page(scenario)


def test_a_second_policy_that_is_not_there_is_refused_before_anything_is_served():
    said = CliRunner().invoke(relay, ["app", "--against", "pateint"])
    assert said.exit_code != 0
    with pytest.raises(InvalidInput, match="patient"):
        opened_with(Scenario.load("considered"), "pateint")


@pytest.mark.filterwarnings("default")  # what Solara and its widgets warn of is not ours
def test_page_renders(scenario):
    solara = pytest.importorskip("solara")
    whole = solara.AppLayout(children=[page(scenario, "patient")])
    _, context = solara.render(whole, handle_error=False)
    try:
        said = str(context.find())
        for text in ("Market", "Policy", "Beside it", "Levers of patient", "Number of reps: 3", "Seed"):
            assert text in said
    finally:
        context.close()


def test_mesas_own_viewer_shows_and_steps_a_run(scenario):
    """Warnings are errors here, Mesa's and Solara's too."""
    solara = pytest.importorskip("solara")
    pytest.importorskip("altair")
    import ipyvuetify
    from solara.widgets.widgets import HTML, GridLayout

    _, context = solara.render(solara.AppLayout(children=[mesa_viewer(scenario, 3)]), handle_error=False)

    def press(label):
        next(one.widget for one in context.find(ipyvuetify.Btn) if label in str(one.widget.children)).click()

    def pictures():
        """What stands in Mesa's grid, which hides it from the finder."""
        grid = context.find(GridLayout).widget
        return "".join(one.unsafe_innerHTML for one in _below(grid.items) if isinstance(one, HTML))

    try:
        assert "Buyers on the track" in pictures() and "day 30" in pictures()
        before = pictures()
        press("Step")
        after = pictures()
        assert after != before
        press("Reset")
        assert pictures() == before
        press("Step")
        assert pictures() == after, "the same run again"
    finally:
        context.close()


def _below(widgets):
    for one in widgets:
        yield one
        yield from _below([child for child in getattr(one, "children", ()) if not isinstance(child, str)])
