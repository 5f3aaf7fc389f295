"""Rank antioxidants for three reflows at 260 °C; beside it, the classic mistake: the X-H bond alone. Or those named."""

import sys

from finechem.oxidation import properties as ox
from finechem.oxidation.inhibitors import InhibitorConditions, inhibitor_screen, program_of, shipped_antioxidants

CLASSES = ("hindered phenol", "aromatic amine", "phosphite", "thioether")
conditions = InhibitorConditions(peak_C=260.0, passes=3)
packages = shipped_antioxidants()
chosen = [item for item in packages if item.id in sys.argv[1:]] or [
    item for item in packages if item.card()["class"] in CLASSES
]

if __name__ == "__main__":  # workers are processes of their own, which import this file
    ranking = inhibitor_screen(conditions).run(chosen, store="runs/rank_inhibitors.db", cache="runs/cache", workers=2)
    print(ranking.report(width=150))
    bond, _ = ranking.ledger.speaking(ox.XH_STRENGTH)
    kept, _ = ranking.ledger.speaking(ox.retention(program_of(conditions).name))
    print("by the X-H bond alone:   kJ/mol   kept in the film   rank of the screen")
    for row in sorted(range(len(chosen)), key=lambda row: (bond.value[row] != bond.value[row], bond.value[row])):
        place = ranking.rank[row] or "not ranked"
        print(f"{ranking.ids[row]:24} {bond.value[row]:7.0f} {kept.value[row]:18.3f} {place:>20}")
