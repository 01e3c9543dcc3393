"""What runs in the interpreter of the repository: standard library only, Python 3.9 and later.

Uses nothing else of the engine; used by processes, which start it as a program.
"""
