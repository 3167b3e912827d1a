"""What every state variable and every kind of event means, in words: the source of the ODD page's lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sim.vocabulary import EventKind


def _read(text: str) -> dict[str, str]:
    """Lines of ``name: meaning``."""
    return dict(line.strip().split(": ", 1) for line in text.strip().splitlines())


_BUYER = _read("""
number: identity, by order of arrival; no policy can change it
luck: what all random numbers of this buyer start from
journey: journey it is on
stage: where it is in the relay, seen from the firm
marks: yes/no state (counted, hot, hand raised, told to sales, in a queue, late, ...), segment, last channel, last reason
tally: how often it has met each kind of moment: nurtures, raised hands, decisions, rivals, looks at the record
occasion: lap and step within the lap
fit: how well the offer fits, 0 to 1
value: value of the deal, money
arrival_day: day of arrival
rival_day: day of the next moment at which a rival may engage
clock_day: day on which it buys from somebody, drawn before any policy acts
x: position on the track at the last move, 0 to 1
v: momentum at the last move, track per day
pace: pace of whoever carries the baton, track per day; 0 is coasting
moved_day: day of the last move
touches: touches of its own so far
exposures: touches on each channel so far, for saturation
rivals: engagements of each rival so far
fatigue: attention lost to too many marketing touches, 0 to 1
touched_day: when anybody last paid attention to it
noise: error of marketing's score since the last observed touch, position
facts_day: day on which the record was last looked at for decay
raised_day: day of the last raised hand
goodwill: goodwill towards us, 0 to 1
facts_marketing: facts that marketing knows, as bits
facts_sales: facts that sales knows, as bits
owner: rep who has it, -1 nobody
task: next task of its rep
child: place in the rep's queue
next: place in the rep's queue, or the next free row
previous: place in the rep's queue
ledger: its open row in the ledger of exchanges or of deals
priority: priority of its task, smaller first
let_go_day: day of the last letting-go
prepared_hours: hours of preparation still fresh at prepared_day
prepared_day: day on which preparation was last counted
touch_value: cost of touches so far, money
hours: rep hours spent on it
lap_hours: rep hours spent on it on this lap
wasted_hours: rep hours of laps that led to no opportunity
due: diary: the day of the next thing in each of seven slots
""")

_REP = _read("""
number: identity
luck: what all random numbers of this rep start from
queue: first of the buyers waiting
waiting: buyers waiting
current: buyer in hand, -1 none
task: task in hand
wakes: how often it has been on the agenda, for the shuffle of simultaneous moments
skill: factor on the speed of its work and on what a meeting moves
trust: trust in marketing's leads, 0 to 1
due: day of its next moment
started_day: when the task in hand was begun
working_hours: hours the task in hand takes
busy_hours: hours worked in the counted period
hours: hours worked by task
stint: how many people have held this seat before
departures: people who have left this seat
passed_on: buyers passed on by leavers
full_skill: skill it grows to
edge: what a hunter has over others in opening, and lacks in keeping; negative for a farmer
hired_day: day on which the holder came
leaves_day: day on which the holder leaves
absent_until: until when the seat is empty
experience: share of full experience, 0 to 1
good: weight of leads that turned out well
bad: weight of leads that did not
wins: wins, older ones counting less
wins_day: day on which the wins were last counted
owed_hours: hours of disputes not yet worked off
owed_day: day from which they have been worked off
held_hours: hours of disputes in hand
other_hours: hours of disputes worked off
practised_day: day from which it has been learning to use the firm's mechanisms of integration
coordination_hours: working hours that went to these mechanisms
""")

_MARKETER = _read("""
regard: regard for sales' follow-up, 0 to 1
good: weight of leads that were followed up
bad: weight of leads that were not
period_start: first day of the pay period
earned: pay of the period so far, in leads
flow: leads that earn, per day, as it expects them
seen: weight of leads whose fate it knows
sum_x: regression of what became of leads on their score: sum of scores
sum_y: sum of outcomes
sum_xx: sum of squared scores
sum_xy: sum of scores times outcomes
""")

_RIVAL = _read("""
waited: by journey, sum of the days that batons were in the air, older ones counting less
seen: by journey, weight of the batons that it consists of
heard_day: by journey, day on which both were last brought up to date
""")

STATE_VARIABLES: Final[Mapping[str, Mapping[str, str]]] = {
    "buyers": _BUYER,
    "reps": _REP,
    "marketers": _MARKETER,
    "rivals": _RIVAL,
}
"""State variables by table."""

EVENTS: Final[Mapping[EventKind, str]] = {
    EventKind.ARRIVED: "a buyer appears, with everything that no policy can change",
    EventKind.TOUCHED: "a touch of the buyer's own, on the next channel of its journey",
    EventKind.NURTURED: "a touch by marketing at its cadence",
    EventKind.RAISED_HAND: "a high-intent act: a form, a demo request; a minority is hot from now on",
    EventKind.COOLED: "neglected beyond the grace: momentum is gone, the buyer slides back",
    EventKind.GO: "the checkmark: sales is told, so that a rep can start moving",
    EventKind.CALLED_OFF: "the buyer slid back below the checkmark before the pass",
    EventKind.LET_GO: "marketing lets go; the baton is in the air",
    EventKind.ASSIGNED: "the record reaches a rep, with the facts that the medium kept",
    EventKind.ACCEPTED: "the rep takes the lead",
    EventKind.REJECTED: "the rep sends the lead back with a reason",
    EventKind.IGNORED: "the rep lets the lead lie and tells nobody",
    EventKind.PREPARED: "preparation is done; readiness has grown",
    EventKind.ATTEMPTED: "one attempt to reach the buyer",
    EventKind.BREACHED: "the response target is missed",
    EventKind.TAKEN_BACK: "marketing takes the baton back",
    EventKind.EXPIRED: "nobody was reached in time",
    EventKind.PASSED: "the first live contact: speeds match or do not, facts pass, faults are judged",
    EventKind.QUALIFIED: "the first talk makes an opportunity of the lead",
    EventKind.DISQUALIFIED: "the first talk sends the lead back",
    EventKind.DISCOVERED: "the rep asks for missing facts",
    EventKind.MET: "a meeting pushes the buyer on",
    EventKind.PROPOSED: "a proposal is made",
    EventKind.FORECAST: "the buyer is committed: the deal is forecast",
    EventKind.WAITED: "a decision opened and the buyer put it off",
    EventKind.CHOSE_US: "the buyer chooses us",
    EventKind.CHOSE_RIVAL: "the buyer chooses a rival",
    EventKind.CHOSE_SOMEBODY_ELSE: "the buyer chooses somebody else",
    EventKind.WON: "the contract is signed",
    EventKind.LOST: "the opportunity is closed-lost",
    EventKind.RESTED: "a lead goes back to marketing and rests",
    EventKind.RETURNED: "the rest is over; a new lap begins",
    EventKind.DROPPED: "nobody here will call again; the buyer is only watched",
    EventKind.RIVAL_ENGAGED: "a rival speaks with the buyer",
    EventKind.TOLD_IN_PERSON: "a team of both departments, or people who sit together, tell facts the medium lost",
    EventKind.NOT_AGREED: "a raised hand below the agreed bar is not followed",
    EventKind.TO_COMMITTEE: "a request for a discount waits for the committee",
    EventKind.FOLLOW_UP_ENDED: "the observation of this buyer ends",
    EventKind.WITHHELD: "whoever passes the record on mistrusts the other side and keeps facts back",
    EventKind.BROUGHT_FORWARD: "marketing's pay cannot wait: it lets go below the policy's aim",
    EventKind.HELD_ON: "marketing, paid for revenue, holds on beyond the aim",
    EventKind.LET_LIE: "a nurture touch would not pay: the buyer is let lie until the next pay period",
    EventKind.PUSHED: "the rep offers a discount that ends with the quarter",
    EventKind.PASSED_ON: "the rep leaves the firm; another takes over, with what the medium keeps",
    EventKind.WISHED: "the buyer answers a proposal with a wish about the price",
    EventKind.ALLOWED: "the deal desk answers",
    EventKind.BECAME_CUSTOMER: "the sale: satisfaction is what was delivered against what was promised",
    EventKind.ACCOUNT_PASSED: "the second handoff: another rep looks after the customer",
    EventKind.FARMED: "a visit by the account owner",
    EventKind.REVIEWED: "the customer writes a review, which later buyers read",
    EventKind.REFERRED_ANOTHER: "the customer speaks of us to somebody, who arrives as a buyer",
    EventKind.RENEWED: "the contract is renewed for another term",
    EventKind.EXPANDED: "the contract grows",
    EventKind.CHURNED: "the customer leaves",
    EventKind.ENGAGED: "an activity of the engagement plan by a rep",
    EventKind.SEEN_IN_PHASE: "marketing sees the buyer in another phase",
}
"""What each kind of event means."""
