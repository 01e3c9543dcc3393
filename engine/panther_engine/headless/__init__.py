"""A run without a screen: the chosen tests once, what failed last, how long they took.

Uses jobs, selection and storage; used by the command line and as a library.
"""
