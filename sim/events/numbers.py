"""The scenario as numbers: the records that compiled rules read and no run writes to.

`setting.py`, `levers.py`, `firm.py` and their like fill them; see `rows.py` for what a run writes.
"""

from __future__ import annotations

from typing import Final

import numpy as np

MAX_CHANNELS: Final = 12
MAX_JOURNEYS: Final = 12
MAX_SEGMENTS: Final = 8
MAX_RIVALS: Final = 5
FACTS: Final = 8
TASKS: Final = 9
REASONS: Final = 10

PER_CHANNEL = (MAX_CHANNELS,)
PER_JOURNEY = (MAX_JOURNEYS,)
PER_SEGMENT = (MAX_SEGMENTS,)
PER_RIVAL = (MAX_RIVALS,)


def fields(names: str, kind: str) -> list[tuple[str, str]]:
    """Fields of one kind, their names separated by blanks."""
    return [(name, kind) for name in names.split()]


PARAMS = np.dtype(
    [
        # The calendar does not come first: numba takes a record that begins like another for a kind of it.
        *fields("warmup_end counted_end end_day follow_up", "f8"),
        *fields("opens closes", "f8"),
        *fields("week_days start_weekday journeys channels segments rivals reps from_file", "i8"),
        *fields("arrivals_per_day ceiling growth_per_year weekly_spread", "f8"),
        ("weekday", "f8", (7,)),
        ("hour", "f8", (24,)),
        *fields("pull_forward_rate quicken_factor quicken_days", "f8"),
        *fields("answer_rate fast_days slow_days fast_share floor_rate recover_days", "f8"),
        *fields("grace_days cooling_days fatigue_per_touch recovery_days", "f8"),
        *fields("decay_per_day relevance_gain ask_again_momentum_loss ask_again_goodwill_loss", "f8"),
        ("known_share", "f8", (1 << FACTS,)),
        *fields(
            "base_value fit_value facts_value relationship_value late_value unassisted_value talks_scale",
            "f8",
        ),
        *fields("rival_engagement_value other_value wait_value indecision_value", "f8"),
        *fields("early_goodwill_loss push_goodwill_loss obstruct_goodwill_loss warm_goodwill_gain", "f8"),
        *fields(
            "commit_share fallback_position qualify_base_value qualify_fit_value qualify_early_value "
            "qualify_momentum_value qualify_intent_value intent_days",
            "f8",
        ),
        *fields("slow_loss_rate push_excess_per_day", "f8"),
        ("touch_cost", "f8", PER_CHANNEL),
        ("gain", "f8", (MAX_CHANNELS, 4)),
        ("reveals", "f8", (MAX_CHANNELS, FACTS)),
        ("reveal_mask", "i8", PER_CHANNEL),
        ("hand_raise", "f8", (MAX_CHANNELS, 4)),
        ("observed", "f8", PER_CHANNEL),
        ("half_saturation", "f8", PER_CHANNEL),
        ("carryover_days", "f8", PER_CHANNEL),
        ("half_response", "f8", PER_CHANNEL),
        ("paid", "i8", PER_CHANNEL),
        ("fit_median", "f8", PER_SEGMENT),
        ("fit_spread", "f8", PER_SEGMENT),
        ("deal_value", "f8", PER_SEGMENT),
        ("deal_spread", "f8", PER_SEGMENT),
        ("journey_share", "f8", PER_JOURNEY),
        ("segment_share", "f8", (MAX_JOURNEYS, MAX_SEGMENTS)),
        ("origin", "i8", PER_JOURNEY),
        ("tau", "f8", PER_JOURNEY),
        ("touches_per_day", "f8", PER_JOURNEY),
        ("zone_open", "f8", PER_JOURNEY),
        ("zone_close", "f8", PER_JOURNEY),
        ("start_position", "f8", PER_JOURNEY),
        ("ready_position", "f8", PER_JOURNEY),
        ("start_spread", "f8", PER_JOURNEY),
        ("start_momentum", "f8", PER_JOURNEY),
        ("start_goodwill", "f8", PER_JOURNEY),
        ("arrives_raised", "f8", PER_JOURNEY),
        ("chain", "f8", (MAX_JOURNEYS, 4, MAX_CHANNELS, MAX_CHANNELS)),
        ("switches", "i8", PER_JOURNEY),
        ("switch_share", "f8", (MAX_JOURNEYS, MAX_JOURNEYS)),
        ("hot_rate", "f8", PER_JOURNEY),
        ("ready_rate", "f8", PER_JOURNEY),
        ("ready_median", "f8", PER_JOURNEY),
        ("ready_spread", "f8", PER_JOURNEY),
        ("hazard_per_day", "f8", PER_JOURNEY),
        ("has_deadline", "i8", PER_JOURNEY),
        ("deadline_median", "f8", PER_JOURNEY),
        ("deadline_spread", "f8", PER_JOURNEY),
        ("lead_days", "f8", PER_JOURNEY),
        ("rival_strength", "f8", PER_RIVAL),
        ("rival_rate", "f8", (MAX_RIVALS, 2, 2)),
        ("rival_share", "f8", (2, 2)),
        ("rival_ceiling", "f8", PER_RIVAL),
        *fields("rival_total score_bias score_noise", "f8"),
        *fields("task_share selling_share top_readiness preparation_scale stale_days hour_value", "f8"),
        ("task_hours", "f8", (TASKS,)),
        *fields("duration_law max_meetings", "i8"),
        *fields("duration_spread meeting_gain meeting_spacing propose_position discover_rate", "f8"),
        *fields("marketers learns turns_over lossy_handover", "i8"),
        *fields("trust_rate trust_strength trust_kept regard_rate follow_up_days", "f8"),
        *fields("withhold_rate dispute_hours spite_shift performance_days", "f8"),
        *fields("ramp_days novice_rate tenure_days vacancy_days skill_spread specialist_edge", "f8"),
        ("handover_retention", "f8", (FACTS,)),
        *fields("negotiates aftersale reviewed talks referral_journey", "i8"),
        *fields("demand_rate wish_median_rate wish_spread price_value", "f8"),
        *fields("satisfaction_base fit_effect facts_effect care_effect promise_effect", "f8"),
        *fields(
            "satisfaction_spread review_rate review_satisfaction_effect review_delay_days reviews_memory_days",
            "f8",
        ),
        *fields("reviews_at_start valence_at_start volume_elasticity valence_elasticity", "f8"),
        *fields("reputation_value referral_rate referral_delay_days term_days", "f8"),
        *fields("renewal_base_value renewal_satisfaction_value renewal_care_value", "f8"),
        *fields("expansion_base_value expansion_rate", "f8"),
        *fields("story_gain story_half story_memory_days", "f8"),
        *fields("season_amplitude season_peak_day", "f8"),
        *fields("drifts rivals_learn planned", "i8"),
        ("channel_drift", "f8", PER_CHANNEL),
        ("rival_learning", "f8", PER_RIVAL),
        ("rival_memory", "f8", PER_RIVAL),
        ("rival_slow_days", "f8", PER_RIVAL),
        ("rival_limit", "f8", PER_RIVAL),
        *fields("population innovation_per_year imitation_per_year", "f8"),
    ],
    align=True,
)

