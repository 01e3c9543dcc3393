"""What holds a run back: Python's audit events, and the kernel's walls (Landlock, seccomp).

Uses the standard library; used by the child, the zygote and whoever starts an interpreter.
"""
