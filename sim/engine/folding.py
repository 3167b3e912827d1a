"""Leaving out what is switched off: fields whose values are known become constants before anything is compiled.

Nine tenths of the time to compile go into finding out about types and lowering, so a branch that is never taken
has to go before that. numba knows how to drop a branch on a constant; here the constants are put in.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import Any, cast

from numba.core import ir
from numba.core.analysis import dead_branch_prune
from numba.core.compiler_machinery import FunctionPass, register_pass
from numba.core.ir_utils import build_definitions
from numba.core.postproc import PostProcessor

from sim.engine.compiled import known_fields

_ARITHMETIC = frozenset((operator.add, operator.sub, operator.mul))


@register_pass(mutates_CFG=True, analysis_only=False)
class KnownFields(FunctionPass):
    """Drop what the known fields of an argument rule out (see `sim.engine.compiled.knowing`)."""

    _name = "known_fields"

    def __init__(self) -> None:
        """Nothing to set up; numba wants it said."""

    def run_pass(self, state: Any) -> bool:
        """Put the constants in, and drop the branches that are never taken."""
        known: dict[str, float] = {}
        for kind in state.args:
            known |= known_fields(getattr(kind, "instance_class", None))
        code = state.func_ir
        if not known or not _fold(code, known):
            return False
        code._definitions = build_definitions(code.blocks)
        dead_branch_prune(code, state.args)
        code._definitions = build_definitions(code.blocks)
        PostProcessor(code).run()
        return True


def _fold(code: Any, known: Mapping[str, float]) -> bool:
    """Put constants in the place of known fields, and of sums, differences and products; whether there are any."""
    constants: dict[str, float] = {}
    found = False
    for _, block in sorted(code.blocks.items()):
        for assignment in block.find_insts(ir.Assign):
            name = assignment.target.name
            value = _value(assignment.value, known, constants)
            if value is not None and len(code._definitions[name]) == 1:
                constants[name] = value
                if isinstance(assignment.value, ir.Expr):
                    assignment.value = ir.Const(value, assignment.loc)
                    found = True
    return found


def _value(said: Any, known: Mapping[str, float], constants: Mapping[str, float]) -> float | None:
    """What an expression is if that is known before the program runs."""
    if isinstance(said, ir.Const) and isinstance(said.value, int | float):
        return said.value
    if isinstance(said, ir.Expr) and said.op == "getattr":
        return known.get(said.attr)
    if isinstance(said, ir.Expr) and said.op == "binop" and said.fn in _ARITHMETIC:
        left, right = constants.get(said.lhs.name), constants.get(said.rhs.name)
        if left is not None and right is not None:
            return cast(float, said.fn(left, right))
    return None
