"""What a release would say now, next to what was sent or put on the schedule before: channel by channel. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from publisher.preview.difference import Fact, Piece, PostChange, State, posts_changed
from publisher.preview.model import plural, visible

Kind = Literal["head", "removed", "added", "same", "about"]
Line = tuple[Kind, str]
"""A line of a comparison: a heading, what was, what is, what stays, or what else is to be known."""

_SHOWN = 5
_STATES = {"same": "the same", "changed": "changed", "new": "new", "gone": "not sent any more"}
_WORDLESS = "an earlier version of this program sent it, which kept no words to compare with"
_UNREAD = "an image cannot be read, so that the words alone were compared"
_UNSEEN = "every word is the same, but not all that is sent: an image, a link, the markup or a setting is another"


@dataclass(frozen=True)
class Side:
    """A channel's posts at one time: as `publish preview --json` has them, and each one's fingerprint, by its recipient
    or else its index. None: nobody knows.
    """

    shown: Mapping[str, Any] | None
    digests: Mapping[str | int, str] | None

    @property
    def recipients(self) -> list[str]:
        return [name for name in self.digests or () if isinstance(name, str)]


@dataclass(frozen=True)
class ChannelChange:
    """What became of one channel. `before` says in words what it was; `remark` what cannot be told from the posts."""

    channel: str
    state: State
    before: str = ""
    posts: tuple[PostChange, ...] = ()
    new_recipients: tuple[str, ...] = ()
    gone_recipients: tuple[str, ...] = ()
    remark: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "channel": self.channel,
            "state": self.state,
            "before": self.before,
            "posts": [post.as_json() for post in self.posts],
            "recipients": {"new": list(self.new_recipients), "gone": list(self.gone_recipients)},
            "remark": self.remark,
        }


def changed(channel: str, before: str, was: Side, now: Side) -> ChannelChange:
    """What became of a channel that took part before and does now: fingerprints tell whether, and words what changed.

    Args:
        channel: Its name.
        before: What it was, in words.
        was: Its posts then.
        now: Its posts now.
    """
    new = tuple(name for name in now.recipients if name not in set(was.recipients))
    gone = tuple(name for name in was.recipients if name not in set(now.recipients))
    other = _other_posts(was.digests or {}, now.digests) if now.digests is not None else None
    posts: tuple[PostChange, ...] = ()
    remark = ""
    if other == []:
        state: State = "changed" if new or gone else "same"
    elif was.shown is None or now.shown is None:
        state, remark = "changed", f"{_WORDLESS}; what differs: {_numbers(other)}" if other else _WORDLESS
    else:
        posts = posts_changed(was.shown["posts"], now.shown["posts"])
        wordless = all(post.state == "same" for post in posts)
        state = "same" if wordless and other is None and not (new or gone) else "changed"
        remark = _UNREAD if other is None else _UNSEEN if wordless else ""
    return ChannelChange(channel, state, before, posts, new, gone, remark)


def _other_posts(was: Mapping[str | int, str], now: Mapping[str | int, str]) -> list[str | int]:
    """The posts that differ, are new, or are gone; of messages to single recipients only those that differ."""
    common = [key for key in was if key in now]
    differing = [key for key in common if was[key] != now[key]]
    alone = [key for key in (*was, *now) if isinstance(key, int) and not (key in was and key in now)]
    return [*differing, *alone]


def _numbers(posts: Sequence[str | int] | None) -> str:
    numbers = sorted(at + 1 for at in posts or () if isinstance(at, int))
    if not numbers:
        return "the message"
    return f"{'post' if len(numbers) == 1 else 'posts'} {', '.join(map(str, numbers))}"


def lines(changes: Sequence[ChannelChange]) -> Iterator[Line]:
    """A comparison line by line."""
    for change in changes:
        before = f" ({change.before})" if change.before else ""
        yield "head", f"Channel {change.channel}: {_STATES[change.state]}{before}"
        if change.remark:
            yield "about", change.remark
        for post in change.posts:
            yield from _of_post(post, len(change.posts))
        for noun, names in (("new", change.new_recipients), ("no longer on the list", change.gone_recipients)):
            if names:
                more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
                yield "about", f"{plural(len(names), 'recipient')} {noun}: {', '.join(names[:_SHOWN])}{more}"


def _of_post(post: PostChange, count: int) -> Iterator[Line]:
    if post.state == "same":
        return
    if count > 1 or post.state in ("new", "gone"):
        moved = f", post {post.was} before" if post.was and post.now and post.was != post.now else ""
        yield "about", f"Post {post.now or post.was} {_POSTS[post.state]}{moved}"
    for kind, run in groupby(post.pieces, key=lambda piece: piece.kind):
        yield from _of_run(kind, list(run))
    for fact in post.facts:
        yield "about", f"{fact.what[:1].upper()}{fact.what[1:]}"
        yield from _of_fact(fact)


_POSTS = {"changed": "says something else", "new": "is new", "gone": "is gone"}


def _of_run(kind: Kind, run: Sequence[Piece]) -> Iterator[Line]:
    if kind == "same":
        yield "same", f"{plural(len(run), 'sentence')} as before"
        return
    for piece in run:
        for line in piece.text.splitlines():
            if line.strip():
                yield kind, visible(line.strip())


def _of_fact(fact: Fact) -> Iterator[Line]:
    yield "removed", "none" if fact.was is None else visible(" ".join(fact.was.split())) or "empty"
    yield "added", "none" if fact.now is None else visible(" ".join(fact.now.split())) or "empty"


def closing(changes: Sequence[ChannelChange]) -> str:
    """What a comparison came to, in one line."""
    states = [change.state for change in changes]
    counted = [(states.count(state), state) for state in ("changed", "new", "gone", "same")]
    return ", ".join(f"{plural(count, 'channel')} {_STATES[state]}" for count, state in counted if count)


_PLAIN = {"head": "", "removed": "was: ", "added": "now: ", "same": "", "about": ""}
_MARKED = {"head": "", "removed": "- ", "added": "+ ", "same": "  … ", "about": "  "}
STYLES = {"head": "bold", "removed": "red", "added": "green", "same": "dim", "about": "cyan"}


def plain(line: Line) -> str:
    """A line in words alone."""
    kind, words = line
    return f"{_PLAIN[kind]}{words}"


def marked(line: Line) -> str:
    """A line as in a terminal, with a sign for what was and what is."""
    kind, words = line
    return f"{_MARKED[kind]}{words}"
