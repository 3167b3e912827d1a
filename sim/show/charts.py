"""All charts in one place.

Each function takes frames or a comparison and, if wanted, the axes to draw on, and returns the axes; save
them with `save`. Nothing here keeps state, opens a window or needs a display.
"""

from sim.show.conflict import conflict_course
from sim.show.differences import revenue_difference
from sim.show.drawing import save
from sim.show.facts import facts_through_pass
from sim.show.flow import buyer_flow
from sim.show.plan import engagement_plan
from sim.show.response import response_split
from sim.show.robustness import flip_map, regret_by_policy
from sim.show.sensitivity import what_matters
from sim.show.track import relay_track

__all__ = [
    "buyer_flow",
    "conflict_course",
    "engagement_plan",
    "facts_through_pass",
    "flip_map",
    "regret_by_policy",
    "relay_track",
    "response_split",
    "revenue_difference",
    "save",
    "what_matters",
]
