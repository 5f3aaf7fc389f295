"""Rank 36 filled polymers as interface materials, mark the measured ones, ask which loading reaches a target."""

from finechem.errors import InputError
from finechem.thermal.composite import CompositeRecipe, loading_for_conductivity
from finechem.thermal.composite.accuracy import measured_counterpart
from finechem.thermal.composite.interface import InterfaceConditions, interface_screen, shipped_interface_materials

recipes = shipped_interface_materials()
ranking = interface_screen(InterfaceConditions(keep=36, seeds=2, voxels=48)).run(recipes)
print(ranking.report(limit=36))

for recipe in recipes:
    near = measured_counterpart(recipe)
    if near is not None:
        print(f"{recipe.id}: measured {near.measured_W_mK:g} W/(m K), {near.recipe.id} ({near.structure})")

for filler, aspect, orientation in (("AlN", 1.0, "random"), ("h-BN", 0.1, "through-plane")):
    for d50_um in (2, 20, 100):
        base = CompositeRecipe.of(
            f"{filler}, {d50_um} um", "epoxy", filler, 10.0, d50_m=d50_um * 1e-6, aspect_ratio=aspect,
            orientation=orientation,
        )  # fmt: skip
        try:
            print(
                f"{base.id}: 1.5 W/(m K) at {100 * loading_for_conductivity(base, 1.5):.0f} vol% by the closed formula"
            )
        except InputError as error:
            print(error)
