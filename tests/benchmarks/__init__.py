"""Measurements for `make bench`: one module a figure, one JSON line each, nothing asserted."""
