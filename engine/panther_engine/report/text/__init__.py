"""A run for people: words, colours, lines of code, and the text report made of them.

Uses causes and tally; used by the other formats and the headless runs.
"""
