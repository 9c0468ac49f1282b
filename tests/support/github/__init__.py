"""A GitHub to test against: a server that others wrote, corrected where it is milder than GitHub, and real Git."""
