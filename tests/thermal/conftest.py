"""Crystals are built once a session: symmetry and bonding analysis take most of the time."""

from __future__ import annotations

import pytest

from finechem.matter import Crystal
from finechem.thermal import known_crystals


@pytest.fixture(scope="session")
def crystals() -> dict[str, Crystal]:
    """Every shipped phase by its id."""
    return {crystal.id: crystal for role in ("candidate", "reference") for crystal in known_crystals(role)}
