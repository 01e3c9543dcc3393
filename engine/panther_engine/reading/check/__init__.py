"""What is wrong with specs and bodies, each finding at its place with what to do.

Uses spec and source; used by the repository, and by those who write specs.
"""
