"""What the screen can do, one capability an object; `table.py` lists them in order of priority.

A feature shares the `Desk` with the others and never knows another. Used by the main screen.
"""
