"""The same message as by a bot."""

from recounts.slack import faults

__all__ = ["faults"]
