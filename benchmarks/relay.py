"""The bench lap in plain Python objects: what a buyer and a rep do, whatever framework moves the clock.

A framework adds how time passes: it calls `act` on the day that `next_day` names, and it is told
whenever that day may have changed (`replanned`).
"""

from __future__ import annotations

from heapq import heappop, heappush
from math import exp, inf, log1p
from random import Random

from benchmarks.lap import FACTS, HOURS_PER_DAY, Exchange, Lap, Record, Result

NEARLY = 1e-9
"""A position computed to lie on a line may miss it by rounding."""

NURTURE, IN_AIR, IN_SALES, CLOSING, RESTING, DROPPED, GONE = range(7)
ATTEMPT, DISCOVER, MEET, CLOSE = range(4)
US, OTHER, NOBODY = range(3)


def phase_of(x: float) -> int:
    """The quarter of the way, roughly: what a touch does depends on it."""
    if x < 0.25:
        return 0
    if x < 0.5:
        return 1
    return 2 if x < 0.75 else 3


class Firm:
    """What buyers and reps of one run share."""

    def __init__(self, lap: Lap, random: Random) -> None:
        self.lap = lap
        self.random = random
        self.record = Record()
        self.reps: list[Rep] = []
        self.turn = 0

    def next_rep(self) -> Rep:
        """Round robin."""
        rep = self.reps[self.turn]
        self.turn = (self.turn + 1) % len(self.reps)
        return rep


