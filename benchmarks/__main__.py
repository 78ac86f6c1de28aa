"""Runs the benchmarks: `python3 run.py bench`."""

from benchmarks.stepping import main

main()
