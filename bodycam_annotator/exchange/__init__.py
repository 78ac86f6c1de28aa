"""Timelines as files of other programs: each format is one module, listed in `formats`."""
