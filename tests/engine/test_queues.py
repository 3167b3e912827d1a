"""A queue against a sorted list."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine import draws
from sim.engine.compiled import DEBUG, entry
from sim.engine.queues import NOBODY, queue_pop, queue_push, queue_remove, queue_rows
from sim.engine.tables import new_table

WAITING = np.dtype(
    [("child", "i8"), ("next", "i8"), ("previous", "i8"), ("priority", "f8"), ("number", "i8")], align=True
)


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_serves_like_a_sorted_list_whoever_leaves(data):
    rows = data.draw(st.integers(1, 25))
    table = new_table(WAITING, rows)
    priorities = data.draw(
        st.lists(st.sampled_from([-1.0, 0.0, 0.5, 0.5, 2.0]), min_size=rows, max_size=rows)
    )
    table.priority[:] = priorities
    table.number[:] = data.draw(st.permutations(range(rows)))
    root, waiting = NOBODY, []

    def order(i):
        return (table[i].priority, table[i].number)

    for _ in range(data.draw(st.integers(0, 60))):
        action = data.draw(st.sampled_from(["push", "push", "pop", "remove"]))
        outside = [i for i in range(rows) if i not in waiting]
        if action == "push" and outside:
            row = data.draw(st.sampled_from(outside))
            root = queue_push(table, root, row)
            waiting.append(row)
        elif waiting and action == "pop":
            assert root == min(waiting, key=order)
            waiting.remove(root)
            root = queue_pop(table, root)
        elif waiting and action == "remove":
            row = data.draw(st.sampled_from(waiting))
            root = queue_remove(table, root, row)
            waiting.remove(row)
        assert queue_rows(table, root) == sorted(waiting, key=order)
        assert root == (min(waiting, key=order) if waiting else NOBODY)


@entry
def serve_all(table, leaving, served):
    root = -1
    for i in range(len(table)):
        root = queue_push(table, root, i)
    for i in leaving:
        root = queue_remove(table, root, i)
    count = 0
    while root >= 0:
        served[count] = root
        count += 1
        root = queue_pop(table, root)
    return count


@pytest.mark.parametrize("levels", [1, 7, 1 << 30])
def test_a_long_queue_is_served_in_order(levels):
    rows = 300 if DEBUG else 20_000
    table = new_table(WAITING, rows)
    luck = draws.luck(0, levels % 1000, 0)
    table.priority[:] = [int(levels * draws.uniform(luck, 1, i)) for i in range(rows)]
    table.number[:] = np.arange(rows)[::-1]
    leaving = np.arange(0, rows, 3)
    served = np.zeros(rows, np.int64)
    count = serve_all(table, leaving, served)
    staying = np.setdiff1d(np.arange(rows), leaving)
    expected = staying[np.lexsort((table.number[staying], table.priority[staying]))]
    assert served[:count].tolist() == expected.tolist()


def test_listing_a_queue_leaves_it_alone():
    table = new_table(WAITING, 4)
    table.priority[:] = [3.0, 1.0, 2.0, 0.0]
    root = NOBODY
    for i in range(3):
        root = queue_push(table, root, i)
    before = table.copy()
    assert queue_rows(table, root) == [1, 2, 0]
    assert queue_rows(table, NOBODY) == []
    assert (table == before).all()
