from recounts.discord import faults

__all__ = ["faults"]
