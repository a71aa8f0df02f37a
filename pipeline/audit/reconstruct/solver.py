"""The door to OR-tools CP-SAT, an optional extra, set up so that the same model always gives the same answer."""

from __future__ import annotations

from pipeline.errors import BandwiseError

NEEDED = 'OR-tools is needed: pip install "bandwise[reconstruct]"'


class SolverMissing(BandwiseError):
    """The optional extra is not installed."""

    def __str__(self) -> str:
        return NEEDED


def cp_model():
    """The CP-SAT module, or SolverMissing."""
    try:
        from ortools.sat.python import cp_model
    except ImportError:
        raise SolverMissing from None
    return cp_model


def solve(model, *, effort: float, seed: int = 1, workers: int = 1, fix_hints: bool = False):
    """Solves within `effort` units of deterministic time; returns the solver with the answer, or None if it found none.

    Several workers take turns in a fixed order (`interleave_search`), so that the machine's load changes nothing.
    """
    cp = cp_model()
    solver = cp.CpSolver()
    parameters = solver.parameters
    parameters.random_seed = seed
    parameters.num_workers = workers
    parameters.interleave_search = workers > 1
    parameters.max_deterministic_time = effort
    parameters.fix_variables_to_their_hinted_value = fix_hints
    status = solver.solve(model)
    return solver if status in (cp.OPTIMAL, cp.FEASIBLE) else None
