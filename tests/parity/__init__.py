"""Comparison of every verdict with panther_analysis_tool's (PAT): live, and recorded for CI."""