class Buyer:
    """A buyer: a position on the way to a purchase, some momentum, and a diary of what lies ahead."""

    firm: Firm

    def appear(self, firm: Firm, day: float) -> None:
        """Arrive, with the first touch on the journey's own channel."""
        self.firm = firm
        lap, random = firm.lap, firm.random
        self.stage = NURTURE
        self.arrival_day = day
        self.fit = 1.0 / (1.0 + exp(-random.gauss(0.0, lap.fit_spread)))
        self.x = min(0.99, 1.0 / (1.0 + exp(-random.gauss(lap.start_odds_log, lap.start_spread))))
        self.speed = 0.0
        self.moved_day = day
        self.touched_day = day
        self.cooling = False
        self.channel = lap.origin
        self.exposures = [0] * len(lap.channels)
        self.touches = 0
        self.noise = 0.0
        self.facts = 0
        self.lap_number = 1
        self.steps = 0
        self.late = False
        self.prepared_hours = 0.0
        self.prepared_day = day
        self.rep: Rep | None = None
        self.ticket: int | None = None  # of the task that waits in the rep's queue
        self.in_hand = False
        self.exchange: Exchange | None = None
        self.exchanges = 0
        self.on_record = day < lap.counted_days
        self.clock_day = day + random.expovariate(lap.purchases_per_day)
        self.touch_day = self.turn_day = self.watch_day = self.work_day = inf
        self.end_day = day + lap.follow_up_days if self.on_record else inf
        firm.record.buyers += 1
        self.touch(day)

    # The diary.

    def next_day(self) -> float:
        """The first day on which something happens to this buyer by itself."""
        return min(self.clock_day, self.touch_day, self.turn_day, self.watch_day, self.work_day, self.end_day)

    def act(self, day: float) -> None:
        """Do what the diary says for this day."""
        self.firm.record.events += 1
        if day == self.clock_day:
            self.clock_day = inf
            self.decide(day, at_clock=True)
        elif day == self.touch_day:
            self.touch(day)
        elif day == self.work_day:
            self.work_day = inf
            self.carry_on(day)
        elif day == self.watch_day:
            self.watch_day = inf
            self.watch(day)
        elif day == self.turn_day:
            self.turn(day)
        else:
            self.end_day = inf
            self.write_record(won=self.stage == CLOSING)
            if self.stage == DROPPED:
                self.leave()
        self.replanned()

    def replanned(self) -> None:
        """The diary may begin earlier or later than the framework knows."""

    def leave(self) -> None:
        """Nothing that happens to this buyer matters any more."""
        self.stage = GONE
        self.clock_day = self.touch_day = self.turn_day = self.watch_day = self.work_day = self.end_day = inf

    # The way.

    def move(self, day: float) -> None:
        """Coast, or slide back, from the last look until now."""
        elapsed = day - self.moved_day
        if elapsed <= 0.0:
            return
        self.moved_day = day
        if self.cooling:
            self.x *= exp(-elapsed / self.firm.lap.cooling_days)
        elif self.speed:
            tau = self.firm.lap.momentum_days
            left = exp(-elapsed / tau)
            self.x += self.speed * tau * (1.0 - left)
            self.speed *= left

    def days_to(self, target: float) -> float:
        """Time until coasting carries the buyer to a position."""
        gap = target - self.x
        if gap <= 0.0:
            return 0.0
        reach = self.speed * self.firm.lap.momentum_days
        if reach <= gap:
            return inf
        return -self.firm.lap.momentum_days * log1p(-gap / reach)

    def plan_turn(self, day: float) -> None:
        """Note when the way ends or patience does."""
        if self.cooling:
            self.turn_day = inf
        else:
            cool = max(day, self.touched_day + self.firm.lap.grace_days)
            self.turn_day = min(day + self.days_to(1.0), cool)

    def plan_touch(self, day: float) -> None:
        """Touches come at random, faster when the purchase is near."""
        lap = self.firm.lap
        unit = self.firm.random.expovariate(1.0)
        calm = self.clock_day - day - lap.quicken_days
        if calm <= 0.0:
            wait = unit / (lap.touches_per_day * lap.quicken_factor)
        elif unit <= calm * lap.touches_per_day:
            wait = unit / lap.touches_per_day
        else:
            rest = unit - calm * lap.touches_per_day
            wait = calm + rest / (lap.touches_per_day * lap.quicken_factor)
        self.touch_day = day + wait

    def touch(self, day: float) -> None:
        """A touch: the next channel of the journey, a push that wears off, a new score."""
        lap, random = self.firm.lap, self.firm.random
        self.move(day)
        phase = phase_of(self.x)
        if self.touches:
            weights = lap.chain[phase][self.channel]
            self.channel = random.choices(lap.channels, cum_weights=weights)[0]
        channel = self.channel
        half = lap.half_saturation[channel]
        repetition = half / (half + self.exposures[channel])
        self.speed += lap.gain[channel][phase] * (0.5 + self.fit) * repetition / lap.momentum_days
        self.exposures[channel] += 1
        self.touches += 1
        self.touched_day = day
        self.cooling = False
        self.noise = random.gauss(0.0, lap.score_noise)
        self.plan_touch(day)
        self.plan_turn(day)
        if self.stage == NURTURE:
            self.consider(day)

    def turn(self, day: float) -> None:
        """The end of the way, where the buyer decides, or the end of patience."""
        self.move(day)
        if self.x >= 1.0 - NEARLY:
            self.decide(day, at_clock=False)
        else:
            self.speed = 0.0
            self.cooling = True
            self.turn_day = inf
        if self.stage == NURTURE:
            self.plan_watch(day)

    # Marketing.

    def consider(self, day: float) -> None:
        """Marketing lets go if the score has reached the aim."""
        if self.x + self.noise >= self.firm.lap.aim - NEARLY:
            self.let_go(day)
        else:
            self.plan_watch(day)

    def plan_watch(self, day: float) -> None:
        """Note when coasting will carry the score to the aim."""
        gap = self.firm.lap.aim - self.noise
        self.watch_day = inf if self.cooling or self.x >= gap - NEARLY else day + self.days_to(gap)

    def watch(self, day: float) -> None:
        """The score has reached the aim, or nobody was reached in time."""
        if self.stage == NURTURE:
            self.move(day)
            self.consider(day)
        elif self.stage == IN_AIR and not self.in_hand:
            self.give_up(day)

    def let_go(self, day: float) -> None:
        """The baton is in the air, and lies with the next rep or with the one of the last lap."""
        self.stage = IN_AIR
        self.steps = 0
        if self.on_record:
            self.exchange = Exchange(day)
            self.exchanges += 1
            self.firm.record.exchanges.append(self.exchange)
        self.watch_day = day + self.firm.lap.expiry_days
        if self.rep is None:
            self.rep = self.firm.next_rep()
        self.ask(ATTEMPT, day)

    # The exchange and sales.

    def ask(self, task: int, day: float) -> None:
        """Queue a task with the rep."""
        assert self.rep is not None
        self.rep.queue_up(self, task, day)

    def withdraw(self) -> None:
        """No task waits any more; the rep will pass over it."""
        self.ticket = None

    def carry_on(self, day: float) -> None:
        """The next attempt or meeting is due, or the rest is over."""
        if self.stage == IN_AIR:
            self.ask(ATTEMPT, day)
        elif self.stage == IN_SALES:
            self.ask(MEET, day)
        elif self.stage == RESTING:
            self.move(day)
            self.stage = NURTURE
            self.lap_number += 1
            self.steps = 0
            self.late = False
            self.x *= self.firm.lap.kept_position
            self.prepared_hours = 0.0
            self.plan_turn(day)
            self.consider(day)

    def worked_on(self, task: int, hours: float, day: float) -> None:
        """The rep has finished a task for this buyer."""
        self.in_hand = False
        if task == ATTEMPT and self.stage == IN_AIR:
            self.attempted(hours, day)
        elif self.stage == IN_SALES:
            self.sold_to(task, day)
        elif self.stage == CLOSING:
            if task == CLOSE:
                self.write_record(won=True)
                self.leave()
            else:
                self.ask(CLOSE, day)
        self.replanned()

    def attempted(self, hours: float, day: float) -> None:
        """One call: the pass, another try later, or the end of trying."""
        lap = self.firm.lap
        fresh = self.prepared_hours * exp(-(day - self.prepared_day) / lap.stale_days)
        self.prepared_hours = fresh + hours
        self.prepared_day = day
        self.steps += 1
        if self.firm.random.random() < lap.answer_rate:
            self.passed(day)
        elif self.steps >= lap.attempts or self.watch_day == inf:
            self.give_up(day)
        else:
            self.work_day = day + lap.attempt_spacing

    def passed(self, day: float) -> None:
        """First live contact: the speeds meet, and the talk makes an opportunity or it does not."""
        lap = self.firm.lap
        self.move(day)
        self.touched_day = day
        self.cooling = False
        self.watch_day = inf
        if self.exchange is not None:
            self.exchange.passed = True
            self.exchange.position = self.x
        self.close_exchange()
        opens, closes = lap.zone
        self.late = self.x > closes + NEARLY
        ready = lap.top_speed * (1.0 - exp(-self.prepared_hours / lap.preparation_hours))
        self.speed = min(self.speed, ready)
        base, of_fit, of_earliness = lap.qualify
        utility = base + of_fit * (2.0 * self.fit - 1.0) + of_earliness * max(0.0, opens - self.x)
        self.steps = 0
        if self.firm.random.random() < 1.0 / (1.0 + exp(-utility)):
            self.stage = IN_SALES
            self.plan_turn(day)
            if self.facts < FACTS:
                self.ask(DISCOVER, day)
            else:
                self.work_day = day + lap.meeting_spacing
        else:
            self.drop(day)

    def sold_to(self, task: int, day: float) -> None:
        """A talk that finds out facts, or a meeting that moves the buyer on."""
        lap, random = self.firm.lap, self.firm.random
        self.move(day)
        self.touched_day = day
        self.cooling = False
        if task == DISCOVER:
            self.facts += sum(random.random() < lap.discover_rate for _ in range(FACTS - self.facts))
        else:
            push = lap.meeting_gain * (0.5 + 0.5 * self.facts / FACTS) * (0.5 + self.fit)
            self.speed += push / lap.momentum_days
            self.steps += 1
            if self.steps >= lap.max_meetings:
                self.rest(day)
                return
        self.plan_turn(day)
        self.work_day = day + lap.meeting_spacing

    def give_up(self, day: float) -> None:
        """Nobody was reached: the lead is dropped."""
        self.move(day)
        self.withdraw()
        self.close_exchange()
        self.drop(day)

    def drop(self, day: float) -> None:
        """Nobody will call again; the buyer is only watched, and only while it counts."""
        self.stage = DROPPED
        self.work_day = self.watch_day = inf
        if self.on_record:
            self.plan_turn(day)
        else:
            self.leave()

    def rest(self, day: float) -> None:
        """No decision: back to marketing after a rest, but only once."""
        self.withdraw()
        if self.lap_number < self.firm.lap.laps:
            self.stage = RESTING
            self.watch_day = inf
            self.work_day = day + self.firm.lap.cool_off_days
            self.plan_turn(day)
        else:
            self.drop(day)

    # The choice.

    def decide(self, day: float, at_clock: bool) -> None:
        """A decision: at the purchase clock it is final, at the end of the way it may be put off."""
        lap = self.firm.lap
        self.move(day)
        choice = NOBODY
        from_day = self.arrival_day + (1.0 - lap.pull_forward) * (self.clock_day - self.arrival_day)
        if at_clock or day >= from_day:
            choice = self.choose(may_wait=not at_clock)
        if choice == NOBODY:
            self.x = lap.fallback
            self.speed = 0.0
            if self.stage == IN_SALES:
                self.rest(day)
            if self.stage != GONE:
                self.plan_turn(day)
        elif choice == US and self.stage == IN_SALES:
            self.stage = CLOSING
            self.clock_day = self.touch_day = self.turn_day = self.watch_day = self.work_day = inf
            self.withdraw()
            if not self.in_hand:
                self.ask(CLOSE, day)
        else:
            self.withdraw()
            self.write_record(won=choice == US)
            self.leave()

    def choose(self, may_wait: bool) -> int:
        """A logit choice between us, somebody else and waiting."""
        lap = self.firm.lap
        known = self.facts / FACTS
        ours = lap.base_value + lap.fit_value * (2.0 * self.fit - 1.0) + lap.facts_value * known
        if self.late:
            ours += lap.late_value
        if self.stage != IN_SALES:
            ours += lap.unassisted_value
        weights = [exp(ours), exp(lap.other_value)]
        if may_wait:
            weights.append(exp(lap.wait_value + lap.indecision_value * (1.0 - known)))
        return self.firm.random.choices(range(len(weights)), weights)[0]

    # The record.

    def close_exchange(self) -> None:
        """The exchange is over, or no longer observed."""
        if self.exchange is not None:
            self.exchange.attempts = self.steps
            self.exchange = None

    def write_record(self, won: bool) -> None:
        """Write the one line that is left of a counted buyer."""
        if self.on_record:
            self.close_exchange()
            self.firm.record.results.append(Result(self.touches, self.lap_number, won, self.exchanges))
            self.on_record = False


