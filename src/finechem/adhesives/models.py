"""Property models of the adhesives domain: thin wrappers over its functions, each answer with its error."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from finechem import datasets
from finechem.adhesives import properties as glue
from finechem.adhesives.batch import off_ratio
from finechem.adhesives.biocontent import Interval, bio_content
from finechem.adhesives.model_errors import model_error
from finechem.adhesives.network import CuredNetwork, cured_network, rubbery_modulus_Pa
from finechem.adhesives.recipe import Recipe
from finechem.adhesives.stoichiometry import balance
from finechem.errors import InputError
from finechem.screening.properties import Estimates, Property

__all__ = ["BalanceModel", "BioContentModel", "NetworkModel"]

Known = Mapping[Property, Estimates]
#: value, sigma, in_domain, reason of one property of one recipe
Answer = tuple[float, float, bool, str]


@dataclass(frozen=True, slots=True)
class _RecipeModel:
    """What all models here share: they read the whole recipe, one after the other."""

    name: ClassVar[str]
    version: ClassVar[str] = "2"
    references: ClassVar[tuple[str, ...]] = ()

    @property
    def data(self) -> str:
        """Hash of the shipped tables."""
        return datasets.package_hash()

    @property
    def requires(self) -> tuple[Property, ...]:
        """Nothing."""
        return ()

    @property
    def provides(self) -> tuple[Property, ...]:
        """What `answers` speaks of, in its order."""
        raise NotImplementedError

    def subject(self, candidate: Recipe) -> Recipe:
        """Return the whole recipe."""
        return candidate

    def answers(self, recipe: Recipe) -> list[Answer]:
        """Return one answer for each provided property."""
        raise NotImplementedError

    def estimate(self, subjects: Sequence[Recipe], known: Known) -> Mapping[Property, Estimates]:
        """Estimate; a recipe that cannot be answered says why."""
        del known
        rows = []
        for recipe in subjects:
            try:
                rows.append(self.answers(recipe))
            except InputError as error:
                rows.append([_unknown(str(error))] * len(self.provides))
        return {
            prop: Estimates(*(list(part) for part in zip(*column, strict=True)))  # type: ignore[arg-type]
            for prop, column in zip(self.provides, zip(*rows, strict=True), strict=True)
        }


def _unknown(reason: str) -> Answer:
    return math.nan, math.nan, True, reason


@dataclass(frozen=True, slots=True)
class BalanceModel(_RecipeModel):
    """Ratio of the two sides, and the share of the larger one that finds no partner.

    Sigma is what the equivalent weights' stated ranges allow; a recipe whose data sheets state none has sigma 0, which
    means that nobody said, not that it is exact.
    """

    name: ClassVar[str] = "stoichiometry"

    @property
    def provides(self) -> tuple[Property, ...]:
        """Ratio and excess."""
        return (glue.RATIO, glue.EXCESS)

    def answers(self, recipe: Recipe) -> list[Answer]:
        """Return ratio and excess."""
        found = balance(recipe)
        sigma = found.sigma_ln_ratio
        return [(found.ratio, sigma, True, ""), (found.excess, (1.0 - found.excess) * sigma, True, "")]


@dataclass(frozen=True, slots=True)
class BioContentModel(_RecipeModel):
    """Bio-based carbon of the organic carbon, and bio-based mass, from what is stated of each component.

    Where nobody states the feedstock of a component the content is an interval; the estimate is its middle, with the
    standard deviation of a uniform distribution.
    """

    name: ClassVar[str] = "bio-content"
    references: ClassVar[tuple[str, ...]] = (
        "ASTM D6866 (bio-based carbon of organic carbon), calculated, not measured",
        "EN 16785-2 (bio-based content by material balance), calculated, not certified",
    )

    @property
    def provides(self) -> tuple[Property, ...]:
        """Bio-based carbon and mass."""
        return (glue.BIOBASED_CARBON, glue.BIOBASED_MASS)

    def answers(self, recipe: Recipe) -> list[Answer]:
        """Return both shares; nothing where all of it is unknown."""
        content = bio_content(recipe)
        return [_share(content.carbon_of_organic, content.unknown), _share(content.mass, content.unknown)]


def _share(interval: Interval, unknown: Sequence[str]) -> Answer:
    if interval.low == 0.0 and interval.high == 1.0:
        return _unknown(f"the feedstock is stated of no component that matters ({', '.join(unknown)})")
    return interval.middle, interval.sigma, True, ""


@dataclass(frozen=True, slots=True)
class NetworkModel(_RecipeModel):
    """Gel point, sol, strands and rubbery modulus of the ideal network.

    Parameters
    ----------
    temperature_K : float
        At which the rubbery modulus is meant.
    conversion : float
        Of the group in short supply at the end of the cure.
    substitution : float
        Rate of an amine's second hydrogen relative to its first.

    Notes
    -----
    Rubbery modulus and crosslink density are the geometric mean of phantom and affine network, between which real ones
    lie; their error is what was measured against published moduli (`adhesives.model_errors`). No measured gel
    conversion of known composition could be read: its sigma is that of a uniform distribution between the ideal value
    and Carothers's, which bound it where rings and slow second hydrogens delay the gel. Chain reactions
    (epoxy-anhydride) are out of domain.
    """

    temperature_K: float = 453.15
    conversion: float = 1.0
    substitution: float = 1.0
    name: ClassVar[str] = "ideal network"
    references: ClassVar[tuple[str, ...]] = (
        "D. R. Miller, C. W. Macosko, Macromolecules 9, 206 (1976), doi:10.1021/ma60050a004",
        "C. W. Macosko, D. R. Miller, Macromolecules 9, 199 (1976), doi:10.1021/ma60050a003",
    )

    @property
    def provides(self) -> tuple[Property, ...]:
        """Branching, gel conversion, sol, crosslink density, rubbery modulus."""
        return (
            glue.branching(self.conversion),
            glue.gel_conversion(),
            glue.sol_fraction(self.conversion),
            glue.crosslink_density(self.conversion),
            glue.rubbery_modulus(self.conversion, self.temperature_K),
        )

    def answers(self, recipe: Recipe) -> list[Answer]:
        """Return the five answers, with the range of the equivalent weights carried through."""
        network = cured_network(recipe, self.conversion, self.substitution)
        sigma = balance(recipe).sigma_ln_ratio
        shifted = [
            cured_network(off_ratio(recipe, math.expm1(sign * sigma)), self.conversion, self.substitution)
            for sign in (-1.0, 1.0)
            if sigma > 0
        ]
        chemistry = recipe.chemistry
        assert chemistry is not None  # cured_network says so otherwise
        outside = "" if chemistry.stepwise else f"{chemistry.name} is a chain reaction, not step growth"
        inside = not outside
        modulus_error = float(model_error("rubbery_modulus")["sigma"])
        state = network.state
        apart = [math.log(other.branching / network.branching) for other in shifted if network.branching > 0.0]
        answers: list[Answer] = [(network.branching, _root_mean_square(apart), inside, outside)]
        if network.gel is None:
            answers.append(_unknown("never gels: too few branches, or the group in short supply is used up first"))
        else:
            gels = [1.0 if other.gel is None else other.gel.limiting for other in shifted]
            apart = [_logit(gel) - _logit(network.gel.limiting) for gel in gels]
            error = math.hypot(_gel_sigma(network), _root_mean_square(apart))
            answers.append((_inner(network.gel.limiting), error, inside, outside))
        apart = [other.state.sol_fraction - state.sol_fraction for other in shifted]
        answers.append((state.sol_fraction, _root_mean_square(apart), inside, outside))
        strands, others = _apparent_strands(network), [_apparent_strands(other) for other in shifted]
        apart = [math.log(other / strands) for other in others if strands and other]
        error = math.hypot(modulus_error, _root_mean_square(apart))
        answers += _elastic(network, self.temperature_K, error, inside, outside)
        return answers


def _elastic(network: CuredNetwork, temperature_K: float, error: float, inside: bool, outside: str) -> list[Answer]:
    strands, cycle_rank = network.strands_mol_m3, network.cycle_rank_mol_m3
    if strands is None or cycle_rank is None:
        return [_unknown("a density is unknown; give density_g_cm3 of every component of the matrix")] * 2
    apparent = _apparent_strands(network)
    if not apparent:
        return [_unknown("no gel at this conversion, so no rubber")] * 2
    modulus = rubbery_modulus_Pa(apparent, temperature_K) / 1e6
    return [(apparent, error, inside, outside), (modulus, error, inside, outside)]


def _apparent_strands(network: CuredNetwork) -> float | None:
    """Return the geometric mean of affine and phantom strands, mol/m3; None without a gel or a density."""
    strands, cycle_rank = network.strands_mol_m3, network.cycle_rank_mol_m3
    return None if strands is None or cycle_rank is None or cycle_rank <= 0.0 else math.sqrt(strands * cycle_rank)


def _root_mean_square(deviations: Sequence[float]) -> float:
    """Return their root mean square: at a balanced ratio both errors count, where the slope is zero; 0 for none."""
    return math.sqrt(math.fsum(item**2 for item in deviations) / len(deviations)) if deviations else 0.0


def _inner(share: float) -> float:
    """Keep a share off the ends of the logit scale."""
    return min(max(share, 1e-6), 1.0 - 1e-6)


def _logit(share: float) -> float:
    return math.log(_inner(share) / (1.0 - _inner(share)))


def _gel_sigma(network: CuredNetwork) -> float:
    assert network.gel is not None
    ideal = network.gel.limiting
    return (_logit(max(ideal, network.carothers or 1.0 - 1e-3)) - _logit(ideal)) / math.sqrt(12.0)
