"""Commands that show the catalogue and write specs."""
