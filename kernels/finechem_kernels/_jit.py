"""The decorators every kernel is compiled with, and the folder its machine code is cached in."""

from __future__ import annotations

import hashlib
import importlib
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from types import FunctionType
from typing import Any, TypeAlias, TypeVar, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray: TypeAlias = NDArray[np.float64]
F = TypeVar("F", bound=Callable[..., Any])

CONTRACT = frozenset({"contract"})
"""Allow fused multiply-add, nothing else."""

REDUCE = frozenset({"contract", "reassoc", "nsz"})
"""Allow sums to be reordered, so that they vectorise; NaN and infinity keep their meaning."""


def source_digest() -> str:
    """Hash of whatever changes the machine code: kernel sources, interpreter, numba, bounds checks.

    numba notices an edit in a function's own file only: a caller in another file would keep the old callee.
    Nor does it notice that bounds checks were switched on.
    """
    digest = hashlib.sha256()
    root = Path(__file__).parent
    for source in sorted(root.rglob("*.py")):
        digest.update(source.relative_to(root).as_posix().encode())
        digest.update(source.read_bytes())
    digest.update(f"{platform.python_version()} {version('numba')}".encode())
    digest.update(os.environ.get("NUMBA_BOUNDSCHECK", "").encode())
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Return a writable folder for compiled code, private to this user and to `source_digest`."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    try:
        folder = (Path(base) if base else Path.home() / ".cache") / "finechem" / "numba" / source_digest()
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK | os.X_OK):
            return folder
    except (OSError, RuntimeError):  # read-only or missing home
        pass
    # A fresh folder, not a shared name: cached code is unpickled, so nobody else may write there.
    return Path(tempfile.mkdtemp(prefix="finechem-numba-"))


def is_compiled(name: str, dtype: str) -> bool:
    """Whether machine code of kernel ``name``, as module.function, for arrays of this type is in the cache folder."""
    found = Path(os.environ["NUMBA_CACHE_DIR"]).rglob(f"{name}-*.nbi")
    return any(dtype.encode() in index.read_bytes() for index in found)  # an index holds the signatures


def _load_numba() -> Any:
    if not os.environ.get("NUMBA_CACHE_DIR"):
        folder = str(cache_folder())
        os.environ["NUMBA_CACHE_DIR"] = folder
        if "numba" in sys.modules:  # it has read its environment already
            cast(Any, importlib.import_module("numba.core.config")).CACHE_DIR = folder
    return importlib.import_module("numba")


numba = _load_numba()
prange = numba.prange


def contiguous(values: ArrayLike) -> FloatArray:
    """Return the one array type that kernels are called with, so that each compiles once."""
    return np.ascontiguousarray(values, dtype=np.float64)


def kernel(function: F, *, fastmath: frozenset[str] = frozenset()) -> F:
    """Compile ``function`` on first use, cached on disk, without the GIL, with IEEE division by zero."""
    jit = numba.njit(cache=True, nogil=True, error_model="numpy", fastmath=set(fastmath))
    return cast(F, jit(function))


def inline_kernel(function: F) -> F:
    """Compile a kernel whose code is merged into each caller, so that the caller's loop can vectorise."""
    jit = numba.njit(cache=True, nogil=True, error_model="numpy", fastmath=set(CONTRACT), forceinline=True)
    return cast(F, jit(function))


def parallel_kernel(function: F, *, fastmath: frozenset[str] = frozenset()) -> F:
    """Compile the twin of `kernel` that runs ``prange`` loops on several threads."""
    jit = numba.njit(cache=True, nogil=True, error_model="numpy", fastmath=set(fastmath), parallel=True)
    return cast(F, jit(_renamed(function, "_parallel")))


def _renamed(function: Callable[..., Any], suffix: str) -> FunctionType:
    """Copy a function under another name: numba's cache tells twins apart by name, not by their options."""
    original = cast(FunctionType, function)
    twin = FunctionType(
        original.__code__,
        original.__globals__,
        original.__name__ + suffix,
        original.__defaults__,
        original.__closure__,
    )
    twin.__qualname__ = original.__qualname__ + suffix
    twin.__module__ = original.__module__
    twin.__doc__ = original.__doc__
    return twin
