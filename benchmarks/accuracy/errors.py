"""The table thermal.model_errors: computed anew and compared, or written with --write.

Every sigma of the heat domain comes from it: leave-one-compound-out errors of the fitted models, and the scatter
between sources for what was measured.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from _accuracy import Row, options, report

from finechem.thermal.model_errors import measure_errors

TABLE = Path(__file__).resolve().parents[2] / "datasets" / "finechem_datasets" / "thermal" / "model_errors.csv"


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--write", action="store_true", help="write the table")
    arguments = parser.parse_args()
    errors = measure_errors()
    if arguments.write:
        with TABLE.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(errors[0]), lineterminator="\n")
            writer.writeheader()
            for row in errors:
                writer.writerow(
                    {key: f"{value:.6g}" if isinstance(value, float) else value for key, value in row.items()}
                )
    rows = [
        Row(f"{row['quantity']}, {row['group']}", row["n"], f"sigma ({row['scale']})", row["sigma"]) for row in errors
    ]
    report(rows, as_json=arguments.json)


if __name__ == "__main__":
    main()
