"""Replays a changed runbook against recorded reality and says what would have happened, and how it knows."""
