"""The screen and the command line: everything that a person sees."""
