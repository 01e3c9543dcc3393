"""The sandbox of a run: Python's audit events, and the kernel's Landlock and seccomp.

Uses the standard library; used by the child, the zygote and whoever starts an interpreter.
"""
