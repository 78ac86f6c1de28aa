"""Measurements against peers in the same run; figures are kept in README.md beside this."""
