"""The catalogue of actions."""
