"""Rank the shipped nitrides for heat dissipation, and see how the models alone order those that were measured."""

from scipy.stats import kendalltau

from finechem.thermal import NitrideConditions, nitride_screen, shipped_nitrides
from finechem.thermal.properties import conductivity

conditions = NitrideConditions(temperature_K=300.0)
ranking = nitride_screen(conditions).run(shipped_nitrides())
print(ranking.report(limit=8))

# what the models alone say of the crystals that have a measured conductivity
kappa = conductivity(conditions.temperature_K)
columns = {model: ranking.ledger.columns[kappa, model].value for model in ("measured", "callaway", "slack")}
measured = columns["measured"]
rows = [row for row in range(len(ranking)) if measured[row] > 0 and columns["callaway"][row] > 0]

print("W/(m K), in the measured order:   measured  callaway     slack")
for row in sorted(rows, key=lambda row: -measured[row]):
    print(f"{ranking.ids[row]:32}", *(f"{values[row]:9.0f}" for values in columns.values()))
for model in ("callaway", "slack"):
    tau = kendalltau([measured[row] for row in rows], [columns[model][row] for row in rows]).statistic
    print(f"Kendall tau of {model} alone, {len(rows)} crystals: {tau:.2f}")
