"""The words of the trade, as small integers inside and as hyphened words at the edge.

Compiled rules compare integers; scenario files, tables and reports show words. Each enumeration below
is the one place where a word gets its number, and :func:`word` is the only way back.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TypeVar

__all__ = [
    "Breach",
    "Decision",
    "Entity",
    "EventKind",
    "Fact",
    "Moment",
    "Order",
    "Outcome",
    "Phase",
    "Purpose",
    "Reason",
    "Routing",
    "Stage",
    "Task",
    "Triage",
    "Trigger",
    "Verdict",
    "from_word",
    "word",
    "words",
]


class Fact(IntEnum):
    """What can be known about a buyer: the eight facts that make up the baton."""

    NEED = 0
    DEADLINE = 1
    BUDGET = 2
    AUTHORITY = 3
    REQUIREMENTS = 4
    SUPPLIER = 5
    RIVAL = 6
    OBJECTION = 7


class Phase(IntEnum):
    """Stretches of the buyer's track, in running order; `lower_bound` is where each begins."""

    STIMULUS = 0
    ZERO_MOMENT = 1
    EVALUATION = 2
    FIRST_MOMENT = 3

    @property
    def lower_bound(self) -> float:
        """Position on the track (share of it, 0 to 1) at which the phase begins."""
        return self.value * 0.25


class Trigger(IntEnum):
    """What can make marketing let go of a lead."""

    SCORE = 0
    DEADLINE = 1
    HAND_RAISE = 2
    AGE = 3
    QUOTA = 4


class Routing(IntEnum):
    """How a lead that was let go finds its rep."""

    ROUND_ROBIN = 0
    LEAST_LOADED = 1
    SPECIALIST = 2
    SKILL_MATCH = 3
    PREVIOUS_OWNER = 4
    PULL = 5


class Order(IntEnum):
    """Which of the waiting tasks a rep takes first."""

    FIRST_IN = 0
    NEW_FIRST = 1
    SCORE = 2
    DEADLINE = 3
    VALUE = 4
    CHERRY_PICK = 5


class Breach(IntEnum):
    """What happens when the response target is missed."""

    NOTHING = 0
    ESCALATE = 1
    REASSIGN = 2
    TAKE_BACK = 3


class Outcome(IntEnum):
    """How an exchange ended; every letting-go has exactly one."""

    PASSED = 0
    REJECTED = 1
    IGNORED = 2
    EXPIRED = 3
    TAKEN_BACK = 4
    BOUGHT_MEANWHILE = 5
    OPEN = 6


class Verdict(IntEnum):
    """What an exchange is called in one word, derived from its outcome and its faults."""

    CLEAN = 0
    EARLY = 1
    LATE = 2
    OBSTRUCTED = 3
    SLOW = 4
    PUSHED = 5
    REJECTED = 6
    IGNORED = 7
    EXPIRED = 8
    TAKEN_BACK = 9
    BOUGHT_MEANWHILE = 10
    OPEN = 11


class Reason(IntEnum):
    """Why a lead went back or was lost."""

    TIMING = 0
    RIVAL = 1
    NO_DECISION = 2
    PRICE = 3
    FIT = 4
    UNREACHED = 5
    REJECTED = 6
    IGNORED = 7
    TAKEN_BACK = 8
    SOMEBODY_ELSE = 9


class Task(IntEnum):
    """What a rep spends working hours on."""

    PREPARE = 0
    ATTEMPT = 1
    DISCOVER = 2
    MEET = 3
    PROPOSE = 4
    CLOSE = 5
    DESK = 6
    ENGAGE = 7
    FARM = 8


class Stage(IntEnum):
    """Where a buyer is in the relay, seen from the firm."""

    NURTURE = 0
    IN_AIR = 1
    OPPORTUNITY = 2
    FORECAST = 3
    CLOSING = 4
    RESTING = 5
    DROPPED = 6
    SETTLED = 7
    CUSTOMER = 8


class Decision(IntEnum):
    """The human decisions that can be overridden: the sockets of the engine."""

    NONE = 0
    HANDS_OVER = 1
    PICKS_REP = 2
    ACCEPTS = 3
    PICKS_NEXT = 4
    ENGAGES = 5


class Triage(IntEnum):
    """A rep's answer when a lead is first looked at."""

    TAKE = 0
    REJECT = 1
    IGNORE = 2


class Moment(IntEnum):
    """Why marketing is asked, just now, whether to hand a buyer over."""

    TOUCH = 0
    AIM = 1
    HAND_RAISE = 2
    REVIEW = 3
    DEADLINE = 4
    AGE = 5
    QUOTA = 6


class Entity(IntEnum):
    """Kinds of things that have luck of their own."""

    MARKET = 0
    BUYER = 1
    REP = 2


