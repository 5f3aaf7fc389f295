"""The curing reactions: which groups are the two sides of a network, and how they count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from finechem.adhesives.groups import FAMILIES
from finechem.errors import InputError

__all__ = ["CHEMISTRIES", "Chemistry", "infer_chemistry"]


@dataclass(frozen=True, slots=True)
class Chemistry:
    """A curing reaction between groups of side A and groups of side B.

    Parameters
    ----------
    name : str
    a, b : mapping of kind to equivalents
        How many equivalents one group is: a hydrogen of a primary amine is half an isocyanate equivalent (its nitrogen
        takes up one), a water molecule two.
    arms : int
        Network bonds of one equivalent: 2 where an epoxide and an anhydride alternate, else 1.
    starters : tuple of str
        Kinds of side B of which one must be there for the reaction to be inferred; default all of them.
    stepwise : bool
        Whether the theory of step growth describes it. In a chain reaction it overestimates the gel conversion.
    remark : str
        What a reader should know.
    a_name, b_name : str
        What a formulator calls the sides. Parts of a product are often called A and B the other way round.
    """

    name: str
    a: Mapping[str, float]
    b: Mapping[str, float]
    arms: int = 1
    starters: tuple[str, ...] = ()
    stepwise: bool = True
    remark: str = ""
    a_name: str = "epoxide"
    b_name: str = "amine hydrogen"

    def side(self, kind: str) -> str:
        """Return ``"A"``, ``"B"``, or ``""`` for a kind (or family) that takes no part."""
        kinds = (kind, *FAMILIES.get(kind, ()))
        return "A" if any(part in self.a for part in kinds) else "B" if any(part in self.b for part in kinds) else ""

    def equivalents(self, kind: str) -> float:
        """Return the equivalents of one group of a kind; 0 where it takes no part.

        A family that a data sheet names (``amine_hydrogen``) counts as its members where these count alike.

        Raises
        ------
        InputError
            Where the members of a family count differently: the data sheet must then tell them apart.
        """
        if kind in self.a or kind in self.b:
            return self.a.get(kind) or self.b[kind]
        counts = {self.equivalents(part) for part in FAMILIES.get(kind, ())}
        if len(counts) > 1:
            parts = " and ".join(FAMILIES[kind])
            raise InputError(f"{self.name}: {kind} is not enough, as {parts} count differently; state them apart")
        return counts.pop() if counts else 0.0


def _each(*names: str) -> dict[str, float]:
    """Return one equivalent a group, for kinds and whole families."""
    return {kind: 1.0 for name in names for kind in (name, *FAMILIES.get(name, ()))}


_EPOXIDES = _each("epoxide")
_DOUBLE_BONDS = ("acrylate", "methacrylate", "itaconate", "maleimide")

#: In the order of how readily they go: the first that finds both its sides in a recipe is what cures it.
CHEMISTRIES: Mapping[str, Chemistry] = {
    chemistry.name: chemistry
    for chemistry in (
        Chemistry(
            "urethane",
            _each("isocyanate"),
            {
                **_each("alcohol", "phenol", "hydroxyl", "thiol", "carboxylic_acid"),
                "amine_hydrogen_primary": 0.5,
                "amine_hydrogen_secondary": 1.0,
                "water": 2.0,
            },
            remark="isocyanate also reacts with moisture of the air, and with urethane when in excess",
            a_name="isocyanate",
            b_name="active hydrogen",
        ),
        Chemistry("epoxy-amine", _EPOXIDES, _each("amine_hydrogen")),
        Chemistry("epoxy-thiol", _EPOXIDES, _each("thiol"), b_name="thiol"),
        Chemistry(
            "epoxy-anhydride",
            _EPOXIDES,
            _each("anhydride", "carboxylic_acid"),
            arms=2,
            starters=("anhydride",),
            stepwise=False,
            remark="a chain reaction: the step-growth gel conversion is an upper bound; an excess of epoxide is usual",
            b_name="anhydride",
        ),
        Chemistry(
            "epoxy-acid",
            _EPOXIDES,
            _each("carboxylic_acid"),
            remark="the hydroxyls it makes can esterify or etherify later, which tightens the network",
            b_name="acid",
        ),
        Chemistry("epoxy-phenol", _EPOXIDES, _each("phenol"), b_name="phenol"),
        Chemistry(
            "aza-Michael", _each("acrylate", "maleimide", "itaconate"), _each("amine_hydrogen"), a_name="double bond"
        ),
        Chemistry(
            "thiol-ene",
            _each(*_DOUBLE_BONDS, "alkene"),
            _each("thiol"),
            remark="one bond a double bond; by radicals (meth)acrylates also add to each other: thiol is left",
            a_name="double bond",
            b_name="thiol",
        ),
        Chemistry(
            "imine",
            _each("aldehyde"),
            {"amine_hydrogen_primary": 0.5},
            remark="an equilibrium that water reverses",
            a_name="aldehyde",
            b_name="amine",
        ),
    )
}


def infer_chemistry(kinds: Iterable[str]) -> Chemistry | None:
    """Return the most ready reaction that finds both sides among the kinds of groups, or None.

    A hardener with both amine and phenol counts by its amine; phenol then only speeds up the cure.

    >>> infer_chemistry(["epoxide_terminal", "amine_hydrogen_primary", "phenol"]).name
    'epoxy-amine'
    >>> infer_chemistry(["acrylate"]) is None
    True
    """
    present = {part for kind in kinds for part in (kind, *FAMILIES.get(kind, ()))}
    for chemistry in CHEMISTRIES.values():
        if present & set(chemistry.a) and present & set(chemistry.starters or chemistry.b):
            return chemistry
    return None
