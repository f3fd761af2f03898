"""`publish preview --html` and `--open`: the preview as one page in a file."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.errors import PublishError

if TYPE_CHECKING:
    from publisher.cli.output import Output
    from publisher.config.model import Config
    from publisher.delivery.plan import Plan
    from publisher.delivery.times import Times

_NEAR_THE_TOP = 2_000
_CONFIDENTIAL = " It holds a release under embargo: give it to nobody who may not have that."


def page_of(plan: Plan, config: Config, times: Times, held: str = "") -> tuple[str, bool]:
    """The page of a plan, and whether it holds what is under embargo; `held` says why it cannot go out as it stands."""
    from publisher.cli.shown import shown_of  # noqa: PLC0415 -- commands load what they need when they run
    from publisher.delivery.approval import plan_digest  # noqa: PLC0415
    from publisher.preview.page import Column, Occasion, page_html  # noqa: PLC0415
    from publisher.release.moments import local  # noqa: PLC0415

    zone = config.organisation.timezone
    columns = [
        Column(shown, each.channel.byline(), each.channel.permalink(plan.release.slug))
        for shown, each in zip(shown_of(plan), plan.deliveries, strict=True)
    ]
    occasion = Occasion(
        digest=plan_digest(plan),
        sender=config.organisation.name,
        goes_out=local(times.at, zone) if times.at else "",
        embargo=_embargo(plan, times, zone),
        held=held,
        notes=plan.notes,
        skipped=tuple(channel.name for channel in plan.skipped),
    )
    return page_html(plan.release, columns, occasion), bool(occasion.embargo)


def _embargo(plan: Plan, times: Times, zone: str) -> str:
    """Until when it is under embargo, in words: as it is written, where nobody could tell the time."""
    from publisher.release.moments import local  # noqa: PLC0415 -- as above

    if times.embargo:
        return local(times.embargo, zone) if times.now < times.embargo else ""
    return " ".join(str(plan.release.embargo or "").split())


def hand_over(page: str, target: str | None, slug: str, out: Output, *, embargo: bool, show: bool) -> None:
    """Write the page where it is wanted, show it where that is, and say where it is and what it holds.

    Args:
        page: The page.
        target: A path; `-` for standard output; None for a private folder that nobody else can read.
        slug: The release's, which names the file there.
        out: Where words go.
        embargo: Whether the page holds what is under embargo: then nobody else on this machine may read it.
        show: Whether to open it in the browser.

    Raises:
        PublishError: It cannot be written, or somebody else's file stands there.
    """
    if target == "-":
        if show:
            raise PublishError("`--html -` writes to standard output, which no browser can open", hint="Name a file")
        sys.stdout.buffer.write(page.encode())
        sys.stdout.flush()
        out.remark(f"Page written to standard output.{_CONFIDENTIAL if embargo else ''}")
        return
    path = Path(target).expanduser() if target is not None else Path(tempfile.mkdtemp(prefix="publish-"), _named(slug))
    write(path, page, private=embargo or target is None)
    opened = f"Opened in the browser: {path}." if show and _open(path) else f"Page written to {path}."
    if show and not opened.startswith("Opened"):
        opened += " No browser could be opened: open it by hand."
    line = f"{opened}{_CONFIDENTIAL if embargo else ''}"
    out.remark(line) if out.json else out.say(line)


def write(path: Path, page: str, *, private: bool) -> None:
    """Put a page in the place of an earlier one, whole or not at all.

    Raises:
        PublishError: It cannot be written there, or what stands there is not a page of ours.
    """
    from publisher.preview.page import MARK  # noqa: PLC0415 -- as above

    try:
        if path.exists() and not _is_ours(path, MARK):
            raise PublishError("this is no preview page, and stays as it is", where=str(path), hint="Name another file")
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name[:80]}.", dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(page)
            if not private:  # mkstemp lets nobody else read it
                Path(temporary).chmod(0o666 & ~_umask())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise PublishError(f"the page cannot be written: {reason}", where=str(path)) from None


def _is_ours(path: Path, mark: str) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return f'<meta name="generator" content="{mark}">'.encode() in file.read(_NEAR_THE_TOP)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _named(slug: str) -> str:
    plain = "".join(sign if sign.isalnum() else "-" for sign in slug[:60]).strip("-")
    return f"{plain or 'preview'}.html"


def _open(path: Path) -> bool:
    import webbrowser  # noqa: PLC0415 -- only where it is asked for

    try:
        return webbrowser.open(path.resolve().as_uri())
    except webbrowser.Error:
        return False
