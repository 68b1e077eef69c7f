"""HTTP for the blocking client: POST on http.client, with a time for the whole and a limit."""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlunsplit

from ZSI.call import TIMEOUT
from ZSI.errors import LimitExceeded
from ZSI.limits import DEFAULT_LIMITS

_CHUNK = 64 * 1024


@dataclass(slots=True)
class BlockingHttp:
    """HTTP connections, of which the last is kept open.

    Attributes:
        transport: makes connections in http.client's place: ``transport(host, port, **transdict)``.
        context: of TLS; None: the system's authorities, with names checked.
        timeout: seconds for a whole call; None: for ever.
        limit: bytes of a body, before and after decompression.
    """

    transport: Any = None
    transdict: Mapping[str, Any] = field(default_factory=dict)
    context: ssl.SSLContext | None = None
    timeout: float | None = TIMEOUT
    limit: int = DEFAULT_LIMITS.body_bytes
    origin: tuple[str, str] | None = None
    connection: Any = None

    def close(self) -> None:
        """Close the connection that is kept."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def post(
        self, url: SplitResult, body: bytes, fields: list[tuple[str, str]]
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """POST once; the answer and its body, as it came.

        Raises:
            OSError, http.client.HTTPException: the connection failed.
            TimeoutError: the time is over.
            LimitExceeded: the body is too large.
        """
        until = None if self.timeout is None else time.monotonic() + self.timeout
        kept = self.connection is not None and self.origin == (url.scheme, url.netloc)
        try:
            try:
                response = self._ask(url, body, fields, until)
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                # a server may close a connection that it has kept open, at the wrong moment
                if not kept:
                    raise
                self.close()
                response = self._ask(url, body, fields, until)
            data = self._read(response, until)
        except BaseException:
            self.close()
            raise
        if response.will_close:
            self.close()
        return response, data

    def _ask(
        self, url: SplitResult, body: bytes, fields: list[tuple[str, str]], until: float | None
    ) -> http.client.HTTPResponse:
        connection = self._connected(url)
        self._patience(until)
        target = urlunsplit(("", "", url.path or "/", url.query, ""))
        connection.putrequest("POST", target, skip_accept_encoding=True)
        for name, value in fields:
            connection.putheader(name, value)
        connection.endheaders(body)
        self._patience(until)
        response: http.client.HTTPResponse = connection.getresponse()
        return response

    def _connected(self, url: SplitResult) -> Any:
        """A connection to the origin of a URL."""
        if self.connection is not None and self.origin == (url.scheme, url.netloc):
            return self.connection
        self.close()
        if self.transport is not None:
            made = self.transport(url.hostname, url.port, **self.transdict)
        elif url.scheme == "https":
            made = http.client.HTTPSConnection(
                url.hostname or "", url.port, timeout=self.timeout, context=self._tls()
            )
        else:
            made = http.client.HTTPConnection(url.hostname or "", url.port, timeout=self.timeout)
        self.connection, self.origin = made, (url.scheme, url.netloc)
        return made

    def _tls(self) -> ssl.SSLContext:
        """The TLS context; ZSI's transdict names files of a client certificate."""
        if self.context is None:
            self.context = ssl.create_default_context()
            if "cert_file" in self.transdict:
                self.context.load_cert_chain(
                    self.transdict["cert_file"], self.transdict.get("key_file")
                )
        return self.context

    def _patience(self, until: float | None) -> None:
        """Let the socket wait no longer than the call may."""
        if until is None:
            return
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"no answer within {self.timeout} s")
        self.connection.timeout = left
        sock = getattr(self.connection, "sock", None)
        if sock is not None:
            sock.settimeout(left)

    def _read(self, response: http.client.HTTPResponse, until: float | None) -> bytes:
        pieces: list[bytes] = []
        size = 0
        while piece := response.read1(_CHUNK):
            size += len(piece)
            if size > self.limit:
                raise LimitExceeded("body_bytes", self.limit)
            pieces.append(piece)
            if self.connection is not None and self.connection.sock is not None:
                self._patience(until)
        if response.length:
            raise http.client.IncompleteRead(b"", response.length)
        response.close()  # read1 does not, at a known end; the connection could not be used again
        return b"".join(pieces)
