"""The tests: each name is a fact that holds, or an attack that fails."""
