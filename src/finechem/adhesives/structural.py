"""The task "biomass-based high-performance adhesives and sealants": its conditions, its candidates, its screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from finechem.adhesives import properties as glue
from finechem.adhesives.classification import Classification
from finechem.adhesives.hazard_models import HazardModel, VolatileModel
from finechem.adhesives.miscibility_model import MiscibilityModel
from finechem.adhesives.models import BalanceModel, BioContentModel, GlassTransitionModel, NetworkModel
from finechem.adhesives.reading import read_recipes
from finechem.adhesives.recipe import Recipe
from finechem.adhesives.substrates import substrate
from finechem.adhesives.wetting_models import WorkOfAdhesionModel
from finechem.errors import InputError
from finechem.screening import Criterion, Rejected, Screen, Stage

__all__ = ["AdhesiveConditions", "adhesive_screen", "read_recipes", "shipped_recipes"]


@dataclass(frozen=True, slots=True)
class AdhesiveConditions:
    """What is assumed of the cured adhesive, the same for all recipes.

    Parameters
    ----------
    temperature_K : float
        At which the rubbery modulus is meant; above the glass transition.
    conversion : float
        Of the group in short supply at the end of the cure.
    substitution : float
        Rate of an amine's second hydrogen relative to its first; 1 is no effect.
    substrate, substrate_state : str
        What is bonded, as `finechem.adhesives.substrates.substrates` lists them.
    """

    temperature_K: float = field(default=453.15, metadata={"help": "Of the rubbery modulus, K (above Tg)."})
    conversion: float = field(default=1.0, metadata={"help": "Of the group in short supply at the end of cure."})
    substitution: float = field(default=1.0, metadata={"help": "Second against first hydrogen of an amine."})
    substrate: str = field(default="PET", metadata={"help": "What is bonded: PET, PP, glass, steel ..."})
    substrate_state: str = field(default="as received", metadata={"help": "as received or clean."})

    def __post_init__(self) -> None:
        mistakes = []
        if not 200 <= self.temperature_K <= 700:
            mistakes.append(f"temperature_K={self.temperature_K:g}: must be between 200 and 700")
        if not 0 < self.conversion <= 1:
            mistakes.append(f"conversion={self.conversion:g}: must be above 0 and at most 1")
        if not 0.001 <= self.substitution <= 100:
            mistakes.append(f"substitution={self.substitution:g}: must be between 0.001 and 100")
        try:
            substrate(self.substrate, self.substrate_state)
        except InputError as error:
            mistakes.append(str(error))
        if mistakes:
            raise InputError("; ".join(mistakes))


#: Of the spreading coefficient, mN/m: of a liquid of 40 mN/m that is repelled altogether (180 degrees; 90 degrees are
#: half way), and of one that spreads.
_DEWETS, _SPREADS = -80.0, 0.0


def adhesive_screen(
    conditions: AdhesiveConditions | None = None, classifications: Mapping[str, Classification] | None = None
) -> Screen:
    """Return the screen of structural adhesives by what a recipe alone tells.

    Gate: a gel must form (branching above 1). Criteria: nothing left over, a tight network, a high glass transition,
    little sol, much bio-based carbon; components that mix, a liquid that spreads on the substrate; few severe hazards
    as supplied, little that evaporates. Each stays visible. Shown and not judged are the number of hazard statements
    and the work of adhesion: it is not the strength of a joint, and it does not tell wetting either. How it cures takes
    kinetics, see `finechem.adhesives.assess`.

    Parameters
    ----------
    conditions : AdhesiveConditions, optional
    classifications : mapping of str to Classification, optional
        By component name, from data sheets, as in `finechem.adhesives.recipe_hazards`.

    Examples
    --------
    >>> [criterion.property.name for criterion in adhesive_screen().criteria if criterion.required]
    ['branching_factor']
    """
    conditions = conditions or AdhesiveConditions()
    conversion, temperature = conditions.conversion, conditions.temperature_K
    wetting = WorkOfAdhesionModel(conditions.substrate, conditions.substrate_state)
    hazards = HazardModel(classifications=tuple(sorted((classifications or {}).items(), key=lambda item: item[0])))
    return Screen(
        name="structural-adhesives",
        conditions=conditions,
        stages=(
            Stage((BalanceModel(), BioContentModel(), hazards, VolatileModel()), name="recipe"),
            Stage(
                (NetworkModel(temperature, conversion, conditions.substitution), GlassTransitionModel(conversion)),
                name="network",
            ),
            Stage((MiscibilityModel(), wetting), name="interface"),
        ),
        criteria=(
            Criterion(glue.EXCESS, worst=0.5, best=0.0),
            Criterion(glue.rubbery_modulus(conversion, temperature), worst=1.0, best=50.0),
            Criterion(glue.glass_transition(conversion), worst=303.15, best=453.15),
            Criterion(glue.sol_fraction(conversion), worst=0.2, best=0.0, weight=0.5),
            Criterion(glue.BIOBASED_CARBON, worst=0.0, best=1.0),
            Criterion(MiscibilityModel().provides[0], worst=0.02, best=0.9, weight=0.25),
            Criterion(wetting.provides[0], worst=_DEWETS, best=_SPREADS, weight=0.25),
            Criterion(glue.VOLATILE_ORGANICS, worst=0.5, best=0.0, weight=0.5),
            Criterion(glue.SEVERE_HAZARDS, worst=5.0, best=0.0, weight=0.5),
            Criterion(glue.branching(conversion), worst=1.0, best=2.0, weight=0.0, required=True),
        ),
    )


def shipped_recipes() -> list[Recipe | Rejected]:
    """Return the recipes that come with finechem, each from a published source."""
    from importlib.resources import as_file

    import finechem_datasets

    with as_file(finechem_datasets.root() / "adhesives" / "recipes") as folder:
        return read_recipes([Path(folder)])
