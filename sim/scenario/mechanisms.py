"""Mechanisms of integration: what a firm can do to bring marketing and sales together, and what each costs.

Every mechanism has an intensity, a running cost, hours it takes from the reps, at least one effect and at least
one drawback (T7.9). All are off unless their intensity is above zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.scenario.fields import Part, setting
from sim.scenario.units import Hours, Money, NonNegative, PositiveDays, Rate

__all__ = ["MECHANISMS", "Mechanism", "Mechanisms"]


def _cost(default: float) -> Any:
    return setting(
        default,
        meaning="running cost at full intensity, charged to the counted period",
        unit="money per month",
        source="T7.9, assumption",
    )


def _hours(default: float) -> Any:
    return setting(
        default,
        meaning="hours each rep spends on it at full intensity, taken from its tasks",
        unit="hours per week",
        source="T7.9, assumption",
    )


class Mechanism(Part):
    """What all mechanisms have in common."""

    intensity: Rate = setting(0.0, meaning="how fully it is done, 0 = not at all", unit="share")
    cost_per_month_value: Money = _cost(1000.0)
    hours_per_rep_per_week: Hours = _hours(0.5)


class SharedDefinition(Mechanism):
    """Both departments say in the same words what a lead is; nothing below that bar counts."""

    cost_per_month_value: Money = _cost(500.0)
    hours_per_rep_per_week: Hours = _hours(0.25)
    noise_effect: Rate = setting(
        0.5,
        meaning="part of the noise of marketing's score that goes",
        unit="share",
        source="T2.7, assumption",
    )
    follow_effect: NonNegative = setting(
        1.0,
        meaning="how far the log odds of ignoring a lead fall",
        unit="log odds",
        source="T2.7, assumption",
    )
    slack: NonNegative = setting(
        0.1,
        meaning="drawback: a hand raised at a score further than this below the aim is not followed",
        unit="score",
    )


class SharedRecord(Mechanism):
    """One record that both departments write to, and that routes leads by itself."""

    cost_per_month_value: Money = _cost(3000.0)
    hours_per_rep_per_week: Hours = _hours(1.5)  # drawback: somebody has to enter the data
    record_effect: Rate = setting(
        0.9,
        meaning="part of the facts lost by the medium that is kept, both ways",
        unit="share",
        source="T6.2, T6.3, assumption",
    )
    automation_effect: Rate = setting(
        0.8, meaning="part of routing delay and batching that goes", unit="share", source="T6.3, assumption"
    )


class Committee(Mechanism):
    """People from both sides who meet, mend what has been broken, and decide about prices."""

    cost_per_month_value: Money = _cost(1000.0)
    hours_per_rep_per_week: Hours = _hours(1.0)
    every_days: PositiveDays = setting(14.0, meaning="time between two meetings", unit="days")
    repair_rate: Rate = setting(
        0.3,
        meaning="part of what is missing to fair_rate that a meeting restores of trust and regard",
        unit="share",
        source="T7.7, assumption",
    )
    fair_rate: Rate = setting(
        0.7, meaning="trust and regard up to which talking helps; more has to be earned", unit="share"
    )
    boundary_rate: Rate = setting(
        0.15,
        meaning="discount that reps may give at once by its ruling, never above the desk's ceiling",
        unit="share of the price",
    )


class JobRotation(Mechanism):
    """People work in the other department for a while."""

    cost_per_month_value: Money = _cost(1500.0)
    hours_per_rep_per_week: Hours = _hours(0.5)
    openness_effect: Rate = setting(
        0.6, meaning="part of the facts kept back that is told", unit="share", source="T7.7, assumption"
    )
    loss_effect: Rate = setting(
        0.3, meaning="part of the facts lost at a pass that survives", unit="share", source="T7.7, assumption"
    )
    welcome_effect: Rate = setting(
        0.3, meaning="part of what is missing to full trust that newcomers bring along", unit="share"
    )
    rotation_cost: Rate = setting(
        0.08, meaning="drawback: skill lost because somebody is always new to the work", unit="share of skill"
    )


class CrossFunctionalTeams(Mechanism):
    """A team from both departments for every buyer near the pass."""

    cost_per_month_value: Money = _cost(2000.0)
    hours_per_rep_per_week: Hours = _hours(0.5)
    obstruct_effect: Rate = setting(
        0.8,
        meaning="part of the obstruction by two runners that goes",
        unit="share",
        source="T7.7, assumption",
    )
    tell_effect: Rate = setting(
        0.5,
        meaning="chance that a fact lost by the medium is told in person",
        unit="probability",
        source="T7.7, assumption",
    )
    team_hours: Hours = setting(
        0.5, meaning="drawback: work added to the first meeting, which the team holds", unit="hours"
    )


class SingleUnit(Mechanism):
    """Marketing and sales are one department."""

    cost_per_month_value: Money = _cost(1000.0)
    hours_per_rep_per_week: Hours = _hours(0.5)
    delay_effect: Rate = setting(
        0.9,
        meaning="part of routing delay and batching that goes",
        unit="share",
        source="T7.7, assumption",
    )
    dispute_effect: Rate = setting(
        1.0, meaning="part of the disputes over credit that goes", unit="share", source="T7.7, assumption"
    )
    openness_effect: Rate = setting(
        0.6, meaning="part of the facts kept back that is told", unit="share", source="T7.7, assumption"
    )
    neglect_effect: NonNegative = setting(
        1.0,
        meaning="drawback: how much longer buyers far from the aim wait for the next touch",
        unit="share of the cadence",
        source="T7.5, assumption",
    )
    far_distance: NonNegative = setting(
        0.2, meaning="score below the aim at which a buyer counts as far away", unit="score"
    )


class JointCompensation(Mechanism):
    """Both are paid by this quarter's revenue."""

    cost_per_month_value: Money = _cost(500.0)
    hours_per_rep_per_week: Hours = _hours(0.0)
    share_effect: NonNegative = setting(
        1.0,
        meaning="how far the log odds of ignoring a lead fall",
        unit="log odds",
        source="T7.5, assumption",
    )
    short_sight: Rate = setting(
        0.8,
        meaning="drawback: part of the weight of later periods that goes",
        unit="share",
        source="T7.5, assumption",
    )
    free_riding: Rate = setting(
        0.05,
        meaning="drawback: effort that goes of a rep who would keep nothing of what its own work earns",
        unit="share of skill",
        source="T7.14, assumption",
    )


