"""The guard, by behaviour."""
