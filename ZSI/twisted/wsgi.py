"""ZSI's services as WSGI applications (PEP 3333): no reactor, one thread a request.

::

    class EchoService(SOAPApplication):
        @soapmethod(EchoRequest.typecode, EchoResponse.typecode, soapaction="Echo")
        def soap_Echo(self, request, response, **kw):
            response.Value = request.Value
            return request, response

    application = WSGIApplication()
    application["echo"] = EchoService()

The service classes that ``wsdl2py`` generates are Twisted's; here a service derives from
`SOAPApplication` and names the typecodes of its methods.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Collection, Iterable
from functools import wraps
from io import BytesIO
from typing import Any, ClassVar

from twisted.web.http_headers import Headers

from ZSI.errors import LimitExceeded, RequestRefused, ZSIException
from ZSI.limits import DEFAULT_LIMITS, Limits
from ZSI.names import QName
from ZSI.twisted.chain import DefaultCallbackHandler, new_chain
from ZSI.twisted.content import decompressed, exchange_of
from ZSI.twisted.dispatching import HandlerError
from ZSI.twisted.exchange import HttpResponse, reason_phrase
from ZSI.twisted.interfaces import DataHandler, DefaultHandlerChain
from ZSI.twisted.refusals import SOAP_FIELDS, fault_response, text_response
from ZSI.twisted.waiting import waits
from ZSI.writer import SoapWriter


def soapmethod(
    requesttypecode: Any,
    responsetypecode: Any,
    soapaction: str = "",
    operation: str | None = None,
    **kw: Any,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorate a method of a `SOAPApplication` that answers one message.

    The method is called with ``request`` and an empty ``response`` and returns the two.

    Args:
        requesttypecode, responsetypecode: of the messages, or classes that have them.
        soapaction: names the method where the body's element does not.
        operation: its name; only for whoever reads the code.
        kw: ignored, as in ZSI.
    """
    asked, answered = (
        getattr(code, "typecode") if isinstance(code, type) else code  # noqa: B009 -- any class
        for code in (requesttypecode, responsetypecode)
    )

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def answer(self: Any, ps: Any, **kw: Any) -> Any:
            kw.pop("request", None)
            pyclass = answered.pyclass
            response = pyclass() if pyclass is not None else {}
            pair = method(self, request=ps.Parse(asked), response=response, **kw)
            if isinstance(pair, tuple) and len(pair) == 2 and isinstance(pair[1], dict):
                return pair[0], _Typed(pair[1], answered)
            return pair

        made: Any = answer
        made.soapmethod = ((asked.nspname, asked.pname), soapaction)
        made.operation = operation
        return answer

    return decorate


class _Typed:
    """A response without a class of its own."""

    def __init__(self, value: Any, typecode: Any) -> None:
        self.value = value
        self.typecode = typecode


class SOAPCallbackHandler(DefaultCallbackHandler):
    """Calls the service's method; see `ZSI.twisted.chain.DefaultCallbackHandler`."""


class _Data(DataHandler):
    """Reads and writes, responses without a class too."""

    @classmethod
    def processResponse(
        cls, output: Any, *, request: Any = None, resource: Any = None, **kw: Any
    ) -> Any:
        """Write the response in the SOAP version of the request.

        Raises:
            HandlerError: it is a Deferred or a coroutine, for which nobody waits here.
        """
        if waits(output):
            raise HandlerError("WSGI services answer at once: use WSResource for Deferreds")
        if isinstance(output, _Typed):
            writer = SoapWriter(version=request.exchange.version)
            return writer.serialize(output.value, output.typecode)
        return super().processResponse(output, request=request, resource=resource, **kw)


class SOAPHandlerChainFactory:
    """Makes the chain of each request; ``protocol`` may be another chain class."""

    protocol: Any = DefaultHandlerChain

    @classmethod
    def newInstance(cls) -> Any:
        """A chain of ZSI's two handlers."""
        return cls.protocol(SOAPCallbackHandler, _Data)


class WSGIRequest:
    """A WSGI environment as handlers see requests; see `ZSI.twisted.exchange.RequestFace`."""

    code = 200
    exchange: Any = None
    prepath = postpath = None

    def __init__(self, env: dict[str, Any], body: bytes) -> None:
        self.env = env
        self.body = body
        self.content = BytesIO(body)
        self.method = str(env.get("REQUEST_METHOD", "")).encode("latin-1")
        path = f"{env.get('SCRIPT_NAME', '')}{env.get('PATH_INFO', '')}"
        self.path = path.encode("latin-1")
        query = env.get("QUERY_STRING")
        self.uri = self.path + (f"?{query}".encode("latin-1") if query else b"")
        self.clientproto = str(env.get("SERVER_PROTOCOL", "")).encode("latin-1")
        self.requestHeaders = Headers()
        self.responseHeaders = Headers()
        for key, value in env.items():
            if key.startswith("HTTP_") or key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
                name = key.removeprefix("HTTP_").replace("_", "-")
                self.requestHeaders.addRawHeader(name, value)

    def getHeader(self, key: Any) -> Any:
        """The last value of a header field, bytes for bytes; or None."""
        values = self.requestHeaders.getRawHeaders(key)
        return values[-1] if values else None

    def setHeader(self, name: Any, value: Any) -> None:
        """Set a header field of the answer."""
        self.responseHeaders.setRawHeaders(name, [value])

    def setResponseCode(self, code: int, message: bytes | None = None) -> None:
        """Set the status of the answer; a fault still has its own."""
        self.code = code

    def getClientAddress(self) -> Any:
        """The peer's address as the server says it, or None."""
        return self.env.get("REMOTE_ADDR")

    def isSecure(self) -> bool:
        """Whether the request came by TLS."""
        return self.env.get("wsgi.url_scheme") == "https"


