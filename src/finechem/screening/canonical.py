"""One canonical hash: what it covers is equal exactly when its meaning is.

Numbers count as floats, ``-0.0`` as ``0.0``, tuples like lists, dataclasses by class name and fields.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

import numpy as np

from finechem.errors import InputError

__all__ = ["canonical_json", "content_hash", "join_hash"]


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, (int, float, np.integer, np.floating)):
        number = float(value)
        exact = number == value and abs(number) != float("inf")
        return number + 0.0 if exact else {"": str(value)}  # NaN is not "nan", 2**53 + 1 is not 2**53
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(json.dumps(_plain(item), sort_keys=True) for item in value)
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {
            "": type(value).__qualname__,
            **{item.name: _plain(getattr(value, item.name)) for item in fields(value) if item.compare},
        }
    raise InputError(f"cannot hash a {type(value).__name__}: use numbers, strings, sequences, mappings or dataclasses")


def canonical_json(value: Any) -> str:
    """Return the canonical JSON text of `value` (sorted keys, floats throughout).

    >>> canonical_json({"b": (1, -0.0), "a": 2.0})
    '{"a":2.0,"b":[1.0,0.0]}'
    """
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def content_hash(value: Any) -> str:
    """Return a 32-digit hexadecimal hash of the meaning of `value`.

    >>> content_hash({"x": 1}) == content_hash({"x": 1.0})
    True
    """
    return hashlib.blake2b(canonical_json(value).encode(), digest_size=16).hexdigest()


def join_hash(*parts: str) -> str:
    """Return the hash of several strings, kept apart from each other (fast path for result keys)."""
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()
