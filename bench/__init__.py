"""Measurements of what the house promises, each against something slower and something faster, in one run."""
