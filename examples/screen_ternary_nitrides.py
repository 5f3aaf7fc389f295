"""Ternary nitrides nobody has measured: put on paper, sieved with the fastest potential at hand, ranked.

Give the file of a neuroevolution potential to use that one: ``python screen_ternary_nitrides.py nep.txt``; ``--quick``
takes two compositions instead of 20, ``--bte`` solves the Boltzmann equation for the five best.
"""

import sys
from collections import Counter

from finechem.matter.calculators import fastest_potential
from finechem.thermal import NitrideConditions, enumerate_nitrides, nitride_screen


def main() -> None:
    files = [word for word in sys.argv[1:] if not word.startswith("--")]
    quick, transport = "--quick" in sys.argv, "--bte" in sys.argv
    elements = {
        "A": ["Mg", "Zn"] if quick else ["Mg", "Ca", "Sr", "Ba", "Zn", "Mn"],
        "B": ["Si"] if quick else ["Si", "Ge", "Sn", "Ti", "Zr", "Hf"],
    }

    candidates = enumerate_nitrides("ABN2", elements)
    print(f"{len(candidates)} candidates on paper: charges balance, lattices by ionic radii")

    potential = fastest_potential(*files)
    if potential is None:
        print("no potential is installed, so that only known stiffness is used: pip install 'finechem[mlip]'")
        conditions = NitrideConditions()
    else:
        print(f"potential: {potential.description}")
        conditions = NitrideConditions(fidelity="bte" if transport else "potential", bte_candidates=5)

    ranking = nitride_screen(conditions, potential).run(candidates, workers=2)
    print(ranking.report(limit=10))

    for (status, stage), count in sorted(Counter((item.status, item.stage) for item in ranking.outcomes).items()):
        print(f"{count:4} {status}{f' at {stage}' if stage else ''}")


if __name__ == "__main__":  # workers are processes of their own, which import this file
    main()
