"""What later buyers hear: reviews of customers, and stories of closed deals that marketing can tell."""

from __future__ import annotations

from typing import Any

from sim.engine.compiled import compiled, inlined
from sim.engine.draws import uniform
from sim.events.integration import kept_rate
from sim.events.numbers import FACTS
from sim.events.rows import LAST_SHIFT, World, levers
from sim.events.steps import lap_of
from sim.rules.reputation import remembered, reputation_factor, story_factor
from sim.vocabulary import Phase, Purpose


@inlined
def books_touch(w: World, b: Any, channel: int, on_record: bool) -> None:
    """Book a touch to its channel, and remember on which channel the buyer was touched last."""
    b.marks = (b.marks & ~(15 << LAST_SHIFT)) | (channel << LAST_SHIFT)
    if on_record:
        w.s.channel_touches[channel] += 1


@compiled
def reputation_now(w: World, t: float) -> float:
    """What reviews multiply the gain of touches by; 1 at the start, and always 1 where nobody writes any."""
    p = w.p
    if p.reviewed == 0:
        return 1.0
    kept = remembered(1.0, t - w.s.reviews_day, p.reviews_memory_days)
    return reputation_factor(
        w.s.review_volume * kept / p.reviews_at_start,
        w.s.review_valence / w.s.review_volume / p.valence_at_start,
        p.volume_elasticity,
        p.valence_elasticity,
    )


@compiled
def talk_factor(w: World, phase: int, t: float) -> float:
    """What word of mouth multiplies the gain of a touch by: reviews while the buyer asks around, stories before."""
    factor = reputation_now(w, t) if phase == Phase.ZERO_MOMENT else 1.0
    if w.p.story_gain > 0.0 and phase <= Phase.ZERO_MOMENT:
        stories = remembered(w.s.stories, t - w.s.story_day, w.p.story_memory_days)
        factor *= story_factor(stories, w.p.story_gain, w.p.story_half)
    return factor


@compiled
def is_reviewed(w: World, t: float, valence: float) -> None:
    """A customer has written a review."""
    s = w.s
    kept = remembered(1.0, t - s.reviews_day, w.p.reviews_memory_days)
    s.review_volume = s.review_volume * kept + 1.0
    s.review_valence = s.review_valence * kept + valence
    s.reviews_day = t


@compiled
def tells_story(w: World, b: Any, t: float) -> None:
    """A deal is closed, won or lost: its story reaches marketing if the way back retains it."""
    if w.p.story_gain <= 0.0:
        return
    k = levers(w)[w.s.policy * w.p.journeys + b.journey]
    retained = 0.0
    for fact in range(FACTS):
        retained += kept_rate(w, b.owner, k.return_retention[fact]) / FACTS
    if uniform(b.luck, Purpose.STORY, lap_of(b)) < retained:
        w.s.stories = remembered(w.s.stories, t - w.s.story_day, w.p.story_memory_days) + 1.0
        w.s.story_day = t
