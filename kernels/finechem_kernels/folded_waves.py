"""The plane waves of one q0: summed over L2, multiplied by the polarisations of q0 and folded onto real phases."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from finechem_kernels._jit import CONTRACT, FloatArray, kernel
from finechem_kernels.plane_waves import IntArray

SIGNS = 4
"""Separations that differ by the sign along the first axis, or along the other two together, are folded together."""


class Folds(NamedTuple):
    """Which separations D are folded together, and where the results go in the box.

    D has a component along one axis, the first here, and a pair of components along the other two. The box has a row
    for each folded component and a column for each folded pair: the constant, then cosine and sine of each.
    """

    axis: int
    """The first axis: that of the smallest box."""
    components: IntArray
    """Positive components along it: 1, 2, …"""
    pairs: IntArray
    """One of each pair and its opposite, (K, 2)."""
    members: IntArray
    """Rows of the separations; bit 0 of the column set for the opposite pair, bit 1 for the opposite component.
    −1: none; −2 − s: the exchange of separation s, which is opposite. (G, 4)."""
    bits: IntArray
    """Bits of what is not zero, (G,)."""
    slots: IntArray
    """Their places in the box, (G, 4)."""

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the box."""
        return 1 + 2 * len(self.components), 1 + 2 * len(self.pairs)


def folds(separations: IntArray, exchange: bool) -> Folds:
    """Group the separations, for the first axis that needs the smallest box."""
    boxes = [(_components(separations, axis), _pairs(separations, axis)) for axis in range(3)]
    sizes = [(1 + 2 * len(components)) * (1 + 2 * len(pairs)) for components, pairs in boxes]
    axis = int(np.argmin(sizes))
    components, pairs = boxes[axis]
    rows: dict[tuple[int, ...], int] = {}
    if exchange:
        rows = {tuple(separation): -2 - row for row, separation in enumerate((-separations).tolist())}
    rows |= {tuple(separation): row for row, separation in enumerate(separations.tolist())}
    members, bits, slots = [], [], []
    for c, component in enumerate([0, *components.tolist()]):
        for k, pair in enumerate([[0, 0], *pairs.tolist()]):
            there = (k > 0) + 2 * (c > 0)
            own, places = [-1] * SIGNS, [0] * SIGNS
            for m in range(SIGNS):
                if m & ~there == 0:
                    sign, turn = 1 - 2 * (m & 1), 1 - (m & 2)
                    separation = np.insert(np.array(pair) * sign, axis, component * turn)
                    own[m] = rows.get(tuple(separation.tolist()), -1)
                    row, column = (2 * c - 1 + (m >> 1) if c else 0), (2 * k - 1 + (m & 1) if k else 0)
                    places[m] = row * (1 + 2 * len(pairs)) + column
            members.append(own)
            bits.append(there)
            slots.append(places)
    return Folds(axis, components, pairs, np.array(members), np.array(bits), np.array(slots))


def _components(separations: IntArray, axis: int) -> IntArray:
    return np.arange(1, 1 + int(np.max(np.abs(separations[:, axis]))))


def _pairs(separations: IntArray, axis: int) -> IntArray:
    """Return one of each pair of the other two components and its opposite."""
    pairs = np.delete(separations, axis, axis=1)
    pairs *= np.where((pairs[:, 0] < 0) | ((pairs[:, 0] == 0) & (pairs[:, 1] < 0)), -1, 1)[:, None]
    unique: IntArray = np.unique(pairs, axis=0)
    return unique[np.any(unique != 0, axis=1)]


def cosines_and_sines(phases: FloatArray) -> FloatArray:
    """Factors of the folded slots for phases (n, K) in turns: one, then cosine and sine of each, (n, 1 + 2 K)."""
    angle = 2.0 * np.pi * phases
    return np.hstack(
        [np.ones((len(phases), 1)), np.stack([np.cos(angle), np.sin(angle)], axis=2).reshape(len(phases), -1)]
    )