class JointPlanning(Mechanism):
    """Marketing sees how much sales has to do and lets go accordingly."""

    cost_per_month_value: Money = _cost(500.0)
    hours_per_rep_per_week: Hours = _hours(0.5)
    throttle: NonNegative = setting(
        0.02,
        meaning="how much later the aim opens for each task that waits per rep; buyers wait meanwhile",
        unit="score",
        source="T7.11, assumption",
    )
    comfortable_queue: NonNegative = setting(
        3.0, meaning="tasks waiting per rep up to which nothing is held back", unit="tasks"
    )
    most: NonNegative = setting(0.2, meaning="most by which the aim ever opens later", unit="score")


class JointTraining(Mechanism):
    """Both departments are trained together; by the evidence that alone changes nothing."""

    cost_per_month_value: Money = _cost(1500.0)
    hours_per_rep_per_week: Hours = _hours(0.5)
    training_effect: NonNegative = setting(
        0.0,
        meaning="how much more a meeting moves a buyer, and how much sooner newcomers know the practice",
        unit="share",
        source="T7.7",
    )


class CoLocation(Mechanism):
    """Both departments sit in one place; by the evidence that alone changes nothing."""

    cost_per_month_value: Money = _cost(1500.0)
    hours_per_rep_per_week: Hours = _hours(0.25)
    contact_effect: Rate = setting(
        0.0,
        meaning="chance that a fact lost by the medium is told over the desk",
        unit="probability",
        source="T7.7",
    )


class Mechanisms(Part):
    """All mechanisms of integration, and how soon newcomers know how to use them."""

    practice_days: PositiveDays = setting(
        180.0,
        meaning="time constant with which a newcomer learns to use them; until then they do not help",
        unit="days",
        source="T6.5, assumption",
    )
    shared_definition: SharedDefinition = setting(
        factory=SharedDefinition, meaning="a lead means the same to both"
    )
    shared_record: SharedRecord = setting(factory=SharedRecord, meaning="one record for both")
    committee: Committee = setting(factory=Committee, meaning="people from both sides who meet")
    job_rotation: JobRotation = setting(factory=JobRotation, meaning="work in the other department")
    cross_functional_teams: CrossFunctionalTeams = setting(
        factory=CrossFunctionalTeams, meaning="a team of both for each buyer"
    )
    single_unit: SingleUnit = setting(factory=SingleUnit, meaning="one department instead of two")
    joint_compensation: JointCompensation = setting(
        factory=JointCompensation, meaning="both are paid by this quarter's revenue"
    )
    joint_planning: JointPlanning = setting(
        factory=JointPlanning, meaning="marketing sees how much sales has to do"
    )
    joint_training: JointTraining = setting(factory=JointTraining, meaning="training of both together")
    co_location: CoLocation = setting(factory=CoLocation, meaning="desks in one place")

    def each(self) -> Iterator[Mechanism]:
        """All mechanisms, used or not, in the order of `MECHANISMS`."""
        for name in MECHANISMS:
            yield getattr(self, name)

    @property
    def hours_per_week(self) -> float:
        """Hours each rep spends on coordination in a week."""
        return sum(one.intensity * one.hours_per_rep_per_week for one in self.each())

    @property
    def cost_per_month_value(self) -> float:
        """What all of them cost in a month."""
        return sum(one.intensity * one.cost_per_month_value for one in self.each())


MECHANISMS: tuple[str, ...] = tuple(name for name in Mechanisms.model_fields if name != "practice_days")
"""Names of the mechanisms as settings."""
