"""`scan` and `scans`: real resources judged, and former scans listed and compared.

Uses the engine's face and streams; used by the table of commands.
"""
