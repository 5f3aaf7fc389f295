"""Phonon Boltzmann transport from force constants."""
