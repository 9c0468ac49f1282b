"""The doors: one verb a file; `wiring` joins ports and adapters, `main` turns trouble into exit codes."""
