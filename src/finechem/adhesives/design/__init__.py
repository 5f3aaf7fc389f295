"""Designs of experiments on mixtures: what may be made."""

from finechem.adhesives.design.constraints import Category, Count, Linear, MixtureComponent, ProcessFactor, Ratio
from finechem.adhesives.design.space import MixtureSpace

__all__ = ["Category", "Count", "Linear", "MixtureComponent", "MixtureSpace", "ProcessFactor", "Ratio"]
