"""The plane waves of one q0: summed over L2, multiplied by the polarisations of q0 and folded onto real phases."""

from __future__ import annotations

from itertools import permutations
from typing import Any, NamedTuple

import numpy as np

from finechem_kernels._jit import CONTRACT, FloatArray, kernel
from finechem_kernels.plane_waves import IntArray

SIGNS = 8
"""Separations that differ only by the signs of their components are folded together: at most eight."""
ORDERS = np.array(list(permutations(range(3))))
"""Orders in which the three axes can be transformed, (6, 3)."""


class Folds(NamedTuple):
    """Which separations are folded together, and where the results go in the box of all translations."""

    half: IntArray
    """Largest component of a separation along each axis, (3,)."""
    members: IntArray
    """Rows of the separations, bit a of the column set where component a is negative; −1: none; −2 − s: the
    exchange of separation s, which is opposite. (G, 8)."""
    axes: IntArray
    """Bit a set where component a differs from zero, (G,)."""
    slots: IntArray
    """Their places in the box for each order of the axes, (6, G, 8)."""


def folds(separations: IntArray, exchange: bool) -> Folds:
    """Group separations by their absolute components, over the whole box that holds them."""
    half = np.max(np.abs(separations), axis=0)
    groups = np.stack(np.meshgrid(*(np.arange(size + 1) for size in half), indexing="ij"), axis=-1).reshape(-1, 3)
    bits = np.array([[sign >> axis & 1 for axis in range(3)] for sign in range(SIGNS)])
    all_signs = groups[:, None] * (1 - 2 * bits)
    rows: dict[tuple[int, ...], int] = {}
    if exchange:
        rows = {tuple(separation): -2 - row for row, separation in enumerate((-separations).tolist())}
    rows |= {tuple(separation): row for row, separation in enumerate(separations.tolist())}
    members = np.array([[rows.get(tuple(place), -1) for place in group] for group in all_signs.tolist()])
    axes = np.sum((groups > 0) << np.arange(3), axis=1)
    members[(np.arange(SIGNS) & ~axes[:, None]) > 0] = -1  # −0 is 0
    slots = np.array(
        [
            np.ravel_multi_index(tuple((all_signs[..., order] + half[order]).transpose(2, 0, 1)), 2 * half[order] + 1)
            for order in ORDERS
        ]
    )
    return Folds(half, members, axes, slots)


def cosines_and_sines(q: FloatArray, half: int) -> FloatArray:
    """Factors of the folded slots: sines of half … 1, one, cosines of 1 … half, (n, 2 half + 1)."""
    angle = 2.0 * np.pi * np.outer(q, np.arange(1, half + 1))
    return np.hstack([np.sin(angle)[:, ::-1], np.ones((len(q), 1)), np.cos(angle)])


@kernel
def fill_boxes(
    coefficients: Any,
    starts: Any,
    phases: Any,
    mirrors: Any,
    forms: Any,
    members: Any,
    axes: Any,
    slots: Any,
    orders: Any,
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
    members, axes, slots : arrays
        Of `Folds`.
    orders : (R,) array
        Order of the axes in the box of each q0, a row of `ORDERS`.
    sums : (8, at least 2 R, N N N) array
        Working memory, and so are ``products`` (8, 2 N, N N). Fresh memory would cost more than the arithmetic.
    boxes : (at least R, slots, N, 2, N, N) array
        Result: by slot, component of the second atom, (real, imaginary), b0, component of the third atom.
    """
    both = forms.shape[1]
    for g in range(len(members)):
        filled = False
        for m in range(SIGNS):
            s = members[g, m]
            if s >= 0:
                filled = True
                first, last = starts[s], starts[s + 1]
                np.dot(phases[first:last].T, coefficients[first:last], sums[m, : 2 * len(forms)])
        for q in range(len(forms)):
            for m in range(SIGNS):
                if members[g, m] >= 0:
                    np.dot(forms[q], sums[m, 2 * q : 2 * q + 2].reshape(both, -1), products[m])
                elif m & ~axes[g] == 0:
                    products[m] = 0.0
            for m in range(SIGNS):
                if members[g, m] < -1:
                    s = -2 - members[g, m]
                    _exchange(products[m ^ axes[g]], mirrors[0, q, s], mirrors[1, q, s], products[m])
            for axis in range(3):
                bit = 1 << axis
                for m in range(SIGNS):
                    if filled and axes[g] & bit and m & bit == 0 and m & ~axes[g] == 0:
                        _fold(products[m], products[m | bit])
            for m in range(SIGNS):
                if m & ~axes[g] == 0:
                    _scatter(products[m], boxes[q, slots[orders[q], g, m]])


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
    """Put a product ((2, b0), (j, k)) into its slot (j, 2, b0, k): the order of the indices changes."""
    N = target.shape[0]
    for j in range(N):
        for part in range(2):
            for b in range(N):
                row = product[part * N + b]
                for k in range(N):
                    target[j, part, b, k] = row[j * N + k]


_fold: Any = kernel(_fold_pair, fastmath=CONTRACT)
