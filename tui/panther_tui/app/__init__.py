"""The application: its keyboard, its settings, its link to the engine, and how it is started.

Uses the screens and all below; used by the command line.
"""
