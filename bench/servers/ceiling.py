"""The ceiling: a Twisted protocol on httptools that parses the XML and says the same each time.

python -m bench.servers.ceiling PORT BODY-FILE
"""

from __future__ import annotations

import sys
from pathlib import Path

import httptools
from lxml import etree
from twisted.internet import protocol, reactor


class Constant(protocol.Protocol):
    """Parses what comes, answers with a constant."""

    answer = b""

    def connectionMade(self) -> None:
        self.parser = httptools.HttpRequestParser(self)
        self.chunks: list[bytes] = []
        self.transport.setTcpNoDelay(True)

    def dataReceived(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_body(self, data: bytes) -> None:
        self.chunks.append(data)

    def on_message_complete(self) -> None:
        etree.fromstring(b"".join(self.chunks))
        self.chunks = []
        self.transport.write(self.answer)


def main(port: str, body: str) -> None:
    content = Path(body).read_bytes()
    Constant.answer = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\n"
        b"Content-Length: %d\r\n\r\n%b" % (len(content), content)
    )
    reactor.listenTCP(
        int(port), protocol.Factory.forProtocol(Constant), backlog=4096, interface="127.0.0.1"
    )
    reactor.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
