"""Every action's model meets reality."""
