"""An immutable picture of a checkout, the next one after a change, and what a change affects.

Uses check, spec and source; used by selection, watch and all that runs policies.
"""
