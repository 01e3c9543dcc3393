"""Reason."""
