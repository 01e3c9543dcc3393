"""The figures of `make bench`, one module each."""
