"""Erases secrets from text and JSON and says what was erased and where; the agent and the service use the same."""
