"""More than verdicts for whoever has no screen: why, null fields, survivors, coverage, pdb.

Uses the capability of the same name and what narrows a run; used by the face of the engine.
"""
