"""The elastic split of a conductivity between c and ab against crystals measured in both directions."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from _accuracy import Row, options, report

from finechem.thermal.scatter import axial_ratios


def main() -> None:
    arguments = options(__doc__).parse_args()
    ratios = axial_ratios()
    if not (arguments.json or arguments.quick):
        for name, measured, elastic in ratios:
            print(f"{name:22} kappa_c / kappa_ab measured {measured:5.2f}  elastic {elastic:5.2f}")
    measured, elastic = np.log([pair[1:] for pair in ratios]).T
    rows = [
        Row("elastic split", len(ratios), "RMS of ln ratio", float(np.sqrt(np.mean((elastic - measured) ** 2)))),
        Row("no split at all", len(ratios), "RMS of ln ratio", float(np.sqrt(np.mean(measured**2)))),
    ]
    report(rows, as_json=arguments.json)


if __name__ == "__main__":
    main()
