"""The mock on HTTP: a resource for one path, on either front of `ZSI.twisted`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_to_bytes

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater

from ZSI.errors import LimitExceeded, RequestRefused
from ZSI.mock.delays import parse_seconds
from ZSI.mock.engine import Engine, Mount
from ZSI.mock.errors import listed
from ZSI.mock.exchange import Call, Sent
from ZSI.mock.mixing import own_answer
from ZSI.mock.pages import Pages
from ZSI.mock.stubs import Trouble
from ZSI.twisted.content import body_of, decompressed, http_facts
from ZSI.twisted.exchange import Exchange, HeaderPairs, HttpResponse, request_value
from ZSI.twisted.refusals import refusal, text_response
from ZSI.twisted.waiting import deferred_of, waits
from ZSI.twisted.WSresource import WSResource


class MockExchange(Exchange):
    """What is found out about an exchange with the mock.

    Attributes:
        session: the one it belongs to.
        opened: the engine has it, and tells of it.
    """

    opened = False

    def __init__(self, session: str) -> None:
        self.session = session


class MockResource(WSResource):
    """A mocked service.

    Args:
        engine: what decides.
        mount: what is served here.
        reactor: what holds delayed replies.
        pages: the WSDL and its imports, with the addresses of all ports.
    """

    def __init__(self, engine: Engine, mount: Mount, reactor: IReactorTime, pages: Pages) -> None:
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
        exchange = request.exchange
        if not isinstance(exchange, MockExchange):
            request.exchange = exchange = MockExchange(header_session(request))
        facts = http_facts(request)
        exchange.version = facts.version
        if facts.refused is not None:
            raise RequestRefused(*facts.refused)
        body = body_of(request)
        if facts.coding is not None:
            body = decompressed(body, self.limits.body_bytes, facts.coding)
        if len(body) > self.limits.body_bytes:
            raise LimitExceeded("body_bytes", self.limits.body_bytes)
        call = self.engine.open(request_value(request, body), self.mount, exchange.session)
        exchange.opened = True
        exchange.version = call.version
        operation = call.operation
        if operation is not None:
            exchange.operation = operation.name
            exchange.one_way = operation.one_way
        if self.mount.owns and call.stub is None:
            answer = own_answer(self.engine, self.mount, call, request)
            if answer is not None:
                return answer
        handler = self.engine.handler(call)
        if handler is None:
            return self._finish(self.engine.close(call, self.mount), request)
        return self._handled(call, handler, request)

    def _handled(
        self, call: Call, handler: Callable[[Any], Any], request: Any
    ) -> HttpResponse | Deferred[HttpResponse]:
        """Call the stub's handler, and wait for it if need be."""
        try:
            given = handler(call.request)
        except Exception as error:
            given = error
        if not waits(given):
            return self._finish(self.engine.close(call, self.mount, given), request)
        waiting = deferred_of(given)
        waiting.addErrback(lambda failure: failure.value)
        waiting.addCallback(lambda value: self.engine.close(call, self.mount, value))
        waiting.addCallback(self._finish, request)
        return waiting

    def _finish(self, call: Call, request: Any) -> HttpResponse | Deferred[HttpResponse]:
        """What goes over the wire, after the delay and when the gate opens."""
        assert call.sent is not None
        gate = call.stub.gate if call.stub is not None else None
        if call.delay <= 0 and gate is None and call.trouble is None:
            return http_response(call.sent)
        held: Deferred[Any] = (
            deferLater(self.reactor, call.delay) if call.delay > 0 else succeed(None)
        )
        if gate is not None:
            held.addCallback(lambda _: self._passed(gate))
        held.addCallback(lambda _: self._released(call, request))
        return held

    def _passed(self, name: str) -> Deferred[None]:
        """Waits for a gate to open."""
        gate = self.engine.gates[name]

        def gone(waiting: Deferred[None]) -> None:
            gate.forget(go_on)

        waiting: Deferred[None] = Deferred(gone)

        def go_on() -> None:
            if not waiting.called:
                waiting.callback(None)

        gate.wait(go_on)
        return waiting

    def _released(self, call: Call, request: Any) -> Any:
        """The answer, or what happens to the connection in its place."""
        assert call.sent is not None
        response = http_response(call.sent)
        if call.trouble is None:
            return response
        return disturb(request, response, call.trouble, self.reactor)


