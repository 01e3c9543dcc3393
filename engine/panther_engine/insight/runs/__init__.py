"""Jobs of observed runs, the workers for them, coverage, and one test in pdb.

Uses trace, reason and jobs; used by trials and by those who explain.
"""
