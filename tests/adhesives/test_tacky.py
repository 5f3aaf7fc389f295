"""Pressure-sensitive blends: files, what is refused, the window, and the task."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from finechem.adhesives.pressure_sensitive import BlendPart
from finechem.adhesives.tacky import TackyBlend, load_tacky_blends, read_tacky_blends
from finechem.errors import ConfigError, InputError
from finechem.screening import Rejected

RUBBER = BlendPart("rubber", 50.0, 920.0, 205.0)
RESIN = BlendPart("resin", 50.0, 1000.0, 320.0)
BLEND = TackyBlend("half", RUBBER, (RESIN,), plateau_modulus_Pa=2.5e5)

TEXT = """
name = "half and half"
source = "a test"
[[components]]
name = "rubber"
role = "polymer"
amount = 50
density_g_cm3 = 0.92
glass_transition_C = -68
entanglement_g_mol = 9000
[[components]]
name = "resin"
role = "tackifier"
amount = 50
density_g_cm3 = 1.0
glass_transition_C = 47
[measured]
modulus_MPa = 0.08
sweep = [[0.01, 5e3, 2e3], [100.0, 2e5, 1e5]]
"""


def test_a_file_and_its_numbers(tmp_path: Path) -> None:
    path = tmp_path / "blend.toml"
    path.write_text(TEXT, "utf-8")
    (blend,) = load_tacky_blends(path)
    assert blend.id == "half and half" and blend.polymer.density_kg_m3 == pytest.approx(920.0)
    # rho R T / Me: 920 kg/m3 * 8.314 * 298.15 / 9 kg/mol
    assert blend.plateau_modulus_Pa == pytest.approx(920.0 * 8.314462618 * 298.15 / 9.0)
    assert blend.modulus_Pa == pytest.approx(8e4) and len(blend.sweep) == 2
    assert TackyBlend.from_dict(blend.to_dict()) == blend
    assert "rubber 50 %" in blend.card()["components"]


def test_every_mistake_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(TEXT.replace("density_g_cm3 = 1.0", 'density = "1"').replace("amount = 50", "amount = 'x'", 1))
    with pytest.raises(ConfigError) as caught:
        load_tacky_blends(path)
    for part in ("unknown key", "did you mean 'density_g_cm3'", "key 'amount': 'x' is no number"):
        assert part in str(caught.value)
    (rejected,) = read_tacky_blends([path])
    assert isinstance(rejected, Rejected) and "density_g_cm3" in rejected.reason
    path.write_text(TEXT.replace('role = "polymer"', 'role = "tackifier"').replace("entanglement_g_mol = 9000", ""))
    with pytest.raises(ConfigError, match="0 components have the role polymer"):
        load_tacky_blends(path)


def test_the_name_is_no_content() -> None:
    assert replace(BLEND, id="other", source="x").fingerprint() == BLEND.fingerprint()
    assert replace(BLEND, modulus_Pa=1e5).fingerprint() != BLEND.fingerprint()
    with pytest.raises(InputError, match="plateau_modulus_Pa is -1"):
        replace(BLEND, plateau_modulus_Pa=-1.0)
