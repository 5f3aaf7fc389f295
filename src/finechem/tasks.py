"""The research tasks: how to read their candidates and which screen they get.

Importing this module is cheap; a task's domain loads when one of its functions is called.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
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
    """A research task: where its parts are, so that listing tasks loads none of them.

    Parameters
    ----------
    name : str
        What the command line calls it.
    title : str
        The task as announced.
    module : str
        Holds the parts named below; empty while the task is planned.
    conditions, reader, builder, shipped : str
        The frozen dataclass of conditions; paths to candidates and rejects; conditions to `Screen`; the shipped
        candidates.
    """

    name: str
    title: str
    module: str = ""
    conditions: str = ""
    reader: str = ""
    builder: str = ""
    shipped: str = ""

    @property
    def status(self) -> str:
        """``runnable`` or ``planned``."""
        return "runnable" if self.module else "planned"

    def conditions_type(self) -> type:
        """Return the frozen dataclass of its conditions; the command line's options come from it."""
        found: type = self._part(self.conditions)
        return found

    def read(self, paths: Sequence[Path]) -> Sequence[Candidate | Rejected]:
        """Return candidates and rejects of files and folders."""
        found: Sequence[Candidate | Rejected] = self._part(self.reader)(paths)
        return found

    def build(self, conditions: Any) -> Screen:
        """Return the screen under some conditions."""
        found: Screen = self._part(self.builder)(conditions)
        return found

    def demo(self) -> Sequence[Candidate | Rejected]:
        """Return the shipped candidates."""
        found: Sequence[Candidate | Rejected] = self._part(self.shipped)()
        return found

    def _part(self, name: str) -> Any:
        return getattr(import_module(self.module), name)


TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        Task(
            "nitrides",
            "nitride-based high heat-dissipation materials",
            "finechem.thermal.nitrides",
            "NitrideConditions",
            "read_nitrides",
            "nitride_screen",
            "shipped_nitrides",
        ),
        Task(
            "interface-materials",
            "thermal-interface composites, finechem's own proposal for heat dissipation under the nitride task",
            "finechem.thermal.composite.interface",
            "InterfaceConditions",
            "read_interface_materials",
            "interface_screen",
            "shipped_interface_materials",
        ),
        Task(
            "structural-adhesives",
            "biomass-based high-performance adhesives and sealants",
            "finechem.adhesives.structural",
            "AdhesiveConditions",
            "read_recipes",
            "adhesive_screen",
            "shipped_recipes",
        ),
        Task(
            "pressure-sensitive-adhesives",
            "pressure-sensitive adhesives, under the task of biomass-based adhesives and sealants",
            "finechem.adhesives.tackiness",
            "TackyConditions",
            "read_blends",
            "tacky_screen",
            "shipped_blends",
        ),
        Task(
            "inhibitors",
            "high-temperature oxidation inhibitors for semiconductor packaging",
            "finechem.oxidation.inhibitors",
            "InhibitorConditions",
            "read_packages",
            "inhibitor_screen",
            "shipped_antioxidants",
        ),
        Task(
            "copper-protectants",
            "films and monolayers that keep copper solderable, part of the inhibitor task",
            "finechem.oxidation.copper_protectants",
            "CopperConditions",
            "read_protectants",
            "copper_screen",
            "shipped_protectants",
        ),
        Task(
            "oxidation-barriers",
            "barrier films chosen by their own oxidation, part of the inhibitor task",
            "finechem.oxidation.oxidation_barriers",
            "BarrierConditions",
            "read_barriers",
            "barrier_screen",
            "shipped_barriers",
        ),
    )
}
