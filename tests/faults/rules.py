"""Which faults there are, and what must become of a release that each of them strikes: the rule behind the matrix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Word = Literal["again", "next run", "found", "anew", "held", "sent", "-"]
"""What becomes of the post that a fault strikes.

again:    the same run sends it after a pause, as it certainly had not arrived.
next run: it certainly has not arrived, and trying again now would not help; the next run sends it.
found:    nobody could know; the network was asked, and has it.
anew:     nobody could know; the network was asked, does not have it, and got it once more.
held:     nobody can know; it waits for a person, and whatever the person sees is right afterwards.
sent:     the answer says enough in spite of the fault.
-:        there is no such fault on this network.
"""


@dataclass(frozen=True)
class Fault:
    """`name` is for people, `kind` what the stand-in is told, empty where it is stopped.

    `arrives`: the network got the whole request. `applied`: the post stands. `not_now`: the network said that it took
    nothing, but will. `never`: it said that it takes nothing of this sender. `lasts`: nothing changes within the run.
    """

    name: str
    kind: str
    arrives: bool = True
    applied: bool = False
    not_now: bool = False
    never: bool = False
    lasts: bool = False


FAULTS = (
    Fault("connection refused, for a moment", "", arrives=False),
    Fault("connection refused, all through the run", "", arrives=False, lasts=True),
    Fault("connection reset, nothing applied", "reset_before"),
    Fault("connection reset, applied", "reset_after", applied=True),
    Fault("no answer in time, nothing applied", "silent_before"),
    Fault("no answer in time, applied", "silent_after", applied=True),
    Fault("429 with the time to wait", "429", not_now=True),
    Fault("429 without", "429_bare", not_now=True),
    Fault("503 with the time to wait, nothing applied", "503", not_now=True),
    Fault("500, applied", "500_after", applied=True),
    Fault("half an answer, applied", "truncated", applied=True),
    Fault("answer broken off in the middle, applied", "cut", applied=True),
    Fault("credentials expire before the second post", "expired", never=True, lasts=True),
)


@dataclass(frozen=True)
class Traits:
    """What the rule goes by: the channel's own capabilities, and whether its network is `idempotent`.

    An idempotent one takes no post twice, as it knows it by our key or by its text.
    """

    readable: bool
    atomic: bool
    idempotent: bool
    settles_seconds: float = 0.0


def expected(fault: Fault, traits: Traits) -> Word:
    """The rule.

    1. What never reached the network, or what it turned away for now, certainly does not stand there. It is tried again
       in the same run, after the pause that the network asks for, or else one of our own. Where that does not help, it
       is refused, and the next run sends it.
    2. Where the network does not take the credentials, nothing is tried again: a person must renew them. The next run
       sends what is missing.
    3. Whatever happens after the whole request has arrived and leaves us without a usable answer is unknown, whether
       the post stands or not: from here the two cannot be told apart.
    4. What is unknown is asked for, before anything else, where the network can be asked: if it is there, it is sent;
       if it is not, it goes out once more.
    5. Where it cannot be asked, the post is held, and nothing more of its thread leaves, until a person has looked.
    6. A network that takes a thread as a whole changes nothing about this: the whole thread has the one outcome.
    7. Nor does it change anything that a network takes no post twice: it is asked all the same. But there the first
       request does no harm either that was given up for lost, and is applied after the second one.
    """
    if not fault.arrives or fault.not_now:
        return "next run" if fault.lasts else "again"
    if fault.never:
        return "next run"
    if not traits.readable:
        return "held"
    return "found" if fault.applied else "anew"


EXCEPTIONS: dict[tuple[str, str], tuple[Word, str]] = {
    ("x", "429_bare"): (
        "next run",
        "X's limits are for a quarter of an hour, and a run takes no longer (`deadline` in channels.yaml)",
    ),
    ("linkedin", "429_bare"): (
        "next run",
        "LinkedIn's quotas are for a day and begin anew at midnight UTC, which no run waits for",
    ),
    ("linkedin", "truncated"): (
        "sent",
        "LinkedIn names the post in a header, before the answer's body, which is empty",
    ),
    ("linkedin", "cut"): ("sent", "LinkedIn names the post in a header, before the answer's body, which is empty"),
    ("email", "429"): ("-", "a mail server that takes nothing for now (450) cannot say for how long"),
    ("email", "500_after"): ("-", "in SMTP a 5xx is a definite no, given for a message that was not taken"),
}
"""Cells that are not as the rule has it, by channel type and fault, each with its reason."""


def outcome(fault: Fault, channel: str, traits: Traits) -> Word:
    """What a cell must say."""
    known = EXCEPTIONS.get((channel, fault.kind))
    return known[0] if known else expected(fault, traits)
