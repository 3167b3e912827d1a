"""The chart of trust, regard and conflict shows the days it is given."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.show.charts import conflict_course


def days(policy: str, trust: float) -> pd.DataFrame:
    rows = [(policy, seed, day, trust, 0.5, 1 - (trust + 0.5) / 2) for seed in (0, 1) for day in range(5)]
    names = ["policy", "replication", "day", "trust_rate", "regard_rate", "conflict_rate"]
    return pd.DataFrame(rows, columns=names)


def test_three_lines_for_each_policy() -> None:
    (axes,) = conflict_course(pd.concat([days("a", 0.2), days("b", 0.9)])).axes
    assert len(axes.lines) == 6
    conflict, trust, regard = (line.get_ydata() for line in axes.lines[:3])
    np.testing.assert_allclose(conflict, 0.65)
    np.testing.assert_allclose(trust, 0.2)
    np.testing.assert_allclose(regard, 0.5)


def test_without_days_it_says_so() -> None:
    (axes,) = conflict_course(days("a", 0.2).iloc[:0]).axes
    assert not axes.lines
    assert "no day" in axes.texts[-1].get_text()
