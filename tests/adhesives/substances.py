"""Substances that several tests use: structures whose equivalents can be worked out by hand."""

from __future__ import annotations

from typing import Any

from finechem.adhesives import Component

DGEBA = "CC(C)(c1ccc(OCC2CO2)cc1)c1ccc(OCC2CO2)cc1"
IPDA = "CC1(C)CC(N)CC(C)(CN)C1"
DETA = "NCCNCCN"
MHHPA = "CC1CCCC2C1C(=O)OC2=O"
CASTOR = "CCCCCCC(O)CC=CCCCCCCCC(=O)OCC(OC(=O)CCCCCCCC=CCC(O)CCCCCC)COC(=O)CCCCCCCC=CCC(O)CCCCCC"
HDI = "O=C=NCCCCCCN=C=O"


def resin(**rest: Any) -> Component:
    return Component.of("DGEBA", "resin", smiles=DGEBA, **rest)


def hardener(**rest: Any) -> Component:
    return Component.of("IPDA", "hardener", smiles=IPDA, **rest)
