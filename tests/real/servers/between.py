"""A stretch of wire between a channel and a real server: it passes on what comes, and breaks on command."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Wire:
    """Listens on a port of loopback and passes each connection on; `cut` makes an answer get lost.

    HTTP with one request a connection is all that it need know: a request whose head holds the word given to `cut` is
    passed on whole, its answer is awaited (so that it was applied), and the connection is closed without it.
    """

    def __init__(self, port: int) -> None:
        self._port, self._lost, self._word = port, 0, b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, word: str) -> None:
        """Lose the answer to the next request whose head holds this word."""
        self._word = word.encode()

    @property
    def lost(self) -> int:
        """How many answers got lost."""
        return self._lost

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self._port), timeout=60) as server, suppress(OSError):
            client.settimeout(60)
            head = b""
            while b"\r\n\r\n" not in head and (part := client.recv(65536)):
                head += part
            doomed = bool(self._word) and self._word in head.partition(b"\r\n\r\n")[0]
            if doomed:
                self._word = b""
            server.sendall(head)
            threading.Thread(target=_pass, args=(client, server), daemon=True).start()
            if doomed:
                server.recv(65536)
                self._lost += 1
                client.shutdown(socket.SHUT_RDWR)
                return
            _pass(server, client)
            client.shutdown(socket.SHUT_RDWR)


def _pass(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while part := source.recv(65536):
            target.sendall(part)


@contextmanager
def wire(port: int) -> Iterator[Wire]:
    """A wire to the port, until the test is over."""
    made = Wire(port)
    try:
        yield made
    finally:
        made.close()
