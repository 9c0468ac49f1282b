"""Thinks a proposal up: why a run failed, what would have handled it, and how to say so; values in, values out."""
