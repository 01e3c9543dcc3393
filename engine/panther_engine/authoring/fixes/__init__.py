"""Faults that a check finds and that can be mended without asking."""
