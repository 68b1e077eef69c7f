"""The mock on HTTP: a resource for one path, on either front of `ZSI.twisted`."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater

from ZSI.errors import LimitExceeded, RequestRefused
from ZSI.mock.engine import Engine, Mount
from ZSI.mock.exchange import Call, Sent
from ZSI.mock.pages import Pages
from ZSI.twisted.content import gunzip, http_facts
from ZSI.twisted.exchange import Exchange, HttpResponse, request_value
from ZSI.twisted.refusals import refusal, text_response
from ZSI.twisted.waiting import deferred_of, waits
from ZSI.twisted.WSresource import WSResource


class MockResource(WSResource):
    """A mocked service.

    Args:
        engine: what decides.
        mount: what is served here.
        reactor: what holds delayed replies.
        pages: the WSDL and its imports, with the addresses of all ports.
    """

    def __init__(
        self, engine: Engine, mount: Mount, reactor: IReactorTime, pages: Pages
    ) -> None:
        super().__init__()
        self.engine = engine
        self.mount = mount
        self.reactor = reactor
        self.pages = pages
        self.limits = mount.settings.limits
        self.prefix = mount.settings.prefix

    def respond(self, request: Any) -> HttpResponse | Deferred[HttpResponse]:
        """Answer a request: messages by the engine, pages from the contract."""
        if request.method in (b"GET", b"HEAD"):
            request.exchange = Exchange()
            return self.pages.page(self, request)
        return super().respond(request)

    def _post(self, request: Any) -> HttpResponse | Deferred[HttpResponse]:
        request.exchange = exchange = Exchange()
        facts = http_facts(request)
        exchange.version = facts.media_type.version
        if facts.refused is not None:
            raise RequestRefused(*facts.refused)
        body = request.content.read()
        if facts.gzipped:
            body = gunzip(body, self.limits.body_bytes)
        if len(body) > self.limits.body_bytes:
            raise LimitExceeded("body_bytes", self.limits.body_bytes)
        call = self.engine.open(request_value(request, body), self.mount)
        exchange.version = call.version
        exchange.operation = call.operation.name if call.operation is not None else None
        if call.operation is not None and call.operation.one_way:
            exchange.one_way = True
        handler = self.engine.handler(call)
        if handler is None:
            return self._finish(self.engine.close(call, self.mount))
        return self._handled(call, handler)

    def _handled(
        self, call: Call, handler: Callable[[Any], Any]
    ) -> HttpResponse | Deferred[HttpResponse]:
        """Call the stub's handler, and wait for it if need be."""
        try:
            given = handler(call.request)
        except Exception as error:
            given = error
        if not waits(given):
            return self._finish(self.engine.close(call, self.mount, given))
        waiting = deferred_of(given)
        waiting.addErrback(lambda failure: failure.value)
        waiting.addCallback(lambda value: self.engine.close(call, self.mount, value))
        waiting.addCallback(self._finish)
        return waiting

    def _finish(self, call: Call) -> HttpResponse | Deferred[HttpResponse]:
        """What goes over the wire, after the delay."""
        assert call.sent is not None
        response = http_response(call.sent)
        if call.delay <= 0:
            return response
        return deferLater(self.reactor, call.delay, lambda: response)


def http_response(sent: Sent) -> HttpResponse:
    """What the engine decided, as the front takes it."""
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in sent.headers]
    if sent.media_type is not None:
        headers.insert(0, (b"Content-Type", sent.media_type.encode("latin-1")))
    return HttpResponse(sent.status, tuple(headers), sent.body)


class MockRoot(WSResource):
    """The whole mock server as one resource: paths are looked up, not walked down.

    Args:
        resources: what answers, by path: mocked services, and service classes beside them.
    """

    def __init__(self, resources: Mapping[str, Any]) -> None:
        super().__init__()
        self.resources = dict(resources)

    def respond(self, request: Any) -> HttpResponse | Deferred[HttpResponse]:
        """Pass a request to what lives at its path."""
        path = unquote_to_bytes(request.path).decode("utf-8", "replace")
        found = self.resources.get(path) or self.resources.get(path.rstrip("/"))
        if found is not None:
            answer: HttpResponse | Deferred[HttpResponse] = found.respond(request)
            return answer
        request.exchange = Exchange()
        lines = [f"nothing lives at {path}", "", *sorted(self.resources)]
        status = 404
        if path == "/" and request.method in (b"GET", b"HEAD"):
            status, lines[0] = 200, "zsi-mock serves:"
        if request.method == b"POST":
            return refusal(404, ". ".join(lines[:1]), request.getHeader(b"content-type"))
        return text_response(status, "\n".join(lines) + "\n")
