"""Measure Parley beside the floor that the framework sets: `make bench`."""
