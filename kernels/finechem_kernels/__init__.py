"""Numerical kernels of finechem: arrays in, arrays out, SI units, no chemistry.

Importing the package does not import numba; importing one of its modules does.  The kernels validate nothing:
the domain function that calls them does.
"""
