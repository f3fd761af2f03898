from dataclasses import replace

from recounts.discord import described as _described
from recounts.discord import faults

__all__ = ["described", "faults"]


def described(request):
    """The address with a number and a token in the place of what is masked."""
    return _described(replace(request, url=request.url.replace("•••", "api/v10/webhooks/1193000000000000000/token")))
