"""What it takes to know why: insight, flips, survivors, and what a save pays for it."""
