"""The people and buyers of a run as Mesa agents: views on the rows of its tables, and the sockets.

A socket is a method that makes one human decision: `Marketer.hands_over` and `Marketer.picks_rep`,
`SalesRep.accepts` and `SalesRep.picks_next`, `Rival.engages`. Subclass the agent, override the method, and
pass `agents={SalesRep: MyRep}`; whatever is not overridden stays compiled.
"""

from sim.agents.buyer import Buyer, BuyerHasLeft
from sim.agents.crowd import Crowd, LiveCrowd
from sim.agents.overriding import chosen_classes, classes_named, fingerprint_of, overridden_sockets
from sim.agents.people import Marketer, Person, Rival, SalesRep, Waiting
from sim.agents.sockets import SOCKETS, WrongAnswer, answer_to

__all__ = [
    "SOCKETS",
    "Buyer",
    "BuyerHasLeft",
    "Crowd",
    "LiveCrowd",
    "Marketer",
    "Person",
    "Rival",
    "SalesRep",
    "Waiting",
    "WrongAnswer",
    "answer_to",
    "chosen_classes",
    "classes_named",
    "fingerprint_of",
    "overridden_sockets",
]
