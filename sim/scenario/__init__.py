"""Scenarios: what a user writes, checked, frozen and explained.

A `Scenario` is a market, a team, a policy and a horizon. It is loaded by name or from a TOML file, compared
and hashed like any value, and changed only by making another.
"""

from sim.scenario.aftersale import Aftersale
from sim.scenario.document import Scenario
from sim.scenario.engagement import Activity
from sim.scenario.errors import InvalidInput, Problem
from sim.scenario.frozen import FrozenTable
from sim.scenario.horizon import Change, Horizon
from sim.scenario.journey import Channel, Deadline, Journey, Rival, Segment
from sim.scenario.levers import Aim, Levers, Nurture, Recycling, Triage
from sim.scenario.library import shipped_markets, shipped_policies
from sim.scenario.loading import KINDS, load
from sim.scenario.market import Attention, Choice, Clock, Cooling, Demand, Exchange, Facts, Market
from sim.scenario.negotiation import Negotiation
from sim.scenario.organisation import DealDesk, Organisation
from sim.scenario.people import Learning
from sim.scenario.policy import Policy
from sim.scenario.schema import scenario_schema
from sim.scenario.team import Calendar, Marketers, Medium, Reps, Tasks, Team
from sim.scenario.units import Span

__all__ = [
    "KINDS",
    "Activity",
    "Aftersale",
    "Aim",
    "Attention",
    "Calendar",
    "Change",
    "Channel",
    "Choice",
    "Clock",
    "Cooling",
    "Deadline",
    "DealDesk",
    "Demand",
    "Exchange",
    "Facts",
    "FrozenTable",
    "Horizon",
    "InvalidInput",
    "Journey",
    "Learning",
    "Levers",
    "Market",
    "Marketers",
    "Medium",
    "Negotiation",
    "Nurture",
    "Organisation",
    "Policy",
    "Problem",
    "Recycling",
    "Reps",
    "Rival",
    "Scenario",
    "Segment",
    "Span",
    "Tasks",
    "Team",
    "Triage",
    "load",
    "scenario_schema",
    "shipped_markets",
    "shipped_policies",
]
