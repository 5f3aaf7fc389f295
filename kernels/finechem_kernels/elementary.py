"""Exponential and logarithm as plain arithmetic, so that loops which need them vectorise.

numba calls the C library once a number; a polynomial of the reduced argument is a dozen fused multiply-adds on as many
numbers as a register holds.
"""

from __future__ import annotations

import numpy as np

from finechem_kernels._jit import inline_kernel

__all__ = ["exponential", "exponential_parts", "logarithm"]

_LOG2_E = 1.4426950408889634
_LN2_HIGH = 6.93147180369123816490e-01
"""Its last 21 bits are zero: times an exponent it is exact."""
_LN2_LOW = 1.90821492927058770002e-10
_SQRT2 = 1.4142135623730951
_MANTISSA = 0x000FFFFFFFFFFFFF
_ONE = 0x3FF0000000000000


@inline_kernel
def exponential_parts(x: float) -> tuple[float, float]:
    """Return s and p with eˣ = s (1 + p), s a power of two and |p| < 0.42; x is held between −700 and 700.

    1 − eˣ = (1 − s) − s p then has its full relative accuracy for small x.
    """
    x = x if x > -700.0 else -700.0
    x = x if x < 700.0 else 700.0
    k = np.floor(x * _LOG2_E + 0.5)
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    p = 1.0 / 39916800.0
    p = p * r + 1.0 / 3628800.0
    p = p * r + 1.0 / 362880.0
    p = p * r + 1.0 / 40320.0
    p = p * r + 1.0 / 5040.0
    p = p * r + 1.0 / 720.0
    p = p * r + 1.0 / 120.0
    p = p * r + 1.0 / 24.0
    p = p * r + 1.0 / 6.0
    p = p * r + 0.5
    p = p * r + 1.0
    scale = np.int64((np.int64(k) + 1023) << 52).view(np.float64)
    return scale, p * r


@inline_kernel
def exponential(x: float) -> float:
    """Return eˣ to a relative 1e-14; below x = −700 it stays at 1e-304, above 700 at 1e304."""
    scale, p = exponential_parts(x)
    return scale + scale * p


@inline_kernel
def logarithm(x: float) -> float:
    """Return ln x to 2e-16 of max(1, ln x), for a normal number above zero."""
    bits = np.float64(x).view(np.int64)
    exponent = float((bits >> 52) - 1023)
    m = np.int64((bits & _MANTISSA) | _ONE).view(np.float64)
    large = m > _SQRT2
    m = 0.5 * m if large else m
    exponent = exponent + 1.0 if large else exponent
    s = (m - 1.0) / (m + 1.0)
    z = s * s
    q = 1.0 / 19.0
    q = q * z + 1.0 / 17.0
    q = q * z + 1.0 / 15.0
    q = q * z + 1.0 / 13.0
    q = q * z + 1.0 / 11.0
    q = q * z + 1.0 / 9.0
    q = q * z + 1.0 / 7.0
    q = q * z + 1.0 / 5.0
    q = q * z + 1.0 / 3.0
    return exponent * _LN2_HIGH + (exponent * _LN2_LOW + (2.0 * s + 2.0 * s * z * q))
