"""What the property models of the heat domain share."""

from __future__ import annotations

from finechem.screening.one_by_one import Known
from finechem.screening.one_by_one import TableModel as HeatModel

__all__ = ["HeatModel", "Known"]
