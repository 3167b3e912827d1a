"""All charts in one place.

Each function takes frames or a comparison and, if wanted, the axes to draw on, and returns the matplotlib figure;
save it with `save`. Nothing here keeps state, opens a window or needs a display. What replications leave open is
drawn: differences and means carry their intervals, and differences a line at zero.
"""

from sim.show.conflict import conflict_course
from sim.show.differences import revenue_difference
from sim.show.drawing import save
from sim.show.effects import effect_lines, effect_map
from sim.show.facts import facts_through_pass
from sim.show.flow import buyer_flow
from sim.show.money import money_by_policy
from sim.show.plan import engagement_plan
from sim.show.recycling import recycled_wins
from sim.show.response import response_split
from sim.show.robustness import flip_map, regret_by_policy
from sim.show.sensitivity import what_matters
from sim.show.track import relay_track

__all__ = [
    "buyer_flow",
    "conflict_course",
    "effect_lines",
    "effect_map",
    "engagement_plan",
    "facts_through_pass",
    "flip_map",
    "money_by_policy",
    "recycled_wins",
    "regret_by_policy",
    "relay_track",
    "response_split",
    "revenue_difference",
    "save",
    "what_matters",
]
