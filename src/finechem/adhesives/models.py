"""Property models of the adhesives domain: thin wrappers over its functions, each answer with its error."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from finechem import datasets
from finechem.adhesives import properties as glue
from finechem.adhesives.batch import off_ratio
from finechem.adhesives.biocontent import Interval, bio_content
from finechem.adhesives.glass_transition import glass_transition
from finechem.adhesives.model_errors import model_error
from finechem.adhesives.network import CuredNetwork, cured_network, rubbery_modulus_Pa
from finechem.adhesives.recipe import Recipe
from finechem.adhesives.stoichiometry import balance
from finechem.screening.one_by_one import Answer, OneByOneModel
from finechem.screening.properties import Property

__all__ = ["BalanceModel", "BioContentModel", "GlassTransitionModel", "NetworkModel"]


@dataclass(frozen=True, slots=True)
class BalanceModel(OneByOneModel):
    """Ratio of the two sides, and the share of the larger one that finds no partner.

    Sigma is what the equivalent weights' stated ranges allow; a recipe whose data sheets state none has sigma 0, which
    means that nobody said, not that it is exact.
    """

    version: ClassVar[str] = "2"
    name: ClassVar[str] = "stoichiometry"

    @property
    def provides(self) -> tuple[Property, ...]:
        """Ratio and excess."""
        return (glue.RATIO, glue.EXCESS)

    def answers(self, subject: Recipe) -> list[Answer]:
        """Return ratio and excess."""
        found = balance(subject)
        sigma = found.sigma_ln_ratio
        return [Answer(found.ratio, sigma), Answer(found.excess, (1.0 - found.excess) * sigma)]


@dataclass(frozen=True, slots=True)
class BioContentModel(OneByOneModel):
    """Bio-based carbon of the organic carbon, and bio-based mass, from what is stated of each component.

    Where nobody states the feedstock of a component the content is an interval; the estimate is its middle, with the
    standard deviation of a uniform distribution.
    """

    version: ClassVar[str] = "2"
    name: ClassVar[str] = "bio-content"
    references: ClassVar[tuple[str, ...]] = (
        "ASTM D6866 (bio-based carbon of organic carbon), calculated, not measured",
        "EN 16785-2 (bio-based content by material balance), calculated, not certified",
    )

    @property
    def provides(self) -> tuple[Property, ...]:
        """Bio-based carbon and mass."""
        return (glue.BIOBASED_CARBON, glue.BIOBASED_MASS)

    def answers(self, subject: Recipe) -> list[Answer]:
        """Return both shares; nothing where all of it is unknown."""
        content = bio_content(subject)
        return [_share(content.carbon_of_organic, content.unknown), _share(content.mass, content.unknown)]


def _share(interval: Interval, unknown: Sequence[str]) -> Answer:
    if interval.low == 0.0 and interval.high == 1.0:
        return Answer.unknown(f"the feedstock is stated of no component that matters ({', '.join(unknown)})")
    return Answer(interval.middle, interval.sigma)


@dataclass(frozen=True, slots=True)
class NetworkModel(OneByOneModel):
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
    version: ClassVar[str] = "2"
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

    def answers(self, subject: Recipe) -> list[Answer]:
        """Return the five answers, with the range of the equivalent weights carried through."""
        network = cured_network(subject, self.conversion, self.substitution)
        sigma = balance(subject).sigma_ln_ratio
        shifted = [
            cured_network(off_ratio(subject, math.expm1(sign * sigma)), self.conversion, self.substitution)
            for sign in (-1.0, 1.0)
            if sigma > 0
        ]
        chemistry = subject.chemistry
        assert chemistry is not None  # cured_network says so otherwise
        outside = "" if chemistry.stepwise else f"{chemistry.name} is a chain reaction, not step growth"
        inside = not outside
        modulus_error = float(model_error("rubbery_modulus")["sigma"])
        state = network.state
        apart = [math.log(other.branching / network.branching) for other in shifted if network.branching > 0.0]
        answers: list[Answer] = [Answer(network.branching, _root_mean_square(apart), inside, outside)]
        if network.gel is None:
            answers.append(
                Answer.unknown("never gels: too few branches, or the group in short supply is used up first")
            )
        else:
            gels = [1.0 if other.gel is None else other.gel.limiting for other in shifted]
            apart = [_logit(gel) - _logit(network.gel.limiting) for gel in gels]
            error = math.hypot(_gel_sigma(network), _root_mean_square(apart))
            answers.append(Answer(_inner(network.gel.limiting), error, inside, outside))
        apart = [other.state.sol_fraction - state.sol_fraction for other in shifted]
        answers.append(Answer(state.sol_fraction, _root_mean_square(apart), inside, outside))
        strands, others = _apparent_strands(network), [_apparent_strands(other) for other in shifted]
        apart = [math.log(other / strands) for other in others if strands and other]
        error = math.hypot(modulus_error, _root_mean_square(apart))
        answers += _elastic(network, self.temperature_K, error, inside, outside)
        return answers


@dataclass(frozen=True, slots=True)
class GlassTransitionModel(OneByOneModel):
    """Glass transition of epoxy-amine and epoxy-anhydride networks, by one law of their chains.

    Its sigma is the error for papers held out; the law is fitted to doubtful measurements (see
    `finechem.adhesives.glass_transition.glass_transition`).

    Parameters
    ----------
    conversion : float
        Of the group in short supply.
    """

    conversion: float = 1.0
    version: ClassVar[str] = "1"
    name: ClassVar[str] = "chains"

    @property
    def data(self) -> str:
        """Hash of the measured networks and errors."""
        return datasets.package_hash()

    @property
    def provides(self) -> tuple[Property, ...]:
        """Glass transition."""
        return (glue.glass_transition(self.conversion),)

    def answers(self, subject: Recipe) -> list[Answer]:
        """Return the glass transition."""
        found = glass_transition(subject, self.conversion)
        return [Answer(found.kelvin, found.sigma_ln, found.in_domain, found.reason)]


def _elastic(network: CuredNetwork, temperature_K: float, error: float, inside: bool, outside: str) -> list[Answer]:
    strands, cycle_rank = network.strands_mol_m3, network.cycle_rank_mol_m3
    if strands is None or cycle_rank is None:
        return [Answer.unknown("a density is unknown; give density_g_cm3 of every component of the matrix")] * 2
    apparent = _apparent_strands(network)
    if not apparent:
        return [Answer.unknown("no gel at this conversion, so no rubber")] * 2
    modulus = rubbery_modulus_Pa(apparent, temperature_K) / 1e6
    return [Answer(apparent, error, inside, outside), Answer(modulus, error, inside, outside)]


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
