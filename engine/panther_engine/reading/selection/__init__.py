"""Which policies and tests a command line means: paths, lines, names, filters.

Uses the repository; used by the headless run and the command line.
"""
