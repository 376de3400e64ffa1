"""Harnesses that try to break the promises of the house, a figure for each claim. No part of the application."""
