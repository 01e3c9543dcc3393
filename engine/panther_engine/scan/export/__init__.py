"""What a scan found, written for other programs, one module a format.

Uses the store and the values; used by whoever is asked for a file.
"""
