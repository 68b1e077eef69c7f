"""SOAP calls on Twisted's Agent: ``Binding.call`` gives a Deferred of the typed response.

Generated clients use it so::

    port = EchoServerLocator().getEchoServer(url, reactor=reactor)
    port.Echo(EchoRequest(value="plop")).addCallback(lambda response: print(response.value))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IConsumer
from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure
from twisted.web.client import Agent, ResponseDone
from twisted.web.http import PotentialDataLoss
from twisted.web.http_headers import Headers
from twisted.web.iweb import IBodyProducer
from zope.interface import implementer

from ZSI.call import TIMEOUT, Codec, Received, response_of, untyped
from ZSI.call import HttpError as HttpError
from ZSI.envelope import VERSIONS
from ZSI.errors import LimitExceeded
from ZSI.limits import DEFAULT_LIMITS, Limits
from ZSI.parse import ParsedSoap
from ZSI.twisted.content import gunzip
from ZSI.writer import SoapWriter
from ZSI.wsa import Address


@dataclass(slots=True)
class ClientChain:
    """One call under way, between `Binding.Send` and `Binding.Receive`."""

    received: Deferred[Received]
    parsed: ParsedSoap | None = field(default=None)
    address: Address | None = field(default=None)


class Binding:
    """Calls a service at one address. Calls may overlap.

    Args:
        url: of the service.
        nsdict: further prefixes for envelopes to declare.
        contextFactory: the TLS policy, an ``IPolicyForHTTPS``.
        tracefile: what is sent and received is written to it.
        readerclass, writerclass: in place of ParsedSoap and SoapWriter.
        version: of SOAP: ``"1.1"`` or ``"1.2"``.
        reactor: to call with; None: the global one, looked up at the first call.
        agent: an ``IAgent`` to use instead of one of our own.
        pool: an ``HTTPConnectionPool`` to keep connections in.
        timeout: seconds for a whole call; None: for ever.
        limits: of responses.
        headers: HTTP header fields for every request.
        wsAddressURI: the version of WS-Addressing to speak, by its namespace; calls of generated
            clients say their actions only where it, or ``endPointReference``, is given.
        endPointReference: who is called; see `ZSI.wsa.Address.setRequest`.

    Attributes:
        defer: `Receive` gives a Deferred; false: it turns the reactor until there is an answer.
        soapheaders: by name, the header blocks of the response that came last, as far as the
            call asked for them.
    """

    defer = False

    def __init__(
        self,
        url: str | None = None,
        nsdict: Mapping[str, str] | None = None,
        contextFactory: Any = None,
        tracefile: Any = None,
        *,
        readerclass: Callable[..., Any] | None = None,
        writerclass: Callable[..., Any] | None = None,
        version: str = "1.1",
        reactor: Any = None,
        agent: Any = None,
        pool: Any = None,
        timeout: float | None = TIMEOUT,
        limits: Limits = DEFAULT_LIMITS,
        headers: Mapping[str, str] | None = None,
        wsAddressURI: str | None = None,
        endPointReference: Any = None,
    ) -> None:
        self.url = url
        self.wsAddressURI = wsAddressURI
        self.endPointReference = endPointReference
        self.trace = tracefile
        self.timeout = timeout
        self.codec = Codec(
            VERSIONS[version],
            dict(nsdict or {}),
            readerclass or ParsedSoap,
            writerclass or SoapWriter,
            limits,
        )
        self._context = contextFactory
        self._pool = pool
        self._reactor = reactor
        self._agent = agent
        self._headers = list((headers or {}).items())
        self._last: ClientChain | None = None
        self.soapheaders: dict[tuple[str | None, str], Any] = {}

    # ------------------------------------------------------------------ HTTP header fields

    def addHTTPHeader(self, key: str, value: str) -> None:
        """Send a header field with every request from now on."""
        self._headers.append((key, value))

    def getHTTPHeaders(self) -> list[tuple[str, str]]:
        """The fields added so far."""
        return list(self._headers)

    # ------------------------------------------------------------------ typed calls

    def call(
        self,
        request: Any,
        response_typecode: Any,
        *,
        soapaction: str = "",
        soapheaders: Iterable[Any] = (),
        replyheaders: Iterable[Any] = (),
        faults: Iterable[Any] = (),
        encoded: bool = False,
        request_typecode: Any = None,
        wsaction: str | None = None,
        replyaction: str | None = None,
    ) -> Deferred[Any]:
        """Send a request object and give its typed response.

        Args:
            request: an object with a ``typecode``.
            response_typecode: of the response; None for a one-way operation.
            soapaction: the SOAPAction, sent in quotes; in SOAP 1.2 the action parameter.
            soapheaders: objects for the Header, each with a ``typecode``.
            replyheaders: typecodes of header blocks of the response, which will be in
                ``soapheaders``.
            faults: typecodes of declared faults' details, which will be typed objects in the
                ``detail`` of the fault.
            encoded: declare SOAP encoding on the Body.
            request_typecode: of the request's element, where ``request`` may be of a derived type.
            wsaction, replyaction: WS-Addressing actions of the two messages.

        Returns:
            A Deferred of the response object, None if one-way. It fails with `FaultException`
            for a fault, `HttpError` for what is no SOAP message, Twisted's errors for what
            happens to the connection. Cancelling it ends the call.
        """
        if self.wsAddressURI is None and self.endPointReference is None:
            text = self.codec.request(request, soapheaders, encoded, request_typecode)
            received = self._post(self.url, text, soapaction)
            return received.addCallback(
                self._typed, response_typecode, tuple(replyheaders), tuple(faults)
            )
        address = self._addressed(wsaction, None, None)
        writer = self.codec.writing(self.codec.version.encoding_style if encoded else None)
        writer.serialize(request, request_typecode, header_pyobjs=soapheaders)
        address.serialize(writer)
        received = self._post(self._target(address), str(writer).encode("utf-8"), soapaction)
        how = (response_typecode, tuple(replyheaders), tuple(faults), address, replyaction)
        return received.addCallback(self._typed, *how)

    def _addressed(self, action: str | None, reference: Any, url: str | None) -> Address:
        """The WS-Addressing of a request."""
        made = Address(url or self.url, self.wsAddressURI)
        made.setRequest(
            reference if reference is not None else self.endPointReference, action or ""
        )
        return made

    def _target(self, address: Address) -> str | None:
        """Where an addressed request goes: To is a URL, or a name that only the service knows."""
        to = address.getTo() or ""
        return to if to.startswith(("http:", "https:")) else self.url

    def _typed(
        self,
        received: Received,
        typecode: Any,
        replyheaders: tuple[Any, ...] = (),
        faults: tuple[Any, ...] = (),
        address: Address | None = None,
        replyaction: str | None = None,
    ) -> Any:
        """The response object that an answer holds."""
        if typecode is None and not received.body:
            return None
        parsed = self.codec.message(received)
        if address is not None:
            address.checkResponse(parsed, replyaction)
        response, headers = response_of(parsed, typecode, replyheaders, faults)
        if replyheaders:
            self.soapheaders = headers
        return response

    # ------------------------------------------------------------------ ZSI's two steps

    def Send(
        self,
        url: str | None,
        opname: Any,
        pyobj: Any,
        nsdict: Mapping[str, str] | None = None,
        soapaction: str | None = None,
        chain: ClientChain | None = None,
        **kw: Any,
    ) -> ClientChain:
        """Send a request object.

        Args:
            url: where to, if not to the Binding's own.
            opname: of the operation; names the element of a ``pyobj`` without a typecode.
            pyobj: the object; plain Python is written as by `TC.Any`.
            nsdict: further prefixes for this envelope.
            soapaction: the SOAPAction.
            chain: unused.
            kw: ``requesttypecode``, ``soapheaders`` and ``encodingStyle``; ``wsaction``, which
                speaks WS-Addressing, and ``endPointReference``; others are ignored, as in ZSI.

        Returns:
            The call, for `Receive`.
        """
        writer = self.codec.writing(kw.get("encodingStyle"), nsdict)
        how = kw.get("requesttypecode")
        if how is None:
            pyobj, how = untyped(pyobj, opname)
        writer.serialize(pyobj, how, header_pyobjs=kw.get("soapheaders", ()))
        address = None
        if kw.get("wsaction") is not None:
            address = self._addressed(kw["wsaction"], kw.get("endPointReference"), url)
            address.serialize(writer)
            url = url or self._target(address)
        text = str(writer).encode("utf-8")
        received = self._post(url or self.url, text, soapaction or "")
        self._last = ClientChain(received, address=address)
        return self._last

    def Receive(self, replytype: Any, chain: ClientChain | None = None, **kw: Any) -> Any:
        """The response to what was sent last, or to what ``chain`` sent.

        Args:
            replytype: its typecode; None: nothing is expected but perhaps a fault.
            chain: what `Send` gave.
            kw: ``wsaction``, which the answer has to have; others are ignored, as in ZSI.

        Returns:
            The response object, or with ``defer`` a Deferred of it.
        """
        call = chain or self._last
        if call is None:
            raise TypeError("nothing has been sent: call Send first")
        how = (replytype, (), (), call.address, kw.get("wsaction"))
        result = call.received.addCallback(self._typed, *how)
        return result if self.defer else turn_until(self._the_reactor(), result)

    def IsSOAP(self) -> bool:
        """Whether there will be a SOAP message to be received (ZSI asks after one-way calls)."""
        return False

    # ------------------------------------------------------------------ HTTP

    def _the_reactor(self) -> Any:
        if self._reactor is None:
            # the documented constructor has no reactor, and this is the outermost edge
            from twisted.internet import reactor

            self._reactor = reactor
        return self._reactor

    def _post(self, url: str | None, text: bytes, action: str) -> Deferred[Received]:
        """POST an envelope; the Deferred has the answer."""
        if not url:
            raise TypeError("there is no address: give url= to the Binding")
        agent = self._agent
        if agent is None:
            policy = {} if self._context is None else {"contextFactory": self._context}
            agent = self._agent = Agent(self._the_reactor(), pool=self._pool, **policy)
        fields = Headers({"User-Agent": ["ZSI"], "Accept-Encoding": ["gzip"]})
        for name, value in (*self.codec.fields(action), *self._headers):
            fields.addRawHeader(name, value)
        self._note(f"POST {url}", text)
        sent: Deferred[Any] = agent.request(b"POST", url.encode("ascii"), fields, _Body(text))
        received = sent.addCallback(self._read).addErrback(_cancelled)
        if self.timeout is not None:
            received.addTimeout(self.timeout, self._the_reactor())
        return received

    def _read(self, response: Any) -> Deferred[Received]:
        """Collect the body of an answer."""
        whole = collect(response, self.codec.limits.body_bytes)

        def received(body: bytes) -> Received:
            coding = response.headers.getRawHeaders(b"content-encoding", [b""])[-1]
            if coding.lower() in (b"gzip", b"x-gzip"):
                body = gunzip(body, self.codec.limits.body_bytes)
            self._note(f"{response.code}", body)
            kinds = response.headers.getRawHeaders(b"content-type", [None])
            return Received(response.code, kinds[-1], body)

        return whole.addCallback(received)

    def _note(self, title: str, text: bytes) -> None:
        if self.trace is not None:
            self.trace.write(f"{'_' * 33} {title}\n{text.decode('utf-8', 'replace')}\n")


@implementer(IBodyProducer)
class _Body:
    """A request body that is already there; sent at once, not in pieces by a clock."""

    def __init__(self, text: bytes) -> None:
        self.length = len(text)
        self._text = text

    def startProducing(self, consumer: IConsumer) -> Deferred[None]:
        """Twisted: write the body."""
        consumer.write(self._text)
        done: Deferred[None] = Deferred()
        done.callback(None)
        return done

    def stopProducing(self) -> None:
        """Twisted: nothing is under way."""

    def pauseProducing(self) -> None:
        """Twisted: nothing is under way."""

    def resumeProducing(self) -> None:
        """Twisted: nothing is under way."""


class _Collector(Protocol):
    """Collects a response body, up to a limit."""

    def __init__(self, finished: Deferred[bytes], limit: int) -> None:
        self.finished: Deferred[bytes] | None = finished
        self._limit = limit
        self._pieces = BytesIO()

    def dataReceived(self, data: bytes) -> None:
        self._pieces.write(data)
        if self._pieces.tell() > self._limit:
            self.end(Failure(LimitExceeded("body_bytes", self._limit)))

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        if reason.check(ResponseDone, PotentialDataLoss):
            self.end(self._pieces.getvalue())
        else:
            self.end(reason)

    def end(self, outcome: bytes | Failure) -> None:
        """Tell once; hang up unless all has come."""
        finished, self.finished = self.finished, None
        if finished is None:
            return
        if isinstance(outcome, bytes):
            finished.callback(outcome)
        else:
            self.abort()
            finished.errback(outcome)

    def abort(self) -> None:
        """Close the connection, which may belong to a pool, without reading on."""
        abort = getattr(self.transport, "abortConnection", None)
        if abort is not None:
            abort()


def collect(response: Any, limit: int) -> Deferred[bytes]:
    """The body of an Agent's response.

    Args:
        response: an ``IResponse``.
        limit: bytes after which the connection is cut and the Deferred fails.
    """

    def cancel(deferred: Deferred[bytes]) -> None:
        collector.finished = None
        collector.abort()

    finished: Deferred[bytes] = Deferred(cancel)
    collector = _Collector(finished, limit)
    response.deliverBody(collector)
    return finished


def _cancelled(reason: Failure) -> Failure:
    """A cancelled call as that, and not as a response that never came."""
    causes = getattr(reason.value, "reasons", None)
    if causes and all(cause.check(CancelledError) for cause in causes):
        return Failure(CancelledError())
    return reason


def turn_until(reactor: Any, deferred: Deferred[Any]) -> Any:
    """Turn a running reactor until a Deferred has fired; ZSI's way to call and wait.

    Raises:
        RuntimeError: the reactor does not run; set ``defer``, or use ``ZSI.client``.
    """
    outcome: list[Any] = []
    deferred.addBoth(outcome.append)
    if not outcome and not reactor.running:
        raise RuntimeError(
            "the reactor does not run: set defer = True for a Deferred, or use ZSI.client"
        )
    while not outcome:
        reactor.runUntilCurrent()
        reactor.doIteration(reactor.timeout())
    if isinstance(outcome[0], Failure):
        outcome[0].raiseException()
    return outcome[0]


_CHAINS = ": use Binding, its readerclass, writerclass and agent"
_ADDRESSING = ": give the Binding wsAddressURI= or endPointReference="
#: ZSI's names that are no more, and what to do instead.
_GONE = {
    "HTTPPageGetter": ", as it is from Twisted: use Binding",
    "getPage": ", as it is from Twisted: use Binding",
    "ClientDataHandler": _CHAINS,
    "DefaultClientHandlerChain": _CHAINS,
    "DefaultClientHandlerChainFactory": _CHAINS,
    "trace": ": give the Binding a tracefile",
    "WSAddressHandler": _ADDRESSING,
    "WSAddressClientHandlerChainFactory": _ADDRESSING,
}


def __getattr__(name: str) -> Any:
    """What is gone says so to those who import it."""
    if name in _GONE:
        raise ImportError(f"{name} is gone{_GONE[name]} (docs/from-zsi.md)")
    raise AttributeError(name)
