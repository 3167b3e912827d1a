import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine.tables import grown, new_table

ROW = np.dtype([("time", "f8"), ("gain", "f8", (2, 3)), ("flag", "?")], align=True)


@given(st.integers(0, 300))
def test_a_new_table_is_zeros_on_a_memory_line(rows):
    table = new_table(ROW, rows)
    assert len(table) == rows
    assert table.dtype.fields == ROW.fields
    assert rows == 0 or table.ctypes.data % 64 == 0
    assert not table.gain.any() and not table.time.any()


@given(st.integers(0, 50), st.integers(0, 50))
def test_growing_keeps_the_rows(rows, more):
    table = new_table(ROW, rows)
    table.time[:] = np.arange(rows) + 1.0
    table.gain[:] = 2.0
    larger = grown(table, rows + more)
    assert len(larger) == rows + more and (rows + more == 0 or larger.ctypes.data % 64 == 0)
    assert larger.time.tolist() == table.time.tolist() + [0.0] * more
    assert (larger.gain[:rows] == 2.0).all() and not larger.gain[rows:].any()
    larger.time[:] = -1.0
    assert (table.time > 0.0).all()


def test_fields_are_read_and_written_through_a_row():
    table = new_table(ROW, 3)
    table[1].time = 4.5
    table[1].gain[0, 2] = 7.0
    assert table.time.tolist() == [0.0, 4.5, 0.0]
    assert table.gain[1, 0, 2] == 7.0


def test_impossible_tables_are_refused():
    with pytest.raises(ValueError, match="named fields"):
        new_table(np.float64, 3)
    with pytest.raises(ValueError, match="-1 rows"):
        new_table(ROW, -1)
    with pytest.raises(ValueError, match="cannot grow to 2"):
        grown(new_table(ROW, 3), 2)
