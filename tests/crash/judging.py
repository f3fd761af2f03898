"""What a kill came to: what stands on the networks' side, against what a run that nobody disturbs leaves there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from crash.networks import Scene, Standing, readable
from crash.points import AFTER_INTENT, AFTER_RECEIPT, NO_INTENT
from crash.runs import Run, Runner

PUBLISH = ("release.md", "--yes", "--json")
HEADS = ("channel", "killed", "duplicates", "losses", "held")
_MOST_HELD = 20

Expected = Mapping[str, Sequence[Standing]]
Held = list[tuple[str, Mapping[str, object]]]


@dataclass
class Tally:
    """How many kills a channel saw, and what came of them; `wrong` says what should not have, a line each."""

    channel: str
    kills: int = 0
    duplicates: int = 0
    losses: int = 0
    held: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def row(self) -> tuple[str, int, int, int, int]:
        return self.channel, self.kills, self.duplicates, self.losses, self.held

    def judge(self, when: str, scene: Scene, expected: Expected) -> None:
        """Count what stands twice, or not at all, and note what stands in the wrong place."""
        for kind in scene.kinds:
            there, wanted = scene.standing(kind), list(expected[kind])
            seen, due = _posts(there), _posts(wanted)
            self.duplicates += (more := (seen - due).total())
            self.losses += (less := (due - seen).total())
            if more or less:
                self.wrong.append(f"{when}: of {len(wanted)} posts {kind} lacks {less}, and has {more} too many")
            elif there != wanted:
                places = [(wanted.index(post) if post in wanted else "?", post.answers) for post in there]
                self.wrong.append(f"{when}: {kind} has its posts in a wrong order, or at the wrong places: {places}")

    def note(self, when: str, what: str, run: Run) -> None:
        self.wrong.append(f"{when}: {what} (exit code {run.code}): {run.error[-400:].strip()}")


def table(rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """The tallies' rows, under their heads, aligned."""
    lines = [HEADS, *rows]
    widths = [max(len(str(line[at])) for line in lines) for at in range(len(HEADS))]
    for line in lines:
        first, *rest = (str(cell) for cell in line)
        cells = [cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)]
        yield "  ".join([first.ljust(widths[0]), *cells])


def in_doubt(killed: Run) -> bool:
    """Whether a post was claimed, and nothing written down of it, when the run was killed."""
    passed = Counter(killed.journal)
    return passed[AFTER_INTENT] > passed[NO_INTENT] + passed[AFTER_RECEIPT]


def mend(tally: Tally, when: str, scene: Scene, runner: Runner, expected: Expected, *, doubt: bool | None) -> None:
    """Run again until all is out, looking in a person's place at what is held, and judge what stands then.

    Args:
        tally: What is counted and noted goes there.
        when: Where the run was killed, in words.
        scene: Where.
        runner: By what.
        expected: What must stand in the end, by channel.
        doubt: Whether a post must be held where the network cannot be asked; None where nobody knows.
    """
    scene.settle()
    again = runner.run(scene.folder, PUBLISH)
    scene.settle()
    held = _held(again)
    if doubt is not None and len(held) != int(doubt and not all(map(readable, scene.kinds))):
        tally.note(when, f"{len(held)} posts are held after the re-run", again)
    if held:
        tally.held += len(held)
        _resolve(tally, when, scene, runner, held)
        again = runner.run(scene.folder, PUBLISH)
        scene.settle()
    if again.code != 0:
        tally.note(when, "the re-run does not finish it", again)
    tally.judge(when, scene, expected)


def _resolve(tally: Tally, when: str, scene: Scene, runner: Runner, held: Held) -> None:
    """See that what is held stays so, then look at each of the networks and say what stands there."""
    before = {kind: scene.standing(kind) for kind in scene.kinds}
    still = runner.run(scene.folder, PUBLISH)
    scene.settle()
    if still.code != 3 or [post for _, post in _held(still)] != [post for _, post in held]:
        tally.note(when, "what was held does not stay so", still)
    for kind in scene.kinds:
        if scene.standing(kind) != before[kind]:
            tally.note(when, f"something was sent to {kind} while a post was held", still)
    for kind, post in held[:_MOST_HELD]:
        link = scene.stands(kind, post)
        words = ("--sent", link) if link else ("--not-sent",)
        said = runner.run(scene.folder, ("resolve", "release.md", kind, *words))
        if said.code != 0:
            tally.note(when, f"resolve {' '.join(words)}", said)


def _held(run: Run) -> Held:
    if not run.output:
        return []
    return [
        (name, post)
        for name, delivery in run.deliveries().items()
        for post in delivery["posts"]
        if post["status"] == "held"
    ]


def _posts(standing: Sequence[Standing]) -> Counter[object]:
    return Counter((post.words, post.images, post.card) for post in standing)
