"""New policies: their names, their two files and their first tests."""
