"""The verbs that a step can use, and the readers of facts; one family a file, listed in `catalogue`."""
