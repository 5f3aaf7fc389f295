"""Rank the shipped adhesive recipes, then look at one: its sheet, and its gel point grown bond by bond."""

from statistics import mean

from finechem.adhesives import cured_network, recipe_monomers, simulated_network
from finechem.adhesives.sheet import recipe_sheet
from finechem.adhesives.structural import AdhesiveConditions, adhesive_screen, shipped_recipes
from finechem.screening import Rejected

recipes = [item for item in shipped_recipes() if not isinstance(item, Rejected)]
ranking = adhesive_screen(AdhesiveConditions(temperature_K=453.15)).run(recipes)
print(ranking.report(limit=12))

chosen = next(recipe for recipe in recipes if recipe.id == "Isosorbide diglycidyl ether with diethylenetriamine")
print(recipe_sheet(chosen))

exact = cured_network(chosen).gel
assert exact is not None
print(f"gel point of {chosen.id}, conversion: theory {exact.limiting:.4f}")
for size in (10_000, 100_000, 1_000_000):
    runs = [simulated_network(recipe_monomers(chosen), molecules=size, seed=seed).gel_conversion for seed in range(5)]
    print(f"{size:>9} monomers grown, mean of 5: {mean(runs):.4f}")
