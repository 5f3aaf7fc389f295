"""The research tasks: how to read their candidates and which screen they get.

Importing this module is cheap; a task's domain loads when one of its functions is called.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from finechem.screening import Candidate, Rejected, Screen

__all__ = ["FIELDS", "PROVENANCE", "TASKS", "Task"]

PROVENANCE = (
    "Korea-Japan technical cooperation in fine chemicals, declared in Seoul on 14 June 2023; nine tasks were selected "
    "provisionally from 42 demands, three are named in public (The Asia Business Daily, 14 June 2023; ZDNet Korea, "
    "ChemLocus, KBS World, NNA, 13-16 June 2023)"
)
#: The fields of the programme; six of the nine tasks are placed only by these.
FIELDS = ("core materials", "semiconductors", "future mobility", "secondary batteries", "displays")


@dataclass(frozen=True, slots=True)
class Task:
    """A research task.

    Parameters
    ----------
    name : str
        What the command line calls it.
    title : str
        The task as announced.
    status : str
        ``runnable`` or ``planned``.
    conditions_type : callable
        Returns the frozen dataclass of its conditions; the command line's options come from it.
    read : callable
        Paths to candidates and rejects.
    build : callable
        Conditions to `Screen`.
    demo : callable
        The shipped candidates.
    """

    name: str
    title: str
    status: str
    conditions_type: Callable[[], type] | None = None
    read: Callable[[Sequence[Path]], Sequence[Candidate | Rejected]] | None = None
    build: Callable[[Any], Screen] | None = None
    demo: Callable[[], Sequence[Candidate | Rejected]] | None = None


def _nitride_conditions() -> type:
    from finechem.thermal.nitrides import NitrideConditions

    return NitrideConditions


def _read_nitrides(paths: Sequence[Path]) -> Sequence[Candidate | Rejected]:
    from finechem.thermal.nitrides import read_nitrides

    return read_nitrides(paths)


def _nitride_screen(conditions: Any) -> Screen:
    from finechem.thermal.nitrides import nitride_screen

    return nitride_screen(conditions)


def _shipped_nitrides() -> Sequence[Candidate | Rejected]:
    from finechem.thermal.nitrides import shipped_nitrides

    return shipped_nitrides()


TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        Task(
            "nitrides",
            "nitride-based high heat-dissipation materials",
            "runnable",
            _nitride_conditions,
            _read_nitrides,
            _nitride_screen,
            _shipped_nitrides,
        ),
        Task("adhesives", "biomass-based high-performance adhesives and sealants", "planned"),
        Task("inhibitors", "high-temperature oxidation inhibitors for semiconductor packaging", "planned"),
    )
}