LEVERS = np.dtype(
    [
        *fields("aim_open aim_close go_level prepare_hours near_days age_days", "f8"),
        *fields(
            "wanted all_of_them nurture_channel overlap introduction routing breach attempts order", "i8"
        ),
        *fields("recycle_mask max_laps previous_owner", "i8"),
        *fields("quota review_days bar_drop nurture_days overlap_pace overlap_cost obstruct_rate", "f8"),
        *fields("introduction_hours conveys_rate routing_delay batch_days", "f8"),
        *fields("triage_bar tracking_rate ignore_rate workload_effect trust_effect", "f8"),
        *fields("response_target spacing expiry_days kept_rate", "f8"),
        ("retention", "f8", (FACTS,)),
        ("return_retention", "f8", (FACTS,)),
        ("cool_off", "f8", (REASONS,)),
        ("spend", "f8", PER_CHANNEL),
        *fields("varied", "i8"),
        *fields("prequalification experience_tracking experience_volume experience_prequalification", "f8"),
        *fields("performance_volume performance_tracking", "f8"),
    ],
    align=True,
)

FIRM = np.dtype(
    [
        *fields("quarter_days next_quarter_weight push_rate push_gain", "f8"),
        *fields("sales_pay marketing_pay", "i8"),
        *fields(
            "period_days target discipline_rate next_weight effort_rate spend_rate usual_days belief_kept",
            "f8",
        ),
        *fields("account_owner", "i8"),
        *fields("boundary_rate ceiling_rate approval_delay approval_hours", "f8"),
        *fields("farm_every_days farm_hours", "f8"),
        *fields("integrated", "i8"),
        *fields("mechanism_cost coordination_rate practice_days delay_factor skill_factor", "f8"),
        *fields("noise_cut agreed raised_slack record_gain rotation_gain openness welcome", "f8"),
        *fields("committee_share meeting_every repair_rate fair_rate", "f8"),
        *fields("less_obstruction team_tells team_hours less_dispute neglect far_distance", "f8"),
        *fields("joint_pay shared_pay short_sight throttle comfortable_queue most_throttle", "f8"),
        *fields("training contact", "f8"),
    ],
    align=True,
)

PLAN = np.dtype(
    [
        *fields("in_plan by_sales plan_channels", "i8"),
        *fields("every_days relevance", "f8"),
        ("plan_channel", "i8", PER_CHANNEL),
    ],
    align=True,
)
