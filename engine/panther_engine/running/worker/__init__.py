"""What runs in the interpreter of the repository: standard library only, Python 3.9 and later."""
