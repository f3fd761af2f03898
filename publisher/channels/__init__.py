"""What every network is particular about: one module a channel."""
