"""What 17 SOAP clients really sent, sent again byte by byte to the echo service under twistd."""

from __future__ import annotations

import gzip
import http.client
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree
from twisted.trial.unittest import SkipTest, SynchronousTestCase

from tests.running import EchoServer, shared_echo_server

CAPTURES = Path(__file__).parent / "captures"
SOAP = {
    "http://schemas.xmlsoap.org/soap/envelope/": "text/xml",
    "http://www.w3.org/2003/05/soap-envelope": "application/soap+xml",
}
VALUE = "{urn:ZSI}value"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


@dataclass(frozen=True, slots=True)
class Recording:
    """One recorded request."""

    path: Path
    head: bytes
    body: bytes

    @classmethod
    def read(cls, path: Path) -> Recording:
        head, _, body = path.read_bytes().partition(b"\r\n\r\n")
        return cls(path, head, body)

    @property
    def name(self) -> str:
        return f"{self.path.parent.name}/{self.path.name}"

    def says(self, words: bytes) -> bool:
        return words in self.head.lower()

    def plain(self) -> bytes:
        """The envelope: one body is gzipped."""
        if self.says(b"content-encoding: gzip"):
            return gzip.decompress(self.body)
        return self.body

    def wire(self) -> bytes:
        """The bytes that the client sent: a chunked body was recorded decoded."""
        body = self.body
        if self.says(b"transfer-encoding: chunked"):
            half = len(body) // 2
            chunks = [body[:half], body[half:], b""]
            body = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
        return self.head + b"\r\n\r\n" + body


def recordings(method: str) -> Iterator[Recording]:
    """The recorded requests with this method, in a fixed order."""
    for path in sorted(CAPTURES.glob(f"*/*-{method}-*.http")):
        yield Recording.read(path)


def send(port: int, recording: Recording) -> tuple[int, http.client.HTTPMessage, bytes]:
    """Status, headers and body of the answer; an interim 100 is passed over."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(recording.wire())
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return answer.status, answer.headers, answer.read()


class RecordingsTests(SynchronousTestCase):
    """The fixtures themselves."""

    def test_all_are_here(self) -> None:
        """A pattern that finds nothing would let everything below pass."""
        self.assertEqual(len({path.parent for path in CAPTURES.glob("*/*.http")}), 17)
        self.assertGreaterEqual(len(list(recordings("POST"))), 29)


class ReplayMixin:
    """Each recorded request gets the answer that its client waited for, on one front."""

    front: str

    def setUp(self) -> None:
        if not EchoServer.available():
            raise SkipTest("server.tac is not there")
        self.port = shared_echo_server(self.front).port

    def test_echo(self) -> None:
        """The same SOAP version, its media type, the same value, xsi:type included."""
        for recording in recordings("POST"):
            status, headers, body = send(self.port, recording)
            self.assertEqual(status, 200, f"{recording.name}: {body!r}")
            sent, got = etree.fromstring(recording.plain()), etree.fromstring(body)
            self.assertEqual(got.tag, sent.tag, recording.name)
            namespace = etree.QName(got).namespace or ""
            self.assertEqual(headers.get_content_type(), SOAP[namespace], recording.name)
            values = [*sent.iter(VALUE, "value")], [*got.iter(VALUE)]
            self.assertEqual([value.text for value in values[1]], ["plop"], recording.name)
            types = [[value.get(XSI_TYPE, "").partition(":")[2] for value in v] for v in values]
            self.assertEqual(types[1], types[0], recording.name)

    def test_wsdl(self) -> None:
        """Every GET for the WSDL gets one whose address is where the request came."""
        count = 0
        for recording in recordings("GET"):
            target = recording.head.split(b" ", 2)[1]
            if not target.lower().startswith(b"/echo?wsdl"):
                continue
            count += 1
            status, headers, body = send(self.port, recording)
            self.assertEqual(status, 200, recording.name)
            self.assertEqual(headers.get_content_type(), "text/xml", recording.name)
            root = etree.fromstring(body)
            host = next(
                line.partition(b":")[2].strip().decode()
                for line in recording.head.split(b"\r\n")
                if line.lower().startswith(b"host:")
            )
            addresses = root.xpath("//@location[parent::*[local-name()='address']]")
            self.assertEqual(addresses, [f"http://{host}/echo"], recording.name)
        self.assertGreaterEqual(count, 12)

    def test_connection_close_is_announced(self) -> None:
        """strong-soap waits for ever where it is not."""
        asked = [r for r in recordings("POST") if r.says(b"\r\nconnection: close")]
        self.assertTrue(asked)
        for recording in asked:
            _, headers, _ = send(self.port, recording)
            self.assertEqual((headers["Connection"] or "").lower(), "close", recording.name)


class FastFrontTests(ReplayMixin, SynchronousTestCase):
    """On httptools."""

    front = "fast"


class WebFrontTests(ReplayMixin, SynchronousTestCase):
    """On twisted.web."""

    front = "web"