class Purpose(IntEnum):
    """What a random number is for; every decision that needs luck has exactly one purpose."""

    ARRIVAL_GAP = 0
    ARRIVAL_MARK = 1
    JOURNEY = 2
    SEGMENT = 3
    FIT = 4
    DEAL_VALUE = 5
    READY = 6
    CLOCK = 7
    START_POSITION = 8
    ARRIVAL_HAND_RAISE = 9
    TOUCH_GAP = 10
    TOUCH_CHANNEL = 11
    TOUCH_REVEAL = 12
    TOUCH_HAND_RAISE = 13
    TOUCH_OBSERVED = 14
    TOUCH_SWITCH = 15
    HOT = 16
    SCORE_NOISE = 17
    NURTURE_REVEAL = 18
    NURTURE_HAND_RAISE = 19
    NURTURE_NOISE = 20
    RECORD_DECAY = 21
    RECORD_PASS = 22
    RECORD_RETURN = 23
    INTRODUCTION = 24
    TRIAGE = 25
    ANSWER = 26
    OBSTRUCTED = 27
    QUALIFIED = 28
    DISCOVERED = 29
    TASK_HOURS = 30
    CHOICE = 31
    FINAL_CHOICE = 32
    RIVAL_MOMENT = 33
    RIVAL_ENGAGES = 34
    SKILL = 35
    SERVER_SHUFFLE = 36
    OVERRIDE = 37
    REASSIGN_PASS = 39
    RACE_SPEED = 40
    RACE_FORM = 41
    RACE_REACTION = 42
    RACE_MARK = 43
    WEEK_DEMAND = 96
    WITHHELD = 44
    WITHHELD_BACK = 45
    LEAVER_PASS = 46
    TENURE = 47
    EXPERIENCE = 48
    CALLING = 49
    TEAM_TOLD = 60
    OVER_DESK = 61
    TO_COMMITTEE = 62
    GIVEN_UP = 63
    DEMAND = 68
    WISH = 69
    SATISFACTION = 70
    REVIEWS = 71
    REFERRAL_GAP = 72
    REFERRED = 73
    REFERRAL_NAME = 74
    SECOND_PASS = 75
    FARM_HOURS = 76
    RENEWAL = 77
    EXPANSION = 78
    STORY = 79
    PLAN_REVEAL = 84
    PLAN_HAND_RAISE = 85
    PLAN_NOISE = 86
    PLAN_HOURS = 87


class EventKind(IntEnum):
    """What the event log can tell of a buyer's life."""

    ARRIVED = 0
    TOUCHED = 1
    NURTURED = 2
    RAISED_HAND = 3
    COOLED = 4
    GO = 5
    CALLED_OFF = 6
    LET_GO = 7
    ASSIGNED = 8
    ACCEPTED = 9
    REJECTED = 10
    IGNORED = 11
    PREPARED = 12
    ATTEMPTED = 13
    BREACHED = 14
    TAKEN_BACK = 15
    EXPIRED = 16
    PASSED = 17
    QUALIFIED = 18
    DISQUALIFIED = 19
    DISCOVERED = 20
    MET = 21
    PROPOSED = 22
    FORECAST = 23
    WAITED = 24
    CHOSE_US = 25
    CHOSE_RIVAL = 26
    CHOSE_SOMEBODY_ELSE = 27
    WON = 28
    LOST = 29
    RESTED = 30
    RETURNED = 31
    DROPPED = 32
    RIVAL_ENGAGED = 33
    FOLLOW_UP_ENDED = 34
    WITHHELD = 35
    BROUGHT_FORWARD = 36
    HELD_ON = 37
    LET_LIE = 38
    PUSHED = 39
    PASSED_ON = 40
    TOLD_IN_PERSON = 45
    NOT_AGREED = 46
    TO_COMMITTEE = 47
    WISHED = 50
    ALLOWED = 51
    BECAME_CUSTOMER = 52
    ACCOUNT_PASSED = 53
    FARMED = 54
    REVIEWED = 55
    REFERRED_ANOTHER = 56
    RENEWED = 57
    EXPANDED = 58
    CHURNED = 59
    ENGAGED = 60
    SEEN_IN_PHASE = 61


_Word = TypeVar("_Word", bound=IntEnum)


def word(member: IntEnum) -> str:
    """The word shown at the edge for a member of any enumeration here, such as ``"hand-raise"``."""
    return member.name.lower().replace("_", "-")


def words(kind: type[IntEnum]) -> tuple[str, ...]:
    """All words of an enumeration, in the order of their numbers."""
    return tuple(word(member) for member in kind)


def from_word(kind: type[_Word], text: str) -> _Word:
    """The member that a word names.

    Args:
        kind: The enumeration to look in.
        text: A hyphened lower-case word, such as ``"hand-raise"``.

    Returns:
        The member of ``kind`` whose word is ``text``.

    Raises:
        ValueError: If no member of ``kind`` has that word; the message lists the words there are.
    """
    for member in kind:
        if word(member) == text:
            return member
    raise ValueError(f"{text!r} is not one of {', '.join(words(kind))}")
