"""Steps through a runbook and matches L1 rules; both without touching the world."""
