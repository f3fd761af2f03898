"""Variants shown to people: in the terminal, and as JSON."""
