"""Reactive groups of a molecule, found in its SMILES, and the equivalent weights that follow."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from finechem.errors import InputError, did_you_mean
from finechem.matter.molecules import molar_mass_g_mol, parse_smiles

__all__ = ["FAMILIES", "KINDS", "catalytic_groups", "equivalent_weights", "family_of", "functional_groups", "members"]

#: Strained enough to add thiols like a terminal double bond; other internal ones are not counted.
_NORBORNENE = "[CX3]1=[CX3][CX4]2[CX4,OX2][CX4]1[#6]~[#6]2"
_EPOXIDE = "[CX4;r3]1[OX2;r3][CX4;r3]1"
#: N that adds to electrophiles: no amide, urea, enamine, sulfonamide, amidine, nitrile, aminotriazine.
_AMINE = "NX3;!$(N-C=[O,S,N]);!$(N-C=C);!$(N-[#16,#15]);!$(N-C#N);!$(N-c:n);!$(N-[#8])"
#: Kind of group, its SMARTS, and what each match counts (hydrogens of an amine, else 1).
_SMARTS: Mapping[str, tuple[str, int]] = {
    "epoxide_terminal": ("[CX4;H2;r3]1[OX2;r3][CX4;r3]1", 1),
    "epoxide_cycloaliphatic": ("[CX4;!R1;r3]1[OX2;r3][CX4;!R1;r3]1", 1),
    "epoxide_internal": (_EPOXIDE, 1),
    "amine_hydrogen_primary": (f"[{_AMINE};H2]", 2),
    "amine_hydrogen_secondary": (f"[{_AMINE};H1]", 1),
    "anhydride": ("[#6X3](=[OX1])~[#8X2]~[#6X3]=[OX1]", 1),
    "carboxylic_acid": ("[CX3;!$(C([OX2])[OX2]);!$(CN)](=[OX1])[OX2H1]", 1),
    "phenol": ("[c][OX2H1]", 1),
    "alcohol": ("[CX4][OX2H1]", 1),
    "isocyanate": ("[#6,#14,#16][NX2]=[CX2]=[OX1]", 1),
    "acrylate": ("[CX3H2]=[CX3H1][CX3](=[OX1])[OX2,NX3]", 1),
    "methacrylate": ("[CX3H2]=[CX3]([CH3])[CX3](=[OX1])[OX2,NX3]", 1),
    "itaconate": ("[CX3H2]=[CX3]([CH2][$([CX3](=[OX1])[OX2])])[$([CX3](=[OX1])[OX2])]", 1),
    "maleimide": ("[NX3]1[CX3](=[OX1])[CX3]=[CX3][CX3]1=[OX1]", 1),
    "alkene": (f"[$([CX3H2]=[CX3;!$(C[CX3]=[OX1])]),$({_NORBORNENE})]=[CX3;!$(C[CX3]=[OX1])]", 1),
    "thiol": ("[#6][SX2H1]", 1),
    "aldehyde": ("[$([CX3H1]([#6])=[OX1]),$([CX3H2]=[OX1])]", 1),
    "water": ("[OX2H2]", 1),
}
KINDS: tuple[str, ...] = tuple(_SMARTS)
#: What data sheets call by one name; their members cure differently, so molecules keep them apart.
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "epoxide": ("epoxide_terminal", "epoxide_internal", "epoxide_cycloaliphatic"),
    "amine_hydrogen": ("amine_hydrogen_primary", "amine_hydrogen_secondary"),
    "hydroxyl": ("alcohol", "phenol"),
}
#: Hardeners that start a chain reaction or release one: their amount is not set by stoichiometry.
_CATALYTIC: Mapping[str, str] = {
    "dicyandiamide": "N#C[NX3,NX2]~[CX3](~[NX3,NX2])~[NX3,NX2]",
    "imidazole": "[nX2]1[cX3][nX3][cX3][cX3]1",
    "tertiary amine": "[NX3;H0;!$(N-C=[O,S,N]);!$(N-c:n);!$(N-[!#6])]([#6])([#6])[#6]",
    "urea accelerator": "[CH3][NX3]([CH3])[CX3](=[OX1])[NX3H1]",
    "amidine or guanidine": (
        "[CX3;!$(C=N-C#N);!$(C(N)N-C#N)]([#6,#7])(=[NX2;!$(N-[#7,#8])])[NX3;!$(N-C=[O,S]);!$(N-C#N)]"
    ),
    "phosphine": "[PX3]([#6])([#6])[#6]",
    "onium salt": "[$([N,P;X4;H0;+]),$([S;X3;+]),$([I;X2;+])]",
    "boron trifluoride": "[#5](F)(F)F",
}


@cache
def _pattern(smarts: str) -> Any:
    from rdkit import Chem

    return Chem.MolFromSmarts(smarts)


def _uncharged(molecule: Any) -> Any:
    """Return an inner salt (an amino acid) with its hydrogens where they react; all else as it is."""
    from rdkit import Chem, rdBase
    from rdkit.Chem.MolStandardize.rdMolStandardize import Uncharger

    charges = [atom.GetFormalCharge() for atom in molecule.GetAtoms()]
    if not any(charges) or sum(charges) or len(Chem.GetMolFrags(molecule)) > 1:
        return molecule
    with rdBase.BlockLogs():
        return Uncharger().uncharge(molecule)


@lru_cache(maxsize=4096)
def _counted(smiles: str) -> tuple[tuple[str, int], ...]:
    molecule = _uncharged(parse_smiles(smiles))
    found = {
        kind: each * len(molecule.GetSubstructMatches(_pattern(smarts), maxMatches=10_000))
        for kind, (smarts, each) in _SMARTS.items()
    }
    if molecule.HasSubstructMatch(_pattern(_CATALYTIC["boron trifluoride"])):  # its amine is bound to it
        found["amine_hydrogen_primary"] = found["amine_hydrogen_secondary"] = 0
    found["epoxide_internal"] -= found["epoxide_terminal"] + found["epoxide_cycloaliphatic"]
    return tuple((kind, count) for kind, count in found.items() if count)


def functional_groups(smiles: str) -> dict[str, int]:
    """Count the groups of a molecule that take part in a cure.

    Parameters
    ----------
    smiles : str

    Returns
    -------
    dict of kind to count
        Kinds of `KINDS` that occur. Amines are counted by their active hydrogens (two for each primary nitrogen).
        Epoxides are apart: *terminal* (glycidyl) ones react with amines; *internal* ones (epoxidized oils) and
        *cycloaliphatic* ones prefer acids, anhydrides and cationic cure. Amide, urea, amidine, enamine and nitrile
        nitrogens are no amines, nor are the ions of a salt; an inner salt such as an amino acid counts as uncharged.
        Acrylamides count as acrylates, norbornenes as alkenes.

    Raises
    ------
    InputError
        If the SMILES is not valid.

    Examples
    --------
    >>> functional_groups("CC1(C)CC(N)CC(C)(CN)C1")  # isophorone diamine
    {'amine_hydrogen_primary': 4}
    >>> functional_groups("CC1(CO1)C2CCC3OC3C2")  # limonene dioxide
    {'epoxide_terminal': 1, 'epoxide_cycloaliphatic': 1}
    """
    return dict(_counted(smiles))


def equivalent_weights(smiles: str) -> dict[str, float]:
    """Return grams of a molecule per mole of each kind of group, and of each family of more than one kind.

    The epoxide equivalent weight (EEW) is ``["epoxide"]``, the amine hydrogen equivalent weight (AHEW)
    ``["amine_hydrogen"]``.

    Examples
    --------
    >>> round(equivalent_weights("CC(C)(c1ccc(OCC2CO2)cc1)c1ccc(OCC2CO2)cc1")["epoxide"], 1)  # DGEBA
    170.2
    >>> round(equivalent_weights("NCCNCCN")["amine_hydrogen"], 1)  # DETA
    20.6
    """
    counts = functional_groups(smiles)
    for family, kinds in FAMILIES.items():
        total = sum(counts.get(kind, 0) for kind in kinds)
        if total:
            counts[family] = total
    mass = molar_mass_g_mol(smiles)
    return {kind: mass / count for kind, count in counts.items()}


def catalytic_groups(smiles: str) -> tuple[str, ...]:
    """Return what in a molecule cures by catalysis: its amount is no matter of stoichiometry.

    >>> catalytic_groups("CCc1ncc(C)[nH]1")  # 2-ethyl-4-methylimidazole
    ('imidazole',)
    """
    molecule = parse_smiles(smiles)
    return tuple(name for name, smarts in _CATALYTIC.items() if molecule.HasSubstructMatch(_pattern(smarts)))


def family_of(kind: str) -> str:
    """Return the family of a kind of group, or the kind itself.

    >>> family_of("epoxide_internal"), family_of("thiol")
    ('epoxide', 'thiol')
    """
    return next((family for family, kinds in FAMILIES.items() if kind in kinds), kind)


def members(name: str) -> tuple[str, ...]:
    """Return the kinds a name stands for: those of a family, or the kind alone.

    Raises
    ------
    InputError
        If there is no such kind or family.
    """
    if name in FAMILIES:
        return FAMILIES[name]
    if name in KINDS:
        return (name,)
    raise InputError(f"no reactive group is called {name!r}{did_you_mean(name, (*KINDS, *FAMILIES))}")
