"""Queues threaded through the rows of a table.

A queue is the number of its first row, its root; -1 is an empty queue. The rows
themselves carry the links: integer fields ``child``, ``next`` and ``previous``. They are
served by float64 ``priority``, smallest first, and among equals by int64
``number``, which must differ between rows that wait in one queue.
So a row waits in one queue at a time, any row can leave from the middle, and
queues need no memory of their own.

Each is a pairing heap: joining costs a constant, leaving the logarithm of the length on average.
Source: M. Fredman, R. Sedgewick, D. Sleator, R. Tarjan, "The pairing heap", Algorithmica 1 (1986).
"""

from sim.engine.compiled import compiled, inlined
from sim.engine.tables import Table

NOBODY = -1
"""Root of an empty queue, and the link that leads nowhere."""


@inlined
def _goes_first(table: Table, a: int, b: int) -> bool:
    if table[a].priority != table[b].priority:
        return bool(table[a].priority < table[b].priority)
    return bool(table[a].number < table[b].number)


@inlined
def _joined(table: Table, a: int, b: int) -> int:
    """Make one tree of two non-empty ones: the later root becomes the first child of the other."""
    above, below = (a, b) if _goes_first(table, a, b) else (b, a)
    first_child = table[above].child
    table[below].next = first_child
    table[below].previous = above
    if first_child >= 0:
        table[first_child].previous = below
    table[above].child = below
    return above


@compiled
def _united(table: Table, first: int) -> int:
    """Make one tree of a row of siblings: pairs from the left, then all pairs from the right."""
    pairs = NOBODY
    while first >= 0:
        second = int(table[first].next)
        rest = NOBODY
        tree = first
        if second >= 0:
            rest = int(table[second].next)
            tree = _joined(table, first, second)
        table[tree].next = pairs
        pairs = tree
        first = rest
    if pairs < 0:
        return NOBODY
    root = pairs
    waiting = int(table[root].next)
    while waiting >= 0:
        following = int(table[waiting].next)
        root = _joined(table, root, waiting)
        waiting = following
    table[root].next = NOBODY
    table[root].previous = NOBODY
    return root


@inlined
def _unlink(table: Table, i: int) -> None:
    table[i].child = NOBODY
    table[i].next = NOBODY
    table[i].previous = NOBODY


@compiled
def queue_push(table: Table, root: int, i: int) -> int:
    """Let a row join a queue.

    Args:
        table: The table.
        root: The queue.
        i: The row, with priority and number set, not in any queue.

    Returns:
        The queue's new root.
    """
    _unlink(table, i)
    return i if root < 0 else _joined(table, root, i)


@compiled
def queue_pop(table: Table, root: int) -> int:
    """Let the first row, which is the root, leave its queue.

    Args:
        table: The table.
        root: The queue, not empty.

    Returns:
        The queue's new root.
    """
    rest = _united(table, int(table[root].child))
    _unlink(table, root)
    return rest


@compiled
def queue_remove(table: Table, root: int, i: int) -> int:
    """Let any row leave its queue.

    Args:
        table: The table.
        root: The queue.
        i: A row that waits in this queue.

    Returns:
        The queue's new root.
    """
    if i == root:
        return queue_pop(table, root)
    previous, following = int(table[i].previous), int(table[i].next)
    if table[previous].child == i:
        table[previous].child = following
    else:
        table[previous].next = following
    if following >= 0:
        table[following].previous = previous
    orphans = _united(table, int(table[i].child))
    _unlink(table, i)
    return root if orphans < 0 else _joined(table, root, orphans)


def queue_rows(table: Table, root: int) -> list[int]:
    """The rows of a queue in the order in which they will be served; the queue stays as it is.

    Args:
        table: The table.
        root: The queue.

    Returns:
        Row numbers, first to be served first.
    """
    found: list[int] = []
    ahead = [int(root)]
    while ahead:
        i = ahead.pop()
        if i >= 0:
            found.append(i)
            ahead += [int(table[i].child), int(table[i].next)]

    def order(i: int) -> tuple[float, int]:
        return float(table[i].priority), int(table[i].number)

    return sorted(found, key=order)
