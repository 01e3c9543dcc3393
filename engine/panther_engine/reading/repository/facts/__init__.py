"""What running asks of a repository: who may share a worker, what is known by a name.

Uses the repository; used by jobs.
"""
