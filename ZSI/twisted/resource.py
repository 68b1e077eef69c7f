"""The resource that answers SOAP: from a request face to an `HttpResponse`, on either front."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any, ClassVar

from twisted.internet.defer import CancelledError, Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web.resource import Resource

from ZSI.envelope import SOAP11
from ZSI.errors import Blame, FaultException, LimitExceeded, RequestRefused
from ZSI.fault import Fault
from ZSI.limits import DEFAULT_LIMITS, Limits
from ZSI.names import QName
from ZSI.parse import ParsedSoap
from ZSI.TC.compound import Compound
from ZSI.twisted.access import ExchangeLog
from ZSI.twisted.chain import DefaultHandlerChainFactory, new_chain
from ZSI.twisted.content import body_of, decompressed, gzip, http_facts
from ZSI.twisted.delivery import when_answered, write_response
from ZSI.twisted.dispatching import note
from ZSI.twisted.exchange import Exchange, HttpResponse
from ZSI.twisted.interfaces import is_plain, pass_in, pass_out
from ZSI.twisted.operations import Documents, Operation
from ZSI.twisted.pages import page
from ZSI.twisted.refusals import SOAP_FIELDS, caught, fault_response
from ZSI.twisted.waiting import PRESENT, deferred_of, waits
from ZSI.writer import write_message

_ALLOW = (b"Allow", b"GET, HEAD, OPTIONS, POST")
_GZIP_FIELDS = ((b"Content-Encoding", b"gzip"), (b"Vary", b"Accept-Encoding"))

_ACCEPTED = HttpResponse(202)
# what a service raises to have it sent, and what becomes of it when the client has gone
_MEANT = (Fault, FaultException, CancelledError)

_PLAIN_LOG = ExchangeLog(successes=False)
_log = Logger("ZSI.twisted")


def _reply(request: Any, response: HttpResponse) -> None:
    """Reply on a site that is not ours; it tells of its requests itself, but not of failures."""
    write_response(request, response)
    _PLAIN_LOG(request, getattr(request, "code", response.status), len(response.body))


class WSResource(Resource):
    """A SOAP service; the base of what ``wsdl2py -w`` generates.

    A subclass may leave out the call of ``__init__``: everything is in class attributes, which
    may also be set on the instance.

    Attributes:
        factory: makes the handler chain of each request: an object or a class with
            ``newInstance()``.
        encoding: of answers; only UTF-8 is written.
        root: name of the body element -> name of the method.
        soapAction: SOAPAction -> name of the method; only breaks ties.
        operations, documents: what the generator knows; see `ZSI.twisted.operations`.
        understood: names of the header blocks that the service takes care of itself.
        actors: URIs of the actors (roles) that it plays besides "next".
        limits: of messages.
        pedantic: refuse what is only unusual.
        prefix: of answers' envelopes; some clients see a fault only in ``<soap:Fault>``.
        trust_proxy: believe X-Forwarded-* for the addresses in ``?wsdl``.
        gzip_bytes: answers from this size are compressed for clients that take it.
        mock: where zsi-mock serves the class, what else it would answer; see
            `ZSI.mock.mixing.ServiceMock`.
    """

    isLeaf = True
    encoding: ClassVar[str] = "UTF-8"
    factory: Any = DefaultHandlerChainFactory
    root: ClassVar[dict[tuple[str | None, str], str]] = {}
    soapAction: ClassVar[dict[str, str]] = {}
    operations: ClassVar[Mapping[str, Operation]] = {}
    documents: ClassVar[Documents | None] = None
    understood: Collection[QName] = ()
    actors: Collection[str] = ()
    limits: Limits = DEFAULT_LIMITS
    pedantic: bool = False
    prefix: str = "soapenv"
    trust_proxy: bool = False
    gzip_bytes: int = 64 * 1024
    mock: Any = None

    def __init__(self) -> None:
        Resource.__init__(self)

    def render(self, request: Any) -> int:
        """Twisted: answer on a plain twisted.web site."""
        if getattr(request, "exchange", None) is None:
            request.exchange = None
        # whoever calls this has imported it; on the fast front it would be 30 ms for nothing
        from twisted.web.server import NOT_DONE_YET

        answered = partial(_reply, request)
        response = self.respond(request)
        if isinstance(response, HttpResponse):
            answered(response)
        else:
            when_answered(request, response, answered)
        return NOT_DONE_YET

    def render_POST(self, request: Any) -> int:
        """ZSI's name for answering a message."""
        return self.render(request)

    def respond(self, request: Any) -> HttpResponse | Deferred[HttpResponse]:
        """The answer to a request, whatever it is; what goes wrong becomes a fault.

        Args:
            request: a request face, see `ZSI.twisted.exchange.RequestFace`.
        """
        try:
            if request.method == b"POST":
                return self._post(request)
            request.exchange = exchange = Exchange()
            if request.method in (b"GET", b"HEAD"):
                return page(self, request)
            if request.method == b"OPTIONS":
                return HttpResponse(200, (_ALLOW,))
            exchange.version = http_facts(request).version
            raise RequestRefused("this is a SOAP service: POST envelopes to it", 405)
        except Exception:
            return self._fault(request, caught())

    # ------------------------------------------------------------------ a message

    def _post(self, request: Any) -> HttpResponse | Deferred[HttpResponse]:
        """Pass a message through the handler chain."""
        request.exchange = exchange = Exchange()
        exchange.facts = facts = http_facts(request)
        exchange.version = facts.version
        if facts.refused is not None:
            raise RequestRefused(*facts.refused)
        body: bytes | None = getattr(request, "body", None)
        if body is None:
            body = body_of(request)
        if facts.coding is not None:
            body = decompressed(body, self.limits.body_bytes, facts.coding)
        if len(body) > self.limits.body_bytes:
            raise LimitExceeded("body_bytes", self.limits.body_bytes)
        exchange.chain = chain = new_chain(self.factory)
        exchange.plain = plain = is_plain(chain)
        if plain:
            # DataHandler's part without its calls; for writing see `_write`
            exchange.parsed = parsed = ParsedSoap(
                body, media_type=facts.media_type, pedantic=self.pedantic, limits=self.limits
            )
            exchange.version = parsed.version
            if facts.findings:
                note(parsed, *facts.findings)
            outcome = chain.handlercb.processRequest(parsed, request=request, resource=self)
        else:
            outcome = pass_in(chain, body, request, self)
        if type(outcome) in PRESENT or not waits(outcome):
            written: HttpResponse | Deferred[HttpResponse] = self._write(request, chain, outcome)
            return written
        waiting = deferred_of(outcome)
        if exchange.one_way:
            return self._let_go(request, waiting)
        waiting.addCallback(partial(self._write, request, chain))
        waiting.addErrback(partial(self._fault, request))
        return waiting

    def _let_go(self, request: Any, waiting: Deferred[Any]) -> HttpResponse:
        """Answer a one-way message now; what goes wrong later is told to the log alone."""
        if waiting.called and not waits(waiting.result):
            outcome: list[Any] = []
            waiting.addBoth(outcome.append)
            if isinstance(outcome[0], Failure):
                return self._fault(request, outcome[0])
            return _ACCEPTED
        name = request.exchange.operation
        waiting.addErrback(
            lambda reason: _log.failure("one-way operation {name} failed", reason, name=name)
        )
        return _ACCEPTED

    def _write(self, request: Any, chain: Any, outcome: Any) -> Any:
        """Pass the response through the chain; an HttpResponse, now or later."""
        exchange = request.exchange
        try:
            if exchange.plain and isinstance(outcome, Compound):
                data = write_message(outcome, exchange.version, self.prefix, exchange.response)
            else:
                data = pass_out(chain, outcome, request, self)
        except Exception:
            return self._unwritten(request, caught())
        if type(data) is bytes and len(data) < self.gzip_bytes:
            # the tuple itself: the constructor of a NamedTuple costs three times as much
            return tuple.__new__(HttpResponse, (200, SOAP_FIELDS[exchange.version], data))
        if not waits(data):
            return self._answer(request, data)
        waiting = deferred_of(data)
        return waiting.addCallbacks(
            partial(self._answer, request), partial(self._unwritten, request)
        )

    def _answer(self, request: Any, data: bytes | None) -> HttpResponse:
        """The bytes of a response as an answer."""
        if data is None:
            return _ACCEPTED
        exchange = request.exchange
        fields = SOAP_FIELDS[exchange.version or SOAP11]
        if len(data) >= self.gzip_bytes and exchange.facts.takes_gzip:
            return HttpResponse(200, fields + _GZIP_FIELDS, gzip(data))
        return HttpResponse(200, fields, data)

    # ------------------------------------------------------------------ what goes wrong

    def _unwritten(self, request: Any, failure: Failure) -> HttpResponse:
        """A response could not be written: ours is the blame, whatever the error says."""
        return self._fault(request, failure, "server")

    def _fault(self, request: Any, failure: Failure, blame: Blame | None = None) -> HttpResponse:
        """The fault that an error becomes; what the client is not told is noted for the log."""
        error = failure.value or Exception()
        exchange = request.exchange
        if (
            not isinstance(error, _MEANT)
            and (blame or getattr(error, "blame", "server")) == "server"
        ):
            exchange.failure = failure
        version = exchange.version or SOAP11
        try:
            response = fault_response(error, version, prefix=self.prefix, blame=blame)
        except Exception:  # the detail of a fault could not be written
            exchange.failure = caught()
            response = fault_response(Exception(), version, prefix=self.prefix)
        if response.status == 405:
            return response._replace(headers=(*response.headers, _ALLOW))
        return response
