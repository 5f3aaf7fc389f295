"""Three-phonon interaction strengths: symmetries of an analytical crystal, a direct sum, and phono3py."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import constants

from finechem_kernels._jit import FloatArray
from finechem_kernels.matrix_elements import PLANES, POINTS
from finechem_kernels.plane_waves import IntArray, PlaneWaves, plane_waves
from finechem_kernels.three_phonon import (
    STRENGTH_EV2,
    TOGETHER,
    Modes,
    interaction_strength,
    interaction_strengths,
    prepare,
)
from tests.kernels.crystal import (
    MASSES_U,
    POSITIONS,
    crystal,
    lennard_jones_waves,
    modes,
    peer_interaction,
    random_waves,
)


def triple(q0: FloatArray, q1: FloatArray, lattice: tuple[int, int, int] = (0, 0, 0)) -> FloatArray:
    return np.array([q0, q1, np.array(lattice) - q0 - q1])


def direct_sum(
    fc3: FloatArray, mode: Modes, legs: tuple[int, ...], all_shortest: NDArray[np.bool_] | None, average: bool
) -> FloatArray:
    """|V|² by the definition: every pair of supercell atoms, every origin, averaged phases."""
    made = crystal()
    amplitude = np.zeros((2, 2, 2, 3, 3, 3), dtype=complex)
    q = mode.qpoints[list(legs)]
    phase = np.empty((3, 2, len(made.atoms)), dtype=complex)
    for m, i, j in product(range(3), range(2), range(len(made.atoms))):
        count, start = made.multiplicity[j, i]
        phase[m, i, j] = np.exp(2j * np.pi * made.vectors[start : start + count] @ q[m]).mean()
    origin = np.exp(2j * np.pi * POSITIONS @ q.sum(axis=0))
    for i, j, k in product(range(2), range(len(made.atoms)), range(len(made.atoms))):
        a, b, block = made.atoms[j], made.atoms[k], fc3[i, j, k] * origin[i]
        if not average or (all_shortest is not None and all_shortest[i, j, k]):
            amplitude[i, a, b] += block * phase[1, i, j] * phase[2, i, k]
            continue
        amplitude[i, a, b] += block * phase[1, i, j] * phase[2, i, k] / 3.0
        amplitude[a, i, b] += block.transpose(1, 0, 2) * phase[0, i, j] * phase[2, i, k] / 3.0
        amplitude[b, a, i] += block.transpose(2, 1, 0) * phase[1, i, j] * phase[0, i, k] / 3.0
    weighted = amplitude / np.sqrt(np.einsum("i,j,k->ijk", MASSES_U, MASSES_U, MASSES_U))[..., None, None, None]
    matrix = weighted.transpose(0, 3, 1, 4, 2, 5).reshape(6, 6, 6)
    element = np.einsum("ijk,ia,jb,kc->abc", matrix, *(mode.eigenvectors[leg] for leg in legs), optimize=True)
    f0, f1, f2 = (2e12 * np.pi * mode.frequencies_THz[leg] for leg in legs)
    newton_m2 = constants.e * 1e30 / constants.atomic_mass**1.5 * element  # eV/Å³/u^(3/2)
    joule2 = constants.hbar**3 / 8.0 / 36.0 * np.abs(newton_m2) ** 2 / np.einsum("a,b,c->abc", f0, f1, f2)
    return np.asarray(joule2 / constants.e**2)


def close(found: FloatArray, expected: FloatArray, relative: float) -> None:
    np.testing.assert_allclose(found, expected, rtol=0.0, atol=relative * float(np.max(expected)))


GENERAL = triple(np.array([0.13, 0.27, -0.19]), np.array([0.31, -0.08, 0.22]), (1, 0, -1))
LEGS = np.array([[0, 1, 2]])


@pytest.mark.parametrize("average", [True, False])
@pytest.mark.parametrize("flagged", ["none", "some", "symmetric"])
@pytest.mark.parametrize("symmetric", [True, False])
def test_agrees_with_the_direct_sum(average: bool, flagged: str, symmetric: bool) -> None:
    flags = np.random.default_rng(2).random(crystal().fc3.shape[:3]) < 0.5 if flagged != "none" else None
    if flags is not None and flagged == "symmetric":
        flags |= flags.transpose(0, 2, 1)
    fc3, waves = random_waves(symmetric=symmetric, average_legs=average, all_shortest=flags)
    assert waves.exchange == (symmetric and not (average and flagged == "some"))
    mode = modes(GENERAL)
    close(interaction_strength(waves, mode, LEGS)[0], direct_sum(fc3, mode, (0, 1, 2), flags, average), 1e-12)


def all_waves(fc3: FloatArray) -> PlaneWaves:
    """Of force constants that are made asymmetric by next to nothing: none is left out."""
    made = crystal()
    spoiled = fc3.copy()
    spoiled[0, 1, 2, 0, 1, 2] += 4e-12 * fc3.max()
    return plane_waves(spoiled, made.atoms, made.vectors, made.multiplicity, POSITIONS, MASSES_U)


def test_exchange_halves_the_waves() -> None:
    fc3, half = random_waves(symmetric=True)
    whole = all_waves(fc3)
    assert half.exchange and not whole.exchange
    alone = np.count_nonzero(np.all(half.separations == 0, axis=1))
    assert alone == 1 and 2 * len(half.separations) - alone == len(whole.separations)
    assert 2 * len(half.cells) - half.starts[1] == len(whole.cells)
    mode = modes(GENERAL)
    close(interaction_strength(half, mode, LEGS), interaction_strength(whole, mode, LEGS), 1e-10)


def summed(waves: PlaneWaves, mode: Modes, triplets: IntArray) -> FloatArray:
    """|V|² by the sum over plane waves as it stands: complex, nothing folded, nothing shared. All waves are needed."""
    assert not waves.exchange
    first = waves.cells + np.repeat(waves.separations, np.diff(waves.starts), axis=0)
    q = mode.qpoints[triplets]
    phases = np.exp(2j * np.pi * (q[:, 1] @ first.T + q[:, 2] @ waves.cells.T))
    matrix = np.tensordot(phases, waves.coefficients, axes=1)
    frames = mode.eigenvectors * np.repeat(np.exp(2j * np.pi * mode.qpoints @ POSITIONS.T), 3, axis=1)[..., None]
    legs = (frames[triplets[:, leg]] for leg in range(3))
    element = np.einsum("tijk,tia,tjb,tkc->tabc", matrix, *legs, optimize=True)
    f0, f1, f2 = (mode.frequencies_THz[triplets[:, leg]] for leg in range(3))
    return np.asarray(STRENGTH_EV2 * np.abs(element) ** 2 / np.einsum("ta,tb,tc->tabc", f0, f1, f2))


def triplets_of(pairs: list[tuple[FloatArray, FloatArray]]) -> tuple[Modes, IntArray]:
    """Modes of each distinct q0 and of all q1 and q2 = −q0 − q1, and the triplets, in a random order."""
    firsts, rows = np.unique([q0 for q0, _ in pairs], axis=0, return_inverse=True)
    q0, q1 = (np.array(legs) for legs in zip(*pairs, strict=True))
    own = np.arange(len(pairs))
    triplets = np.column_stack([rows, len(firsts) + own, len(firsts) + len(pairs) + own])
    shuffled = np.random.default_rng(6).permutation(triplets)
    return modes(np.concatenate([firsts, q1, -q0 - q1])), shuffled


@pytest.mark.parametrize("symmetric", [True, False])
def test_many_first_wave_vectors(symmetric: bool) -> None:
    """More than are worked on together, some with many q1 in a plane, some with one."""
    rng = np.random.default_rng(7)
    blocks = [(rng.uniform(-0.5, 0.5, 3), sizes) for sizes in ([8, 2, 1], [1, 2, 8], [2, 8, 1])]
    blocks += [(rng.uniform(-0.5, 0.5, 3), [1, 1, 1]) for _ in range(TOGETHER)]
    pairs = []
    for q0, sizes in blocks:
        values = [rng.uniform(-0.5, 0.5, size) for size in sizes]
        pairs += [(q0, np.array(q1)) for q1 in product(*values)]
    mode, triplets = triplets_of(pairs)
    fc3, waves = random_waves(symmetric=symmetric)
    strength = interaction_strength(waves, mode, triplets)
    for found, expected in zip(strength, summed(all_waves(fc3), mode, triplets), strict=True):
        close(found, expected, 1e-10)


def test_any_axis_can_be_the_first() -> None:
    """Waves whose separations lie on a diagonal plane: two of their components are one number."""
    mode, triplets = triplets_of([(np.array([0.13, 0.27, -0.19]), np.array([0.31, -0.08, 0.22]))])
    _, waves = random_waves()
    first = []
    for axis in range(3):
        one, other = np.delete(waves.separations, axis, axis=1).T
        kept = one == other
        rows = np.repeat(kept, np.diff(waves.starts))
        some = waves._replace(
            coefficients=waves.coefficients[rows],
            cells=waves.cells[rows],
            separations=waves.separations[kept],
            starts=np.append(0, np.cumsum(np.diff(waves.starts)[kept])),
        )
        first.append(prepare(some, mode).folds.axis)
        close(interaction_strength(some, mode, triplets)[0], summed(some, mode, triplets)[0], 1e-11)
    assert first == [0, 1, 2]


def test_more_planes_and_points_than_are_taken_together() -> None:
    """Wave vectors on a cross: whatever the first axis, there are many planes, and one is crowded."""
    rng = np.random.default_rng(8)
    count = max(PLANES, POINTS) + 3
    q0, centre = rng.uniform(-0.5, 0.5, (2, 3))
    arms = np.eye(3)[:, None] * rng.uniform(-0.5, 0.5, (3, count, 1))
    twice = [(q0, centre), (q0, centre)]  # and a triplet given twice stands at the same point
    mode, triplets = triplets_of([(q0, centre + step) for step in arms.reshape(-1, 3)] + twice)
    _, waves = random_waves()
    strength = interaction_strength(waves, mode, triplets)
    for found, expected in zip(strength, summed(waves, mode, triplets), strict=True):
        close(found, expected, 1e-11)


@pytest.mark.parametrize("most", [1, 12, 18, 36])
def test_blocks_of_bands_change_nothing(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    mode = modes(GENERAL)
    whole = interaction_strength(lennard_jones_waves(), mode, LEGS)
    monkeypatch.setattr("finechem_kernels.three_phonon.WIDE", most)
    close(interaction_strength(lennard_jones_waves(), mode, LEGS), whole, 1e-14)


def test_units_scale() -> None:
    assert abs(STRENGTH_EV2 / 3.5854948e-3 - 1.0) < 1e-7
    mode = modes(GENERAL)
    strength = interaction_strength(lennard_jones_waves(), mode, LEGS)
    close(interaction_strength(lennard_jones_waves(), mode, LEGS, grid_points=64), strength / 64, 1e-15)


def test_acoustic_sum_rule() -> None:
    """The strength is |V|² over the frequency: near q0 = 0 it falls as q0²/q0 for the three acoustic branches."""
    q1 = np.array([0.31, -0.08, 0.22])
    direction = np.array([0.3, -0.2, 0.5])
    sizes = np.array([1e-2, 1e-3, 1e-4])
    largest = []
    for size in sizes:
        strength = interaction_strength(lennard_jones_waves(), modes(triple(size * direction, q1)), LEGS)[0]
        largest.append(strength[:3].max())
        assert strength[3:].max() > 1e3 * size * strength[:3].max()
    np.testing.assert_allclose(largest / sizes / (largest[-1] / sizes[-1]), 1.0, rtol=0.05)


def test_a_rigid_translation_couples_to_nothing() -> None:
    """At q0 = 0 the matrix element itself vanishes: the sum of fc3 over one atom is zero."""
    mode = modes(triple(np.zeros(3), np.array([0.31, -0.08, 0.22])))
    flat = mode._replace(frequencies_THz=np.ones_like(mode.frequencies_THz))
    strength = interaction_strength(lennard_jones_waves(), flat, LEGS)[0]
    assert strength[:3].max() < 1e-24 * strength[3:].max()


def test_legs_can_be_exchanged() -> None:
    mode = modes(GENERAL)
    orders = np.array([[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])
    strength = interaction_strength(lennard_jones_waves(), mode, orders)
    for order, found in zip(orders, strength, strict=True):
        close(found, strength[0].transpose(order), 1e-12)


def test_reciprocal_lattice_vectors_change_nothing() -> None:
    mode = modes(GENERAL)
    shifts = np.array([[0, 0, 0], [1, 0, 0], [0, -2, 1]])
    moved = modes(np.concatenate([GENERAL + shifts[m] for m in range(3)]))
    # the same modes: eigenvectors in this convention take the phase e^(−2πi G·r) of each atom
    phases = np.exp(-2j * np.pi * np.repeat(np.repeat(shifts @ POSITIONS.T, 3, axis=1), 3, axis=0))
    vectors = np.tile(mode.eigenvectors, (3, 1, 1)) * phases[:, :, None]
    moved = moved._replace(eigenvectors=vectors)
    expected = interaction_strength(lennard_jones_waves(), mode, LEGS)[0]
    for legs in product((0, 3, 6), (1, 4, 7), (2, 5, 8)):
        close(interaction_strength(lennard_jones_waves(), moved, np.array([legs]))[0], expected, 1e-11)


def test_time_reversal() -> None:
    forward = interaction_strength(lennard_jones_waves(), modes(GENERAL), LEGS)
    close(interaction_strength(lennard_jones_waves(), modes(-GENERAL), LEGS), forward, 1e-11)


def test_a_symmetry_of_the_crystal() -> None:
    """A quarter turn about z maps each atom to its own kind."""
    turn = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    straight = interaction_strength(lennard_jones_waves(), modes(GENERAL), LEGS)
    close(interaction_strength(lennard_jones_waves(), modes(GENERAL @ turn.T), LEGS), straight, 1e-11)


def test_sum_over_a_degenerate_set_has_no_gauge() -> None:
    mode = modes(triple(np.array([0.0, 0.0, 0.2]), np.array([0.31, -0.08, 0.22])))
    gaps = np.diff(mode.frequencies_THz[0])
    first = int(np.argmin(gaps))
    assert gaps[first] < 1e-6
    vectors = mode.eigenvectors.copy()
    pair = slice(first, first + 2)
    rng = np.random.default_rng(3)
    turn = np.linalg.qr(rng.normal(size=(2, 2)) + 1j * rng.normal(size=(2, 2)))
    vectors[0][:, pair] = vectors[0][:, pair] @ turn[0]
    before = interaction_strength(lennard_jones_waves(), mode, LEGS)[0]
    after = interaction_strength(lennard_jones_waves(), mode._replace(eigenvectors=vectors), LEGS)[0]
    assert np.abs(after - before).max() > 1e-3 * before.max()
    close(after[pair].sum(axis=0), before[pair].sum(axis=0), 1e-6)


def grid(mesh: tuple[int, int, int]) -> tuple[Modes, IntArray]:
    """All wave vectors of a mesh, and all the triplets of three of them as q0."""
    points = np.array(list(product(*(range(size) for size in mesh))))
    triplets = [
        (q0, q1, int(np.ravel_multi_index(tuple(-(points[q0] + points[q1]) % mesh), mesh)))
        for q1 in range(len(points))
        for q0 in (1, len(points) - 1, 4)
    ]
    return modes(points / np.array(mesh)), np.array(triplets)


def test_triplets_that_share_planes_and_lines_agree_with_each_alone() -> None:
    mode, triplets = grid((5, 3, 6))
    together = interaction_strength(lennard_jones_waves(), mode, triplets, cutoff_THz=1e-3)
    for t in range(0, len(triplets), 17):
        alone = interaction_strength(lennard_jones_waves(), mode, triplets[t : t + 1], cutoff_THz=1e-3)[0]
        close(together[t], alone, 1e-12)


def test_strengths_come_once_for_each_first_wave_vector() -> None:
    mode, triplets = grid((2, 3, 2))
    whole = interaction_strength(lennard_jones_waves(), mode, triplets, cutoff_THz=1e-3)
    seen = np.zeros(len(triplets), dtype=int)
    for rows, strength in interaction_strengths(lennard_jones_waves(), mode, triplets, cutoff_THz=1e-3):
        assert len(set(triplets[rows, 0])) == 1
        np.testing.assert_array_equal(strength, whole[rows])
        seen[rows] += 1
    np.testing.assert_array_equal(seen, 1)


def test_modes_without_frequency_have_no_strength() -> None:
    mode, triplets = grid((2, 2, 2))
    strength = interaction_strength(lennard_jones_waves(), mode, triplets, cutoff_THz=1e-3)
    at_zero = triplets[:, 1] == 0
    assert np.all(strength[at_zero, :, :3] == 0.0) and np.all(np.isfinite(strength))
    assert strength[at_zero, :, 3:].max() > 0.0


def test_single_precision() -> None:
    mode, triplets = grid((3, 3, 4))
    double = interaction_strength(lennard_jones_waves(), mode, triplets, cutoff_THz=1e-3)
    single = interaction_strength(lennard_jones_waves(), mode, triplets, cutoff_THz=1e-3, precision=np.float32)
    assert single.dtype == np.float64
    close(single, double, 3e-6)
    assert abs(single.sum() / double.sum() - 1.0) < 1e-6


def test_waves_that_vanish_are_left_out() -> None:
    """Nearest neighbours lie in this cell or the next."""
    waves = lennard_jones_waves()
    assert np.abs(waves.separations).max() == 1
    assert np.all(np.any(waves.coefficients != 0.0, axis=(1, 2, 3)))


def test_agrees_with_phono3py() -> None:
    interaction, waves, mode = peer_interaction((3, 3, 2))
    interaction.set_grid_point(interaction.bz_grid.grg2bzg[4])
    interaction.run()
    triplets = np.array(interaction.get_triplets_at_q()[0])
    cutoff = interaction.cutoff_frequency
    strength = interaction_strength(waves, mode, triplets, grid_points=18, cutoff_THz=cutoff)
    expected = interaction.interaction_strength
    close(strength, expected, 3e-6)  # phonopy's constants of nature are older
    factor = expected.sum() / strength.sum()
    close(strength * factor, expected, 1e-12)
