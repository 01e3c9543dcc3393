"""The kernel's walls round a run: Landlock for files, seccomp for calls (Linux, standard library).

The engine starts the interpreter of a checkout behind them, so that nothing of a checkout runs
outside; each child of it gets a private folder and walls of its own before any code of a policy.
"""
