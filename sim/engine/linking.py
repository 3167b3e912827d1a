"""How compiled functions are put together: optimised once, as one program, where Python enters.

numba optimises and translates every function together with all it calls, at every level, so the time to compile
grows with the square of the depth of the calls. Here a function that only compiled code calls is left as it was
lowered; the entry links each one once and optimises the whole. This reaches into numba's lowering, so `AVAILABLE`
says whether the parts it needs are there; without them everything works, only slower to compile.
"""

from __future__ import annotations

from typing import Any

import numba.core.codegen as codegen
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import PassManager, register_pass
from numba.core.typed_passes import NativeLowering
from numba.core.untyped_passes import IRProcessing

from sim.engine.folding import KnownFields

_NEEDED = ("finalize", "_optimize_final_module", "_finalize_dynamic_globals", "_get_module_for_linking")


AVAILABLE = all(hasattr(getattr(codegen, "JITCodeLibrary", None), name) for name in _NEEDED)
"""Whether this numba has the parts that linking by hand stands on."""


def _leave_as_lowered(library: Any) -> None:
    """Make finalizing a library a matter of marking it: no linking, no optimisation, no machine code."""

    def finalize() -> None:
        library._raise_if_finalized()
        library._finalized = True

    library.finalize = finalize
    library._optimize_functions = lambda module: None
    library._get_module_for_linking = lambda: library._final_module
    library._only_lowered = True


def _link_everything(library: Any) -> None:
    """Before an entry is optimised, link all that it calls, directly or not, each once."""
    finalize = library.finalize
    lowered: list[Any] = []

    def finalize_whole() -> None:
        found: dict[int, Any] = {}
        waiting = list(library._linking_libraries)
        while waiting:
            one = waiting.pop()
            if id(one) not in found:
                found[id(one)] = one
                waiting.extend(one._linking_libraries)
        lowered.extend(one for one in found.values() if hasattr(one, "_only_lowered"))
        # numba's own libraries come last: LLVM links of them only what is already asked for.
        finished = [one for one in found.values() if not hasattr(one, "_only_lowered")]
        library._linking_libraries = lowered + finished
        finalize()

    def optimize_whole() -> None:
        # Nobody else calls them, so LLVM may inline them, drop them and change how they take arguments.
        for one in lowered:
            for function in one.get_defined_functions():
                library._final_module.get_function(function.name).linkage = "internal"
        # numba's two rounds serve to prune reference counts; there are none, so one round does. Nor is there a
        # loop worth vectorising, which would only take time to find out.
        manager, builder = library._codegen._module_pass_manager(
            opt=2, loop_vectorize=False, slp_vectorize=False
        )
        manager.run(library._final_module, builder)

    library.finalize = finalize_whole
    library._optimize_final_module = optimize_whole


def _new_library(state: Any) -> Any:
    library = state.targetctx.codegen().create_library(state.func_id.func_qualname)
    library.enable_object_caching()
    return library


@register_pass(mutates_CFG=True, analysis_only=False)
class CalleeLowering(NativeLowering):
    """Lower a function for other compiled functions only."""

    _name = "callee_lowering"

    def run_pass(self, state: Any) -> bool:
        """Lower, and make the function known to its callers without translating it."""
        state.library = _new_library(state)
        _leave_as_lowered(state.library)
        state.flags.no_compile = True
        super().run_pass(state)
        key = (
            object().__dir__
        )  # numba wants a builtin method; this one is never called, only told from others
        state.targetctx.insert_user_function(key, state.cr.fndesc, [state.library])
        state.cr = state.cr._replace(cfunc=key)
        return True


@register_pass(mutates_CFG=True, analysis_only=False)
class EntryLowering(NativeLowering):
    """Lower a function that Python calls, with all it calls linked in once."""

    _name = "entry_lowering"

    def run_pass(self, state: Any) -> bool:
        """Lower and translate the whole program below this entry."""
        state.library = _new_library(state)
        _link_everything(state.library)
        return bool(super().run_pass(state))


_NOT_NEEDED = frozenset(
    (
        "WithLifting",
        "InlineClosureLikes",
        "RewriteSemanticConstants",
        "DeadBranchPrune",
        "RewriteDynamicRaises",
        "MakeFunctionToJitFunction",
        "InlineInlinables",
        "FindLiterallyCalls",
        "LiteralUnroll",
        "LiteralPropagationSubPipelinePass",
        "InlineOverloads",
        "NopythonRewrites",
        "DumpParforDiagnostics",
    )
)
"""Passes for closures, literals and array expressions, which the engine's plain loops over records do not use."""


def _with_lowering(lowering: type) -> Any:
    class Pipeline(CompilerBase):
        """numba's usual pipeline: known fields folded, no passes that have nothing to do, another last step."""

        def define_pipelines(self) -> list[Any]:
            usual = DefaultPassBuilder.define_nopython_pipeline(self.state)
            pipeline = PassManager("nopython")
            for one, text in usual.passes:
                if one.__name__ not in _NOT_NEEDED:
                    pipeline.add_pass(lowering if one is NativeLowering else one, text)
                if one is IRProcessing:
                    pipeline.add_pass(KnownFields, "fields with known values")
            pipeline.finalize()
            return [pipeline]

    return Pipeline


CALLEE_PIPELINE = _with_lowering(CalleeLowering)
ENTRY_PIPELINE = _with_lowering(EntryLowering)
