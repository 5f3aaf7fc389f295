"""Rank the shipped nitrides for heat dissipation; then how the models alone order all crystals that were measured."""

import numpy as np
from scipy.stats import kendalltau

from finechem.thermal import NitrideConditions, known_crystals, nitride_screen, shipped_nitrides
from finechem.thermal.properties import conductivity

conditions = NitrideConditions(temperature_K=300.0)
screen = nitride_screen(conditions)
print(screen.run(shipped_nitrides()).report(limit=8))

ranking = screen.run([*shipped_nitrides(), *known_crystals("reference")])
kappa = conductivity(conditions.temperature_K)
found = {model: ranking.ledger.columns[kappa, model] for model in ("measured", "callaway", "slack")}
columns = {model: np.where(column.in_domain, column.value, np.nan) for model, column in found.items()}
measured = columns["measured"]
rows = [row for row in range(len(ranking)) if measured[row] > 0 and columns["callaway"][row] > 0]

print("W/(m K), in the measured order:   measured  callaway     slack")
for row in sorted(rows, key=lambda row: -measured[row]):
    print(f"{ranking.ids[row]:32}", *(f"{values[row]:9.3g}" for values in columns.values()))
for model in ("callaway", "slack"):
    tau = kendalltau([measured[row] for row in rows], [columns[model][row] for row in rows]).statistic
    print(f"Kendall tau of {model} alone, {len(rows)} crystals: {tau:.2f}")
