"""Rank the shipped formulations that have recipe, cure and a measured property, and say where the score disagrees.

The score is desirability over what a recipe alone tells (network, glass transition, bio-content, mixing, wetting,
volatiles, hazards). It is no strength, and this script shows how little it has to do with one.
"""

from itertools import combinations

from scipy.stats import kendalltau

from finechem.adhesives import load_formulations
from finechem.adhesives.properties import glass_transition
from finechem.adhesives.structural import adhesive_screen

formulations = load_formulations()
full = [item for item in formulations if item.recipe.cure]
print(f"formulations with a recipe and a measured property: {len(formulations)}; with a cure as well: n = {len(full)}")

ranking = adhesive_screen().run([item.recipe for item in formulations])
row_of = {name: row for row, name in enumerate(ranking.ids)}
order = [row for row in ranking.order.tolist() if formulations[row].recipe.cure]

print(f"\n{'':>3}{'score':>7}  {'formulation':<62}measured")
for place, row in enumerate(order, start=1):
    measured = ", ".join(f"{item.quantity} {item.value:g}" for item in formulations[row].measurements)
    name = ranking.ids[row] if len(ranking.ids[row]) <= 60 else f"{ranking.ids[row][:59]}…"
    print(f"{place:>3}{ranking.score[row]:>7.2f}  {name:<62}{measured}")

quantity = "tensile_strength_MPa"
strong = [row for row in order if formulations[row].measured(quantity)]
values = {row: formulations[row].measured(quantity)[0].value for row in strong}
tau = kendalltau([ranking.score[row] for row in strong], [values[row] for row in strong])
apart = [(a, b) for a, b in combinations(strong, 2) if values[a] < values[b]]
print(f"\nscore against tensile strength (one source, grade D): n = {len(strong)}, Kendall tau {tau.statistic:.2f}")
pairs = len(strong) * (len(strong) - 1) // 2
print(f"(p {tau.pvalue:.2f}); in {len(apart)} of {pairs} pairs the score disagrees. Widest:")
for above, below in sorted(apart, key=lambda pair: values[pair[0]] - values[pair[1]])[:3]:
    print(
        f"  {ranking.ids[above]} ({values[above]:g} MPa)\n    is put above {ranking.ids[below]} ({values[below]:g} MPa)"
    )

prop = glass_transition(1.0)
spoken = ranking.ledger.speaking(prop)[0]
print("\nglass transition, °C: estimated (90 %) against measured; the law was fitted to some of these")
inside = total = 0
for row, item in enumerate(formulations):
    known = item.measured("glass_transition_C")
    if known and spoken.value[row] == spoken.value[row]:
        low, high = (kelvin - 273.15 for kelvin in prop.interval(float(spoken.value[row]), float(spoken.sigma[row])))
        outside = not low <= known[0].value <= high
        inside, total = inside + (not outside), total + 1
        text = f"{spoken.value[row] - 273.15:5.0f} ({low:.0f} to {high:.0f})"
        print(f"  {item.recipe.id[:58]:<60}{text:<20}{known[0].value:6.0f}{'  disagrees' if outside else ''}")
print(f"within the interval: {inside} of {total}")
