"""Laws by which oxides thicken, with constant coefficients: times, gains, and one regime after the other."""

from __future__ import annotations

import math
from typing import Any

from finechem_kernels._jit import inline_kernel, kernel

__all__ = ["CUBIC", "FIELD", "LINEAR", "LOGARITHMIC", "PARABOLIC", "grow", "second_exponential_integral"]

LINEAR, PARABOLIC, CUBIC, LOGARITHMIC, FIELD = range(5)
"""Kinds of growth law: with a constant c, dx/dt is c, c/(2x + A), c/3x², c exp(−x/L), c exp(X/x)."""


@kernel
def second_exponential_integral(z: float) -> float:
    """E₂(z) = ∫₁^∞ exp(−z t)/t² dt, z ≥ 0: series below 1, continued fraction above."""
    if z > 700.0:
        return 0.0
    if z == 0.0:
        return 1.0
    if z < 1.0:
        total, term = -0.5772156649015329 - math.log(z), -1.0
        for k in range(1, 30):
            term *= -z / k
            total += term / k
            if abs(term) < 1e-17:
                break
        return math.exp(-z) - z * total
    b = z + 2.0
    c, d = 1e300, 1.0 / b
    h = d
    for k in range(1, 200):
        a = -k * (k + 1.0)
        b += 2.0
        d = 1.0 / (a * d + b)
        c = b + a / c
        change = c * d
        h *= change
        if abs(change - 1.0) < 1e-15:
            break
    return h * math.exp(-z)


@inline_kernel
def _ln_shape(kind: int, x: float, length: float) -> float:
    """Logarithm of g(x); ``length`` is A, L or X, as the kind has it."""
    if kind == PARABOLIC:
        return -math.log(2.0 * x + length)
    if kind == CUBIC:
        return -math.log(3.0 * x * x)
    if kind == LOGARITHMIC:
        return -x / length
    if kind == FIELD:
        return length / x
    return 0.0


@inline_kernel
def _duration(kind: int, x: float, gain: float, c: float, length: float) -> float:
    """Time to grow from x to x + gain by one law."""
    if kind == PARABOLIC:
        return gain * (2.0 * x + gain + length) / c
    if kind == CUBIC:
        return gain * (3.0 * x * (x + gain) + gain * gain) / c
    if kind == LOGARITHMIC:
        return length * math.exp(min(x / length, 700.0)) * math.expm1(min(gain / length, 700.0)) / c
    if kind == FIELD:
        end = x + gain
        before = x * second_exponential_integral(length / x) if x > 1e-200 else 0.0
        return ((end * second_exponential_integral(length / end) if end > 1e-200 else 0.0) - before) / c
    return gain / c


@inline_kernel
def _slowness(kind: int, x: float, c: float, length: float) -> float:
    """dt/dx of one law."""
    if kind == PARABOLIC:
        return (2.0 * x + length) / c
    if kind == CUBIC:
        return 3.0 * x * x / c
    if kind == LOGARITHMIC:
        return math.exp(min(x / length, 700.0)) / c
    if kind == FIELD:
        return math.exp(-length / x) / c if x > 1e-200 else 0.0
    return 1.0 / c


@kernel
def _gain(kind: int, x: float, time: float, c: float, length: float, supply: float) -> float:
    """Growth in a time by one law in series with a resistance ``supply`` in s/m; Newton from above where need be.

    Time is a convex, rising function of the gain in every law, so that Newton's steps from above never overshoot.
    """
    if kind == LINEAR:
        return time / (1.0 / c + supply)
    if kind == PARABOLIC:
        slope = 2.0 * x + length + c * supply
        return 2.0 * c * time / (slope + math.sqrt(slope * slope + 4.0 * c * time))
    if kind == CUBIC:
        gain: float = (x * x * x + c * time) ** (1.0 / 3.0) - x
        if x > 0.0 and gain < 1e-4 * x:  # the root has lost digits: from above by the first order
            gain = c * time / (3.0 * x * x)
        elif supply == 0.0:
            return gain
    elif kind == LOGARITHMIC:
        gain = length * math.log1p(c * time / length * math.exp(-x / length))
        if supply == 0.0:
            return gain
    else:
        gain = max(x, length / 64.0)
        while _duration(kind, x, gain, c, length) < time:
            gain *= 2.0
    if supply > 0.0:
        gain = min(gain, time / supply)
    for _ in range(200):
        excess = _duration(kind, x, gain, c, length) + supply * gain - time
        slope = _slowness(kind, x + gain, c, length) + supply
        if slope == 0.0:
            break
        change = excess / slope
        gain -= change
        if abs(change) <= 1e-14 * (x + gain):
            break
    return max(gain, 0.0)


@kernel
def grow(
    x: float, time: float, kinds: Any, upper: Any, anchor: int, amplitude: float, lengths: Any, supply: float
) -> float:
    """Follow the laws with constant coefficients, from regime to regime."""
    if amplitude <= 0.0 or not supply < math.inf:
        return x
    regimes = kinds.size
    i = 0
    while i < regimes - 1 and x >= upper[i]:
        i += 1
    if i == anchor and i == regimes - 1:
        return x + _gain(kinds[i], x, time, amplitude, lengths[i], supply)
    ln_c = math.log(amplitude)
    j = anchor
    while j < i:
        ln_c += _ln_shape(kinds[j], upper[j], lengths[j]) - _ln_shape(kinds[j + 1], upper[j], lengths[j + 1])
        j += 1
    while j > i:
        ln_c += _ln_shape(kinds[j], upper[j - 1], lengths[j]) - _ln_shape(kinds[j - 1], upper[j - 1], lengths[j - 1])
        j -= 1
    while True:
        c = math.exp(min(ln_c, 700.0))  # Python raises where compiled code gives infinity
        if c <= 0.0:
            return x
        if i < regimes - 1:
            to_edge = _duration(kinds[i], x, upper[i] - x, c, lengths[i]) + supply * (upper[i] - x)
            if to_edge <= time:
                time -= to_edge
                x = upper[i]
                ln_c += _ln_shape(kinds[i], x, lengths[i]) - _ln_shape(kinds[i + 1], x, lengths[i + 1])
                i += 1
                continue
            return float(min(x + _gain(kinds[i], x, time, c, lengths[i], supply), upper[i]))
        return x + _gain(kinds[i], x, time, c, lengths[i], supply)
