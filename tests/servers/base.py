"""A stateful HTTP server on loopback that a network's stand-in is built on, with faults on demand."""

from __future__ import annotations

import json
import select
import socket
import struct
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit
from zlib import crc32

Fault = Literal[
    "close_before",
    "close_after",
    "reset_before",
    "reset_after",
    "silent_before",
    "silent_after",
    "slow",
    "429",
    "429_bare",
    "503",
    "500_after",
    "garbage",
    "truncated",
    "cut",
    "expired",
]
"""What `misbehave` makes of a publishing call.

Nothing is applied of these:

close_before: the connection closes.          429: the network's own rate limit, with the time to wait.
reset_before: it breaks (TCP RST).            429_bare: the same without a time.
silent_before: no answer ever comes.          503: no time for it now, with the time to wait.
expired: the network's own word for credentials that no longer hold.

These are applied first:

close_after: the connection closes.           500_after: the answer is a 500.
reset_after: it breaks (TCP RST).             garbage: the answer is an HTML page with 200.
silent_after: no answer ever comes.           truncated: half of the answer comes, as if it were all of it.
slow: the answer comes after `slow_seconds`.  cut: half of the answer comes, then the connection closes.
"""

Ending = Literal["close", "reset", "silence"]
"""How a connection ends on which no answer comes: it closes, it breaks, or it stays until the other side gives up."""

_BEFORE: dict[Fault | None, Ending] = {"close_before": "close", "reset_before": "reset", "silent_before": "silence"}
_AFTER: dict[Fault | None, Ending] = {"close_after": "close", "reset_after": "reset", "silent_after": "silence"}

Moment = Literal["arrived", "applied"]
"""Of a request: it is here and nothing of it is applied, or all of it is and nothing is answered."""

_SILENCE_SECONDS = 60.0
_FORMATS = {"png": "PNG", "jpg": "JPEG", "gif": "GIF", "webp": "WEBP", "avif": "AVIF"}


def picture(name: str) -> bytes:
    """A small image of the type that its name says, of a colour that the name decides."""
    from PIL import Image

    made = BytesIO()
    Image.new("RGB", (8, 6), crc32(name.encode()) & 0xFFFFFF).save(made, _FORMATS[name.rpartition(".")[2]])
    return made.getvalue()


def from_home(name: str) -> bytes:
    """The same image as it comes out of a camera: with a name and a place in it, `Jane Doe` and a latitude."""
    from PIL import Image

    made, told = BytesIO(), Image.Exif()
    told[0x013B] = "Jane Doe"
    told.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 0.0)})
    Image.open(BytesIO(picture(name))).save(made, _FORMATS[name.rpartition(".")[2]], exif=told.tobytes())
    return made.getvalue()


@dataclass(frozen=True)
class File:
    name: str
    mime: str
    content: bytes