def disturb(
    request: Any, response: HttpResponse, trouble: Trouble, reactor: IReactorTime
) -> Deferred[HttpResponse]:
    """Let something happen to the connection; the answer never comes through the front.

    ``reset`` and ``close`` send nothing; ``cut`` half of the answer; ``dribble`` the answer in
    ``drops`` over ``seconds``.
    """
    transport = request.channel.transport
    request.startedWriting = 1  # so the front writes nothing in between
    never: Deferred[HttpResponse] = Deferred(lambda _: None)
    head = b"HTTP/1.1 %d %s\r\n" % (response.status, b"Trouble")
    head += b"".join(b"%b: %b\r\n" % field for field in response.headers)
    data = head + b"Content-Length: %d\r\nConnection: close\r\n\r\n%b" % (
        len(response.body), response.body,
    )  # fmt: skip
    if trouble.kind == "reset":
        transport.abortConnection()
    elif trouble.kind == "close":
        transport.loseConnection()
    elif trouble.kind == "cut":
        transport.write(data[: -(len(response.body) // 2 or 1)])
        transport.loseConnection()
    else:
        seconds = parse_seconds(trouble.settings.get("seconds", "1s"))
        _dribble(transport, data, seconds, int(trouble.settings.get("drops", 10)), reactor)
    return never


def _dribble(
    transport: Any, data: bytes, seconds: float, drops: int, reactor: IReactorTime
) -> None:
    """Write bytes in equal drops over some time, then close."""
    drops = max(1, min(drops, len(data)))
    size = -(-len(data) // drops)
    pieces = [data[start : start + size] for start in range(0, len(data), size)]

    def drop() -> None:
        if not getattr(transport, "connected", True):
            return
        transport.write(pieces.pop(0))
        if pieces:
            reactor.callLater(seconds / drops, drop)
        else:
            transport.loseConnection()

    drop()


def http_response(sent: Sent) -> HttpResponse:
    """What the engine decided, as the front takes it."""
    headers = _fields(sent.media_type, sent.headers)
    # the tuple itself: the constructor of a NamedTuple costs three times as much
    return tuple.__new__(HttpResponse, (sent.status, headers, sent.body))


@lru_cache(maxsize=256)  # most replies have one of a few
def _fields(media_type: str | None, headers: tuple[tuple[str, str], ...]) -> HeaderPairs:
    pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    if media_type is not None:
        pairs.insert(0, (b"Content-Type", media_type.encode("latin-1")))
    return tuple(pairs)


def header_session(request: Any) -> str:
    """The session that a request names by its header field."""
    head = getattr(request, "head", None)  # on the fast front the fields are at hand
    named: bytes | None = (
        request.getHeader(SESSION_HEADER) if head is None else head.fields.get(SESSION_HEADER)
    )
    if not named:
        return ""
    try:
        return named.decode().strip()
    except UnicodeDecodeError:  # clients send what is not ASCII in either
        return named.decode("latin-1").strip()


#: Keeps stubs, state and journal of tests apart that share one server; a path prefix ``/~name/``
#: does the same for clients that cannot set header fields.
SESSION_HEADER = b"x-mock-session"


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
        path = request.path.decode("latin-1")
        found = self.resources.get(path)
        if found is None and path[:2] == "/~":  # a session, not somebody's home
            name, _, rest = path[2:].partition("/")
            request.exchange = MockExchange(_unquoted(name))
            path = f"/{rest}"
        # as the WSDL has it, /my%20soap.php, or as people write it
        found = found or self._living(path) or self._living(_unquoted(path))
        if found is not None:
            answer: HttpResponse | Deferred[HttpResponse] = found.respond(request)
            return answer
        request.exchange = Exchange()
        lines = [f"nothing lives at {_unquoted(path)}", "", *sorted(self.resources)]
        status = 404
        if path == "/" and request.method in (b"GET", b"HEAD"):
            status, lines[0] = 200, "zsi-mock serves:"
        if request.method == b"POST":
            known = listed(lines[2:])
            return refusal(
                404, f"{lines[0]}; here are: {known}", request.getHeader(b"content-type")
            )
        return text_response(status, "\n".join(lines) + "\n")

    def _living(self, path: str) -> Any:
        return self.resources.get(path) or self.resources.get(path.rstrip("/"))


def _unquoted(text: str) -> str:
    """Text of a path without its escapes."""
    if "%" not in text and text.isascii():
        return text
    return unquote_to_bytes(text.encode("latin-1")).decode("utf-8", "replace")
