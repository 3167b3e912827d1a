"""The one door to scikit-learn: a shallow decision tree, read as boxes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.experiment.estimates import Numbers
from sim.experiment.robustness.boxes import Box
from sim.experiment.robustness.extra import required

__all__ = ["leaves", "ready"]


def ready() -> None:
    """Refuse to go on without scikit-learn.

    Raises:
        ModuleNotFoundError: If it is not installed.
    """
    required("sklearn", "scikit-learn")


def leaves(
    points: Numbers, flips: NDArray[np.bool_], weights: Numbers, depth: int, fewest: int
) -> Iterator[Box]:
    """The boxes into which a decision tree divides worlds, so that each is mostly of one kind.

    Args:
        points: Shape (worlds, factors).
        flips: Which worlds are of the kind looked for, shape (worlds,).
        weights: How sure that is, 0 for not at all.
        depth: Most conditions of a box.
        fewest: Worlds that a box must have.

    Yields:
        One box per leaf.

    Source: classification trees of Breiman and others (1984), both kinds weighing the same in all.
    """
    from sklearn.tree import DecisionTreeClassifier

    chooser = DecisionTreeClassifier(
        max_depth=depth, min_samples_leaf=fewest, class_weight="balanced", random_state=0
    )
    tree = chooser.fit(points, flips, sample_weight=weights).tree_
    waiting = [(0, Box.everything(points.shape[1]))]
    while waiting:
        node, box = waiting.pop()
        left, right = int(tree.children_left[node]), int(tree.children_right[node])
        if left < 0:
            yield box
            continue
        factor, threshold = int(tree.feature[node]), float(tree.threshold[node])
        waiting.append((right, box.bounded(factor, low=threshold)))
        waiting.append((left, box.bounded(factor, high=threshold)))
