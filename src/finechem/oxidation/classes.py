"""What an antioxidant can do, read off its structure: chain breaking, hydroperoxide decomposition, and what harms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from finechem.matter.molecules import molar_mass_g_mol, parse_smiles, smarts_pattern

__all__ = ["ActiveGroups", "active_groups", "antioxidant_class", "structure_flags"]

_TERTIARY = "[CX4]([#6])([#6])[#6]"
#: Kinds of active group and their SMARTS; each match is one group. An amine beside a ring nitrogen (melamine) is an
#: amidine: its N-H is too strong.
_GROUPS: Mapping[str, str] = {
    "hindered phenol": f"[OX2H]c1c({_TERTIARY})cccc1{_TERTIARY}",
    "phenol": "[OX2H]c",
    "aromatic amine": "[NX3;H1,H2;$(N-c(:c):c);!$(N-C=[O,S,N]);!$(N-S)]",
    "hindered piperidine": "[NX3]1C([CH3])([CH3])CCCC1([CH3])[CH3]",
    "hydroxylamine": "[OX2H][NX3;!$(N-C=O)]",
    "phosphite": "[PX3]([OX2])([OX2])[OX2]",
    "phosphonite": "[PX3]([OX2])([OX2])[#6]",
    "phosphine": "[PX3]([#6])([#6])[#6]",
    "thioether": "[#6;!$([#6]=[O,S,N])][SX2][#6;!$([#6]=[O,S,N])]",
    "benzofuranone": "[CX4;H1;r5]1(c)C(=O)Oc2ccccc12",
}
#: Decompose hydroperoxides; they have no X-H bond that matters.
_DECOMPOSERS = ("phosphite", "phosphonite", "phosphine", "thioether")
#: Remarks and their SMARTS.
_FLAGS: Mapping[str, str] = {
    "sulphur: may tarnish silver and copper": "[#16]",
    "halogen: may corrode copper and aluminium": "[F,Cl,Br,I]",
    "phosphite or phosphonite: hydrolyses in moisture": "[PX3][OX2]",
    "amine hydrogen: an epoxy matrix consumes it": "[NX3;H1,H2;!$(N-C=[O,S,N]);!$(N-S)]",
    "thiol: an epoxy matrix consumes it": "[#6][SX2H]",
    "carboxylic acid: an epoxy matrix consumes it, copper may corrode": "[CX3](=O)[OX2H]",
    "unhindered phenol: an epoxy matrix may consume it": "[OX2H]c([cH])[cH]",
    "hindered piperidine: works in light, weakly above 150 °C": "[NX3]1C([CH3])([CH3])CCCC1([CH3])[CH3]",
}


@dataclass(frozen=True, slots=True)
class ActiveGroups:
    """Active groups of a molecule.

    Attributes
    ----------
    counts : dict of kind to number
        A hindered phenol is not counted again as phenol.
    mol_kg : float
        All of them a kilogram.
    """

    counts: dict[str, int]
    mol_kg: float

    @property
    def chain_breaking_kinds(self) -> tuple[str, ...]:
        """Kinds of group that give a hydrogen atom to a peroxyl radical."""
        return tuple(kind for kind in self.counts if kind not in (*_DECOMPOSERS, "hindered piperidine"))

    @property
    def chain_breaking(self) -> int:
        """Groups that give a hydrogen atom to a peroxyl radical."""
        return sum(self.counts[kind] for kind in self.chain_breaking_kinds)

    @property
    def decomposing(self) -> int:
        """Groups that reduce a hydroperoxide without making radicals."""
        return sum(self.counts.get(kind, 0) for kind in _DECOMPOSERS)


@lru_cache(maxsize=4096)
def _counts(smiles: str) -> tuple[tuple[str, int], ...]:
    molecule = parse_smiles(smiles)
    found = {kind: len(molecule.GetSubstructMatches(smarts_pattern(smarts))) for kind, smarts in _GROUPS.items()}
    found["phenol"] -= found["hindered phenol"]
    return tuple((kind, count) for kind, count in found.items() if count > 0)


def active_groups(smiles: str) -> ActiveGroups:
    """Count the groups of a molecule that slow down oxidation.

    Parameters
    ----------
    smiles : str

    Raises
    ------
    InputError
        If the SMILES is not valid.

    Examples
    --------
    >>> active_groups("Cc1cc(C(C)(C)C)c(O)c(C(C)(C)C)c1").counts  # BHT
    {'hindered phenol': 1}
    >>> round(active_groups("Cc1cc(C(C)(C)C)c(O)c(C(C)(C)C)c1").mol_kg, 2)
    4.54
    """
    counts = dict(_counts(smiles))
    return ActiveGroups(counts, 1000.0 * sum(counts.values()) / molar_mass_g_mol(smiles))


def antioxidant_class(smiles: str) -> str:
    """Return the class by the first active group found, or ``none``.

    In the order hindered phenol, aromatic amine, hydroxylamine, phosphorus, benzofuranone, sulphur, phenol,
    piperidine. A molecule without any may still act by what it turns into.

    >>> antioxidant_class("CCCCCCCCCCCCOC(=O)CCSCCC(=O)OCCCCCCCCCCCC")
    'thioether'
    >>> antioxidant_class("CCCCCC")
    'none'
    """
    counts = dict(_counts(smiles))
    order = (
        "hindered phenol",
        "aromatic amine",
        "hydroxylamine",
        "phosphite",
        "phosphonite",
        "phosphine",
        "benzofuranone",
        "thioether",
    )
    return next((kind for kind in (*order, "phenol", "hindered piperidine") if kind in counts), "none")


def structure_flags(smiles: str) -> tuple[str, ...]:
    """Return what in a structure may harm a package, or be used up by its matrix.

    >>> structure_flags("OC(=O)CCS")
    ('sulphur: may tarnish silver and copper', 'thiol: an epoxy matrix consumes it', \
'carboxylic acid: an epoxy matrix consumes it, copper may corrode')
    """
    molecule = parse_smiles(smiles)
    return tuple(name for name, smarts in _FLAGS.items() if molecule.HasSubstructMatch(smarts_pattern(smarts)))
