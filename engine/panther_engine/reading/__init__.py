"""What a checkout says: its files, specs, bodies and globals. Nothing of it is run.

Uses storage and text, starts no process; used by everything that runs or reports.
"""
