"""Fitting Models: every algorithm of the course, in NumPy."""
