"""A scan on more than one machine: what goes there, what is done there, and what comes back.

Uses evaluating, the inventory and reading; used by the headless scan. Dask is looked for only here,
and nothing but `driver` knows of it.
"""
