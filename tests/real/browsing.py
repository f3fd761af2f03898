"""Pages in a real browser: Chromium, driven by Playwright, with nothing but this machine within its reach.

Everything that a page asks for is noted, twice: as the browser tells it, and by the proxy to which all goes that would
leave the machine, and which lets nothing through.
"""

from __future__ import annotations

import functools
import http.server
import os
import re
import shutil
import socketserver
import sys
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from real.servers.process import INSTALLED, ServerError, installed

WIDTHS = {"phone": (390, 844), "desktop": (1280, 900)}
SCHEMES = ("light", "dark")
KEPT = Path(os.environ.get("PUBLISH_ARTEFACTS", Path(__file__).resolve().parents[2] / "artefacts"))
"""Where the screenshots of a run are left, for people to look at."""

_FLAGS = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
  --disable-component-update --disable-sync --disable-domain-reliability --no-pings
  --force-webrtc-ip-handling-policy=disable_non_proxied_udp"""
_ERRANDS = re.compile(r"^[A-Z]+ (?:https?://)?[\w.-]+\.(?:google|googleapis|gvt1|gstatic)\.com[:/ ]")
_PATIENCE = 30_000.0
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]

_IN_PAGE = (Path(__file__).parent / "in_page.js").read_text(encoding="utf-8")


class _Closed(socketserver.ThreadingTCPServer):
    """A proxy that notes what it is asked for and lets nothing through."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), _Refuse)


