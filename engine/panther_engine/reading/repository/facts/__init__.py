"""Facts about a repository that a run asks for, such as which policies may share a worker.

Uses the repository; used by jobs.
"""