class Rep:
    """A rep: one queue, one task at a time."""

    firm: Firm

    def begin(self, firm: Firm) -> None:
        """Start with an empty queue."""
        self.firm = firm
        self.queue: list[tuple[bool, float, int, int, Buyer]] = []
        self.tickets = 0
        self.buyer: Buyer | None = None
        self.task = ATTEMPT
        self.hours = 0.0
        self.done_day = inf
        self.free_day = 0.0

    def queue_up(self, buyer: Buyer, task: int, day: float) -> None:
        """Take in a task: contracts first, everything else in the order it came."""
        self.tickets += 1
        buyer.ticket = self.tickets
        heappush(self.queue, (task != CLOSE, day, self.tickets, task, buyer))
        if self.buyer is None:
            self.start(day)

    def start(self, day: float) -> None:
        """Take the next task in hand, passing over those that were withdrawn."""
        while self.queue:
            _, _, ticket, task, buyer = heappop(self.queue)
            if buyer.ticket == ticket:
                self.buyer = buyer
                self.task = task
                start = max(day, self.free_day)
                self.hours = begun_hours(buyer, task, start)
                self.done_day = start + self.hours / HOURS_PER_DAY
                break
        self.replanned()

    def next_day(self) -> float:
        """When the task in hand will be done."""
        return self.done_day

    def act(self, day: float) -> None:
        """Be done with a task, and take the next one."""
        self.firm.record.events += 1
        buyer = self.buyer
        assert buyer is not None
        self.buyer = None
        self.done_day = inf
        self.free_day = day
        buyer.worked_on(self.task, self.hours, day)
        if self.buyer is None:
            self.start(day)

    def replanned(self) -> None:
        """The day on which the task in hand will be done may have changed."""


def begun_hours(buyer: Buyer, task: int, day: float) -> float:
    """Take a buyer's task in hand; returns the hours it will take."""
    lap = buyer.firm.lap
    buyer.ticket = None
    buyer.in_hand = True
    if task == ATTEMPT:
        mean = lap.attempt_hours
        if buyer.exchange is not None and buyer.exchange.first_attempt_day is None:
            buyer.exchange.first_attempt_day = day
    elif task == DISCOVER:
        mean = lap.discover_hours * (FACTS - buyer.facts)
    else:
        mean = lap.meet_hours if task == MEET else lap.close_hours
    return mean * buyer.firm.random.expovariate(1.0)