class WSGIApplication(dict[str, Any]):
    """Applications by the first segment of the path; may be nested.

    >>> application = WSGIApplication()
    >>> application.putChild("a", WSGIApplication())
    >>> list(application)
    ['a']
    """

    encoding = "UTF-8"

    def putChild(self, path: str, resource: Any) -> None:
        """Add an application."""
        self[path] = resource

    def __call__(self, env: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """WSGI: the application of the path, or 404."""
        script, path = env.get("SCRIPT_NAME", ""), env.get("PATH_INFO", "").lstrip("/")
        segment, slash, rest = path.partition("/")
        child = self.get(segment)
        if child is None:
            return _send(text_response(404, "no service lives here\n"), start_response)
        below = {**env, "SCRIPT_NAME": f"{script}/{segment}", "PATH_INFO": slash + rest}
        made: Iterable[bytes] = child(below, start_response)
        return made


class SOAPApplication(WSGIApplication):
    """A SOAP service; its methods are decorated with `soapmethod`.

    Attributes:
        factory: makes the handler chain of each request.
        others: as of `ZSI.twisted.resource.WSResource`.
    """

    factory: Any = SOAPHandlerChainFactory
    root: ClassVar[dict[Any, str]] = {}
    soapAction: ClassVar[dict[str, str]] = {}
    operations: ClassVar[dict[str, Any]] = {}
    understood: Collection[QName] = ()
    actors: Collection[str] = ()
    limits: Limits = DEFAULT_LIMITS
    pedantic: bool = False
    prefix: str = "soapenv"

    def __init__(self, **kw: Any) -> None:
        super().__init__()

    def __init_subclass__(cls, **kw: Any) -> None:
        super().__init_subclass__(**kw)
        cls.root, cls.soapAction = dict(cls.root), dict(cls.soapAction)
        for name, method in vars(cls).items():
            found = getattr(method, "soapmethod", None)
            if found is not None:
                cls.root[found[0]] = name
                if found[1]:
                    cls.soapAction[found[1]] = name

    def __call__(self, env: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """WSGI: answer a message; what goes wrong becomes a fault."""
        request = WSGIRequest(env, b"")
        try:
            response = self._answered(request)
        except Exception as error:
            if not isinstance(error, ZSIException) and env.get("wsgi.errors") is not None:
                traceback.print_exc(file=env["wsgi.errors"])
            version = exchange_of(request).version
            version = version or exchange_of(request).facts.version  # type: ignore[union-attr]  # exchange_of has worked them out
            response = fault_response(error, version, prefix=self.prefix)
        return _send(response, start_response, request)

    def _answered(self, request: WSGIRequest) -> HttpResponse:
        exchange = exchange_of(request)
        facts = exchange.facts
        assert facts is not None
        if request.method != b"POST":
            raise RequestRefused("this is a SOAP service: POST envelopes to it", 405)
        if facts.refused is not None:
            raise RequestRefused(*facts.refused)
        body = self._read(request.env)
        if facts.coding is not None:
            body = decompressed(body, self.limits.body_bytes, facts.coding)
        request.body, request.content = body, BytesIO(body)
        exchange.chain = chain = new_chain(self.factory)
        output = chain.processRequest(body, request=request, resource=self)
        data = chain.processResponse(output, request=request, resource=self)
        if data is None:
            return HttpResponse(202)
        fields = SOAP_FIELDS[exchange.version or facts.version]
        return HttpResponse(request.code, fields, data)

    def _read(self, env: dict[str, Any]) -> bytes:
        """The body.

        Raises:
            LimitExceeded: it is too large.
        """
        said = env.get("CONTENT_LENGTH") or "0"
        most = self.limits.body_bytes
        if not said.isdigit() or int(said) > most:
            raise LimitExceeded("body_bytes", most)
        body: bytes = env["wsgi.input"].read(int(said))
        return body


def _send(
    response: HttpResponse, start_response: Any, request: WSGIRequest | None = None
) -> list[bytes]:
    fields = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers]
    if request is not None:
        fields += [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in request.responseHeaders.getAllRawHeaders()
            for value in values
        ]
    fields.append(("Content-Length", str(len(response.body))))
    phrase = reason_phrase(response.status).decode("ascii")
    start_response(f"{response.status} {phrase}", fields)
    return [response.body]


def test(app: Any, port: int = 8080, host: str = "localhost") -> None:
    """Serve an application with Python's own server until interrupted, for a first try."""
    from wsgiref.simple_server import make_server

    with make_server(host, port, app) as server:
        server.serve_forever()
