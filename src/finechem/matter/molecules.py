"""Molecules from SMILES: parsing with a readable reason when it fails, molar mass, carbon, a density estimate."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from finechem.errors import InputError, one_line

__all__ = [
    "MOST_MOLECULE_ATOMS",
    "carbon_mass_fraction",
    "carbonate_carbon_mass_fraction",
    "estimated_density_g_cm3",
    "has_charges",
    "molar_mass_g_mol",
    "parse_smiles",
    "standardized",
]

#: RDKit needs seconds for more, and no component or additive here is larger.
LONGEST_SMILES = 2000
#: Relative atomic volumes of Girolami (1994): the last atomic number of each row of the periodic table, and its volume.
_VOLUMES = ((2, 1.0), (10, 2.0), (18, 4.0), (36, 5.0), (54, 7.5), (83, 9.0))
#: What raises the density by a tenth each: hydroxyls (of acids too), amines, amides, sulfoxides; sulfones twice.
_DENSER = ("[OX2H]", "[NX3;H1,H2;!$(NC=O)]", "C(=O)[NX3]", "[SX3]=O", "[SX4](=O)=O", "[SX4](=O)=O")
_LARGEST_INCREASE = 0.3
#: Carbon between three oxygens of which none leads to another carbon.
_CARBONATE = "[CX3](=[OX1])([O;!$(O(~[#6])~[#6])])[O;!$(O(~[#6])~[#6])]"


@lru_cache(maxsize=4096)
def parse_smiles(smiles: str) -> Any:
    """Return the RDKit molecule of a SMILES string.

    Parameters
    ----------
    smiles : str
        One molecule, or several separated by dots.

    Returns
    -------
    rdkit.Chem.Mol
        Shared between callers: copy it before changing it.

    Raises
    ------
    InputError
        If it is empty, too long, no SMILES, or breaks a rule of valence; the message says which.

    Examples
    --------
    >>> parse_smiles("C1CO1").GetNumAtoms()
    3
    >>> parse_smiles("CN(C)(C)C")
    Traceback (most recent call last):
        ...
    finechem.errors.InputError: SMILES 'CN(C)(C)C': Explicit valence for atom # 1 N, 4, is greater than permitted
    """
    from rdkit import Chem, rdBase

    shown = one_line(smiles) if len(smiles) <= 80 else one_line(f"{smiles[:80]}…")
    if not smiles.strip():
        raise InputError("the SMILES is empty")
    if len(smiles) > LONGEST_SMILES:
        raise InputError(f"SMILES {shown!r}: longer than {LONGEST_SMILES} letters")
    if any(letter.isspace() for letter in smiles):
        raise InputError(f"SMILES {shown!r}: holds a blank")
    with rdBase.BlockLogs():
        raw = Chem.MolFromSmiles(smiles, sanitize=False)
        if raw is None:
            raise InputError(f"SMILES {shown!r}: not valid SMILES (an open ring or bracket, or an unknown symbol)")
        problems = [problem.Message() for problem in Chem.DetectChemistryProblems(raw)]
        if problems:
            raise InputError(f"SMILES {shown!r}: {one_line(problems[0])}")
        molecule = Chem.MolFromSmiles(smiles)
    if molecule is None or molecule.GetNumAtoms() == 0:
        raise InputError(f"SMILES {shown!r}: no molecule comes of it")
    return molecule


def has_charges(smiles: str) -> bool:
    """Return whether it is a salt or an inner salt; charges of neighbours that cancel (a nitro group) do not count.

    >>> has_charges("[Ca+2].[O-]C([O-])=O"), has_charges("C[N+](=O)[O-]")
    (True, False)
    """
    for atom in parse_smiles(smiles).GetAtoms():
        charge = atom.GetFormalCharge()
        if charge and not any(near.GetFormalCharge() * charge < 0 for near in atom.GetNeighbors()):
            return True
    return False


def molar_mass_g_mol(smiles: str) -> float:
    """Return the molar mass in g/mol, with standard atomic weights as RDKit has them.

    >>> round(molar_mass_g_mol("CC(C)(c1ccc(OCC2CO2)cc1)c1ccc(OCC2CO2)cc1"), 2)
    340.42
    """
    from rdkit.Chem.rdMolDescriptors import _CalcMolWt

    return float(_CalcMolWt(parse_smiles(smiles)))


def carbon_mass_fraction(smiles: str) -> float:
    """Return the mass fraction of carbon.

    >>> round(carbon_mass_fraction("O=C(O)CC(O)(CC(=O)O)C(=O)O"), 4)
    0.3751
    """
    from rdkit.Chem import GetPeriodicTable

    molecule = parse_smiles(smiles)
    carbon = sum(atom.GetAtomicNum() == 6 for atom in molecule.GetAtoms())
    return float(carbon * GetPeriodicTable().GetAtomicWeight(6) / molar_mass_g_mol(smiles))


def carbonate_carbon_mass_fraction(smiles: str) -> float:
    """Return the mass fraction of the carbon of carbonates and hydrogen carbonates, which is no organic carbon.

    >>> round(carbonate_carbon_mass_fraction("[Ca+2].[O-]C([O-])=O"), 4)  # calcite
    0.12
    >>> carbonate_carbon_mass_fraction("COC(=O)OC")  # dimethyl carbonate is organic
    0.0
    """
    from rdkit import Chem

    ions = parse_smiles(smiles).GetSubstructMatches(Chem.MolFromSmarts(_CARBONATE))
    return float(len(ions) * Chem.GetPeriodicTable().GetAtomicWeight(6) / molar_mass_g_mol(smiles))


def estimated_density_g_cm3(smiles: str) -> float:
    r"""Return the density of a liquid or amorphous solid near room temperature, from its formula.

    .. math:: \rho = \frac{M}{5 V_s} (1 + 0.1 n), \quad n \le 3

    with M in g/mol, :math:`V_s` the sum of relative atomic volumes (H 1, second period 2, third 4, fourth 5, fifth
    7.5, sixth 9) and n the number of groups that pack more tightly: hydroxyl, carboxylic acid, primary or secondary
    amine, amide, sulfoxide, unfused ring; a sulfone counts twice, a fused ring 0.75.

    Parameters
    ----------
    smiles : str

    Returns
    -------
    float
        In g/cm3. Checked against measured densities by ``benchmarks/accuracy/density.py``; salts, metals and solids
        that crystallize well are denser.

    References
    ----------
    G. S. Girolami, J. Chem. Educ. 71, 962 (1994), doi:10.1021/ed071p962.

    Examples
    --------
    >>> round(estimated_density_g_cm3("CCO"), 3)  # measured 0.789
    0.845
    """
    from rdkit import Chem

    molecule = Chem.AddHs(parse_smiles(smiles))
    volume = 0.0
    for atom in molecule.GetAtoms():
        number = atom.GetAtomicNum()
        volume += next((size for last, size in _VOLUMES if number <= last), 9.0)
    groups = float(sum(len(molecule.GetSubstructMatches(Chem.MolFromSmarts(smarts))) for smarts in _DENSER))
    rings = [set(ring) for ring in molecule.GetRingInfo().BondRings()]
    for index, ring in enumerate(rings):
        fused = any(ring & other for place, other in enumerate(rings) if place != index)
        groups += 0.75 if fused else 1.0
    return molar_mass_g_mol(smiles) / (5.0 * volume) * (1.0 + min(0.1 * groups, _LARGEST_INCREASE))


def standardized(smiles: str) -> tuple[str, tuple[str, ...]]:
    """Return the canonical SMILES of a neutral, whole, closed-shell organic molecule, and remarks on what was changed.

    The largest organic fragment of a salt or solvate is kept, charges are neutralized where a proton does it.

    Parameters
    ----------
    smiles : str

    Returns
    -------
    smiles : str
    remarks : tuple of str
        Other fragments, neutralized charges, a tautomer that RDKit would write otherwise.

    Raises
    ------
    InputError
        If it is not valid, holds no carbon, a metal, a radical, a charge that stays, or more than 300 atoms.

    Examples
    --------
    >>> standardized("[Na+].CC(=O)[O-]")
    ('CC(=O)O', ('[Na+] was left out', 'charges were neutralized'))
    >>> standardized("[CH3]")
    Traceback (most recent call last):
        ...
    finechem.errors.InputError: SMILES '[CH3]': a radical; give the closed-shell molecule
    """
    from rdkit import Chem, rdBase
    from rdkit.Chem.MolStandardize import rdMolStandardize

    molecule = parse_smiles(smiles)
    shown = one_line(smiles[:80])
    notes = []
    with rdBase.BlockLogs():
        kept = rdMolStandardize.LargestFragmentChooser(preferOrganic=True).choose(molecule)
        if kept.GetNumAtoms() < molecule.GetNumAtoms():
            rest = [part for part in Chem.MolToSmiles(molecule).split(".") if part != Chem.MolToSmiles(kept)]
            notes.append(f"{', '.join(rest) or 'a copy of it'} was left out")
        neutral = rdMolStandardize.Uncharger().uncharge(kept)
        if Chem.GetFormalCharge(neutral) != Chem.GetFormalCharge(kept) or Chem.MolToSmiles(neutral) != Chem.MolToSmiles(
            kept
        ):
            notes.append("charges were neutralized")
        _require_ordinary(shown, neutral)
        enumerator = rdMolStandardize.TautomerEnumerator()
        enumerator.SetMaxTautomers(50)
        enumerator.SetMaxTransforms(50)
        tautomer = enumerator.Canonicalize(neutral)
    canonical = str(Chem.MolToSmiles(neutral))
    if Chem.MolToSmiles(tautomer) != canonical:
        notes.append("has other tautomers; taken as drawn")
    return canonical, tuple(notes)


#: Elements of ordinary organic molecules.
_ORGANIC = frozenset({1, 5, 6, 7, 8, 9, 14, 15, 16, 17, 34, 35, 53})
MOST_MOLECULE_ATOMS = 300


def _require_ordinary(shown: str, molecule: Any) -> None:
    from rdkit import Chem

    atoms = list(molecule.GetAtoms())
    strange = sorted({atom.GetSymbol() for atom in atoms if atom.GetAtomicNum() not in _ORGANIC})
    if strange:
        what = "a placeholder atom" if strange == ["*"] else f"{', '.join(strange)}: metal-organic or inorganic"
        raise InputError(f"SMILES {shown!r}: holds {what}; only organic molecules are read")
    if not any(atom.GetAtomicNum() == 6 for atom in atoms):
        raise InputError(f"SMILES {shown!r}: holds no carbon")
    if any(atom.GetNumRadicalElectrons() for atom in atoms):
        raise InputError(f"SMILES {shown!r}: a radical; give the closed-shell molecule")
    if Chem.GetFormalCharge(molecule) != 0:
        raise InputError(
            f"SMILES {shown!r}: charged ({Chem.GetFormalCharge(molecule):+d}), and no proton neutralizes it"
        )
    count = Chem.AddHs(molecule).GetNumAtoms()
    if count > MOST_MOLECULE_ATOMS:
        raise InputError(f"SMILES {shown!r}: {count} atoms, at most {MOST_MOLECULE_ATOMS} are read")