class _Refuse(socketserver.StreamRequestHandler):
    timeout = 10

    def handle(self) -> None:
        line = self.rfile.readline(4096).decode("latin-1").strip()
        if line:
            self.server.asked.append(line)  # type: ignore[attr-defined]
            self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/favicon.ico":  # the browser's own idea, on any site
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the library's own name
        pass


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address at which a folder is served on this machine."""

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@dataclass
class Visit:
    """A page that is open, and all that was noticed about it so far."""

    page: Any
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def faults(self) -> list[str]:
        """What the page did that no page of ours does: talk to strangers, complain, open a dialog, miss a file."""
        return [
            *(f"asked for {url}" for url in self.asked if not is_here(url)),
            *self.said,
            *(f"dialog: {text}" for text in self.dialogs),
            *self.failed,
        ]

    def show(self, width: str = "phone", scheme: str = "light", media: str = "screen") -> None:
        self.page.set_viewport_size(dict(zip(("width", "height"), WIDTHS[width], strict=True)))
        self.page.emulate_media(color_scheme=scheme, media=media)

    def ask(self, question: str, options: Any = None) -> Any:
        """Call a function of in_page.js in the page."""
        return self.page.evaluate(f"options => ({_IN_PAGE}).{question}(options)", options)

    def wider(self) -> list[str]:
        """What is wider than the window, or scrolls or is cut off sideways inside the page."""
        return self.ask("wider")

    def barriers(self) -> list[str]:
        """What axe-core has against the page as it is seen now."""
        if not self.page.evaluate("() => !!window.axe"):
            self.page.evaluate(installed("axe/node_modules/axe-core/axe.min.js").read_text(encoding="utf-8"))
        return self.ask("barriers", {"runOnly": _RULES, "resultTypes": ["violations"]})

    def moving(self) -> list[str]:
        """What moves for somebody who asked for less of that."""
        self.page.emulate_media(reduced_motion="reduce")
        return self.ask("moving")

    def seen(self, selector: str = "body") -> str:
        """The text as it is rendered."""
        return self.page.locator(selector).first.inner_text()

    def unreached(self, *, looking: int = 0, most: int = 400) -> list[str]:
        """The links and controls that Tab alone does not reach; and, each `looking`th looked at, where focus hides."""
        stops = self.ask("stops")
        self.ask("start")
        reached, unseen = set(), []
        for _ in range(min(most, len(stops) + 5)):
            self.page.keyboard.press("Tab")
            at = self.ask("focused")
            if at is None or at.get("stop") in reached:
                break
            reached.add(at.get("stop"))
            if not at["inside"]:
                unseen.append(f"focus outside of the window: {at['text']}")
            elif looking and len(reached) % looking == 0 and not self._focus_shows(at):
                unseen.append(f"focus not to be seen: {at['text']}")
        return [f"not reached: {stop}" for at, stop in enumerate(stops) if at not in reached] + unseen

    def _focus_shows(self, at: dict[str, Any]) -> bool:
        """Whether the picture of the place differs with and without focus; Tab goes on from there afterwards."""
        width, height = self.page.viewport_size["width"], self.page.viewport_size["height"]
        x, y = max(at["x"] - 8, 0), max(at["y"] - 8, 0)
        clip = {
            "x": x,
            "y": y,
            "width": max(min(at["width"] + 16, width - x), 1),
            "height": max(min(at["height"] + 16, height - y), 1),
        }
        with_focus = self.page.screenshot(clip=clip, animations="disabled")
        self.ask("leave")
        without = self.page.screenshot(clip=clip, animations="disabled")
        self.ask("comeBack")
        return differing(with_focus, without) > 40

    def keep(self, name: str) -> Path:
        """Leave a picture of the whole page for people to look at."""
        KEPT.mkdir(exist_ok=True)
        path = KEPT / f"{name}.png"
        self.page.screenshot(path=path, full_page=True, animations="disabled")
        return path


class Browser:
    """Chromium, with one page at a time."""

    def __init__(self, chromium: Any, outside: _Closed) -> None:
        self._chromium = chromium
        self._outside = outside

    def strangers(self) -> list[str]:
        """What would have left the machine since the last time; the browser's maker's own errands left out."""
        asked, self._outside.asked[:] = list(self._outside.asked), []
        return [line for line in asked if not _ERRANDS.search(line)]

    @contextmanager
    def open(
        self, url: str, width: str = "phone", scheme: str = "light", *, script: bool = True, **more: Any
    ) -> Iterator[Visit]:
        """A page in a context of its own, loaded."""
        size = dict(zip(("width", "height"), WIDTHS[width], strict=True))
        context = self._chromium.new_context(
            viewport=size, color_scheme=scheme, java_script_enabled=script, locale="en-US", **more
        )
        context.set_default_timeout(_PATIENCE)
        try:
            page = context.new_page()
            visit = Visit(page)
            page.on("request", lambda request: visit.asked.append(request.url))
            page.on("websocket", lambda socket: visit.asked.append(socket.url))
            page.on("console", lambda message: visit.said.append(f"{message.type}: {message.text}"))
            page.on("pageerror", lambda error: visit.said.append(f"error: {error}"))
            page.on("requestfailed", lambda request: visit.failed.append(f"failed: {request.url}"))
            page.on(
                "response",
                lambda answer: answer.status >= 400 and visit.failed.append(f"{answer.status}: {answer.url}"),
            )
            page.on("dialog", lambda dialog: (visit.dialogs.append(dialog.message), dialog.dismiss()))
            context.on("page", lambda other: visit.dialogs.append(f"a window: {other.url}"))
            page.goto(url, wait_until="load")
            yield visit
        finally:
            context.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that was started for this, and is gone afterwards."""
    if not (program := shutil.which("chromium")):
        raise ServerError("Chromium is missing. Install the servers first: tools/servers")
    sys.path.append(str(installed("playwright")))
    from playwright.sync_api import sync_playwright

    with _Closed() as outside, sync_playwright() as playwright:
        threading.Thread(target=outside.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        started = playwright.chromium.launch(
            executable_path=program,
            args=_FLAGS.split(),
            proxy={"server": f"http://127.0.0.1:{outside.server_address[1]}", "bypass": "127.0.0.1"},
        )
        yield Browser(started, outside)
        started.close()
        outside.shutdown()
    sys.path.remove(str(INSTALLED / "playwright"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the tests of a module: as long as Playwright runs, no event loop of anybody else's can."""
    with chromium() as started:
        yield started


def is_here(url: str) -> bool:
    """Whether an address is on this machine."""
    parts = urlsplit(url)
    return parts.scheme in ("file", "data", "blob", "about") or parts.hostname == "127.0.0.1"


def differing(one: bytes, other: bytes) -> int:
    """How many pixels of two pictures are not the same."""
    from PIL import Image, ImageChops

    first, second = (Image.open(BytesIO(each)).convert("RGB") for each in (one, other))
    if first.size != second.size:
        return first.size[0] * first.size[1]
    return sum(ImageChops.difference(first, second).convert("L").point(lambda value: value > 24 and 1).histogram()[1:])


def printed_text(pdf: bytes) -> str:
    """The text of a document as it would be printed."""
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def letters(text: str) -> str:
    """Letters and digits alone, without ligatures: what print keeps of a text, wherever it breaks lines."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text))
