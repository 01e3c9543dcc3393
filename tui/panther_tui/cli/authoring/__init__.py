"""Commands that show the catalogue and write specs.

Uses the public face of the engine; used by the commands.
"""