@dataclass(frozen=True)
class Call:
    """One request as it came over the wire. `headers` have lower-case names."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    url: str

    @property
    def mime(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def json(self) -> Any:
        """The body, which must say that it is JSON; else what no service finds its fields in."""
        return json.loads(self.body) if self.mime == "application/json" else {}

    def form(self) -> tuple[dict[str, str], dict[str, File]]:
        """The fields and the files of a form, urlencoded or multipart."""
        if self.mime == "application/x-www-form-urlencoded":
            return dict(parse_qsl(self.body.decode(), keep_blank_values=True, strict_parsing=bool(self.body))), {}
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        fields: dict[str, str] = {}
        files: dict[str, File] = {}
        for part in message_from_bytes(head + self.body).get_payload():
            name = str(part.get_param("name", header="content-disposition"))
            content = part.get_payload(decode=True)
            if part.get_filename():
                files[name] = File(part.get_filename(), part.get_content_type(), content)
            else:
                fields[name] = content.decode()
        return fields, files


@dataclass(frozen=True)
class Reply:
    """`body` is sent as JSON, or as it is where it is bytes; a header without a value is left out.

    `part` is how much of it comes: `half`, with nothing to tell that it is not all, or `broken` off where half is said.
    """

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    part: Literal["all", "half", "broken"] = "all"


@dataclass(frozen=True)
class Posted:
    """A post as a reader sees it. `media` are (alternative text, content) pairs, `reply_to` the id it answers."""

    id: str
    text: str
    reply_to: str | None = None
    media: tuple[tuple[str, bytes], ...] = ()
    card: str | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)


class Server:
    """Answers on `url` from the moment it exists; `stop` kills it, `start` brings it back on the same port.

    A subclass gives `answer` (called one at a time), `publishes`, and the network's own words for some faults.

    `witness` is told of each request at both of its moments; where it says True, the connection closes there and then.
    """

    slow_seconds = 1.0

    def __init__(self) -> None:
        self.posts: list[Posted] = []
        self.requests: list[Call] = []
        self.crashes: list[str] = []
        self.witness: Callable[[Call, Moment], bool] = lambda _call, _moment: False
        self.port = 0
        self._faults: list[tuple[Fault, str]] = []
        self.lock = threading.Lock()
        self._stopping = threading.Event()
        self._http: _Http | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, call: Call) -> Reply:
        raise NotImplementedError

    def publishes(self, call: Call) -> bool:
        """Whether the call creates a post; faults strike these calls."""
        raise NotImplementedError

    def too_many(self) -> Reply:
        raise NotImplementedError

    def too_many_unsaid(self) -> Reply:
        """The same without a word on how long to wait."""
        return replace(self.too_many(), headers={})

    def unavailable(self) -> Reply:
        body = b"<html><h1>Service Unavailable</h1></html>"
        return Reply(503, body, {"Retry-After": "20"})

    def expired(self) -> Reply:
        raise NotImplementedError

    def misbehave(self, kind: Fault, times: int = 1, *, on: str = "") -> None:
        """Make the next `times` publishing calls go wrong, or those calls whose path holds `on`."""
        with self.lock:
            self._faults += [(kind, on)] * times

    def behave(self) -> None:
        """Take back what `misbehave` has in store."""
        with self.lock:
            self._faults.clear()

    def start(self) -> None:
        self._stopping.clear()
        self._http = _Http(("127.0.0.1", self.port), self)
        self.port = self._http.server_address[1]
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def stop(self) -> None:
        """Close the port and every open connection; the posts stay."""
        if self._http is not None:
            self._stopping.set()
            self._http.shutdown()
            self._http.server_close()
            self._http.hang_up()
            self._http = None

    def settle(self) -> None:
        """Return when every connection that was made is closed again: what was on its way is applied, or lost."""
        with socket.create_connection(("127.0.0.1", self.port), 30) as last:  # taken in after those before it
            last.shutdown(socket.SHUT_WR)
            last.recv(1)
        for _ in range(3_000):
            if self._http is None or not self._http.open:
                return
            self._stopping.wait(0.01)
        raise TimeoutError("a connection stays open")

    def respond(self, call: Call) -> Reply | Ending:
        """The answer to a call, or what becomes of the connection in place of one."""
        with self.lock:
            self.requests.append(call)
            if self.witness(call, "arrived"):
                return "close"
            fault = self._fault(call)
            if (early := self._unapplied(fault)) is not None:
                return early
            reply = self.answer(call)
            if self.witness(call, "applied"):
                return "close"
        return self._applied(fault, reply)

    def _unapplied(self, fault: Fault | None) -> Reply | Ending | None:
        refusals: dict[Fault | None, Callable[[], Reply]] = {
            "429": self.too_many,
            "429_bare": self.too_many_unsaid,
            "503": self.unavailable,
            "expired": self.expired,
        }
        return refusals[fault]() if fault in refusals else _BEFORE.get(fault)

    def _applied(self, fault: Fault | None, reply: Reply) -> Reply | Ending:
        match fault:
            case "500_after":
                return Reply(500, b"<html><h1>Internal Server Error</h1></html>")
            case "garbage":
                return Reply(200, b"<html><h1>Please sign in to the network</h1></html>")
            case "truncated":
                return replace(reply, part="half")
            case "cut":
                return replace(reply, part="broken")
            case "slow":
                self._stopping.wait(self.slow_seconds)
        return _AFTER.get(fault, reply)

    def _fault(self, call: Call) -> Fault | None:
        for index, (kind, on) in enumerate(self._faults):
            if (on in call.path) if on else self.publishes(call):
                del self._faults[index]
                return kind
        return None


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], owner: Server) -> None:
        self.owner = owner
        self.open: set[socket.socket] = set()
        self.broken: set[socket.socket] = set()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        if request in self.broken:  # without a farewell, so that a reset is all that the other side gets
            self.broken.discard(request)
            request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_request(request)
        else:
            super().shutdown_request(request)
        self.open.discard(request)

    def hang_up(self) -> None:
        for connection in list(self.open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = traceback.format_exc()
        if not any(name in error for name in ("BrokenPipeError", "ConnectionResetError", "ConnectionAbortedError")):
            self.owner.crashes.append(error)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http

    def _serve(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:  # whoever sent it is gone in the middle of it
            self.close_connection = True
            return
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        url = f"http://{headers.get('host', '')}{self.path}"
        call = Call(self.command, parts.path, dict(parse_qsl(parts.query)), headers, body, url)
        reply = self.server.owner.respond(call)
        if not isinstance(reply, Reply):
            self._end(reply)
            return
        raw = isinstance(reply.body, bytes)
        content = reply.body if raw else json.dumps(reply.body).encode()
        half = content if reply.part == "all" else content[: len(content) // 2]
        self.send_response(reply.status)
        headers = {"Content-Type": "text/html" if raw else "application/json", **reply.headers}
        self.send_header("Content-Length", str(len(half if reply.part == "half" else content)))
        for name, value in headers.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(half)
        self.close_connection = self.close_connection or reply.part == "broken"

    def _end(self, how: Ending) -> None:
        self.close_connection = True
        if how == "reset":
            self.server.broken.add(self.connection)
        elif how == "silence":
            select.select([self.connection], [], [], _SILENCE_SECONDS)  # until the other side has hung up

    do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 -- the names that http.server calls

    def log_message(self, *_args: object) -> None:
        """Tests have the requests in `Server.requests`."""