@kernel
def fill_boxes(
    coefficients: Any,
    starts: Any,
    phases: Any,
    mirrors: Any,
    forms: Any,
    members: Any,
    bits: Any,
    slots: Any,
    sums: Any,
    products: Any,
    boxes: Any,
) -> None:
    """Fill the folded boxes of several q0.

    Parameters
    ----------
    coefficients : (P, N N N) array
        Waves, those of each separation together; ``starts`` (S + 1,) says where.
    phases : (P, 2 R) array
        Cosine and sine of −2π q0·L2, in turn for the R wave vectors.
    mirrors : (2, R, S) array
        Cosine and sine of −2π q0·D.
    forms : (R, 2 N, 2 N) array
        Real form of the polarisations of q0: (real, imaginary) rows to (real, imaginary) rows.
    members, bits, slots : arrays
        Of `Folds`.
    sums : (4, at least 2 R, N N N) array
        Working memory, and so are ``products`` (4, 2 N, N N). Fresh memory would cost more than the arithmetic.
    boxes : (at least R, slots, N/B, N, 2, B, N) array
        Result: by slot, block of B bands b0, component of the second atom, (real, imaginary), b0, component of the
        third atom.
    """
    both = forms.shape[1]
    for g in range(len(members)):
        for m in range(SIGNS):
            s = members[g, m]
            if s >= 0:
                first, last = starts[s], starts[s + 1]
                np.dot(phases[first:last].T, coefficients[first:last], sums[m, : 2 * len(forms)])
        for q in range(len(forms)):
            for m in range(SIGNS):
                if members[g, m] >= 0:
                    np.dot(forms[q], sums[m, 2 * q : 2 * q + 2].reshape(both, -1), products[m])
                elif m & ~bits[g] == 0:
                    products[m] = 0.0
            for m in range(SIGNS):
                if members[g, m] < -1:
                    s = -2 - members[g, m]
                    _exchange(products[m ^ bits[g]], mirrors[0, q, s], mirrors[1, q, s], products[m])
            for bit in (1, 2):
                for m in range(SIGNS):
                    if bits[g] & bit and m & bit == 0 and m & ~bits[g] == 0:
                        _fold(products[m], products[m | bit])
            for m in range(SIGNS):
                if m & ~bits[g] == 0:
                    _scatter(products[m], boxes[q, slots[g, m]])


@kernel
def _exchange(product: Any, cosine: Any, sine: Any, out: Any) -> None:
    """Exchange the last two atoms: Φ_bjk of −D is that of D with j and k exchanged, times e^(−2πi q0·D)."""
    N = product.shape[0] // 2
    for b in range(N):
        real, imaginary = product[b], product[N + b]
        for j in range(N):
            for k in range(N):
                a, c = real[k * N + j], imaginary[k * N + j]
                out[b, j * N + k] = a * cosine - c * sine
                out[N + b, j * N + k] = a * sine + c * cosine


def _fold_pair(plus: Any, minus: Any) -> None:
    """Pair A at D and B at −D: A e^(iφ) + B e^(−iφ) = (A + B) cos φ + i (A − B) sin φ.

    The first goes to the slot of D, the second to that of −D. Rows: real parts above imaginary parts.
    """
    N = plus.shape[0] // 2
    for b in range(N):
        a, a_imag, c, c_imag = plus[b], plus[N + b], minus[b], minus[N + b]
        for r in range(plus.shape[1]):
            real, imag, other, other_imag = a[r], a_imag[r], c[r], c_imag[r]
            a[r] = real + other
            a_imag[r] = imag + other_imag
            c[r] = other_imag - imag
            c_imag[r] = real - other


@kernel
def _scatter(product: Any, target: Any) -> None:
    """Put a product ((2, b0), (j, k)) into its slot (block of b0, j, 2, b0, k): the order of the indices changes."""
    blocks, N, _, wide, _ = target.shape
    for block in range(blocks):
        for j in range(N):
            for part in range(2):
                for b in range(wide):
                    row = product[part * N + block * wide + b]
                    for k in range(N):
                        target[block, j, part, b, k] = row[j * N + k]


_fold: Any = kernel(_fold_pair, fastmath=CONTRACT)
