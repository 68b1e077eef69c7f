"""twisted.web with no SOAP in it: a Resource that returns the body it got.

python -m bench.servers.bare_web PORT
"""

from __future__ import annotations

import sys

from twisted.internet import reactor
from twisted.web.http import Request
from twisted.web.resource import Resource
from twisted.web.server import Site


class Body(Resource):
    """Answers every POST with its own body."""

    isLeaf = True

    def render_POST(self, request: Request) -> bytes:
        request.setHeader(b"content-type", b"text/xml; charset=utf-8")
        return request.content.read()


def main(port: str) -> None:
    site = Site(Body(), parsePOSTFormSubmission=False, reactor=reactor)
    reactor.listenTCP(int(port), site, backlog=4096, interface="127.0.0.1")
    reactor.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
