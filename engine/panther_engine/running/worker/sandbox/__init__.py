"""The kernel's walls round a run: Landlock for files, seccomp for calls (Linux, standard library).

A child puts itself behind them after the fork and before any code of the repository; it uses
nothing of the engine and is used by the zygote alone.
"""
