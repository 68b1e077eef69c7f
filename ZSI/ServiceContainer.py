"""ZSI's containers: services by path, served by Twisted on a reactor of their own.

>>> class Hello(ServiceSOAPBinding):
...     def soap_hello(self, ps):
...         return None, ps.Parse(TC.Any())
>>> container = ServiceContainer(("127.0.0.1", 0), [Hello("/hello")])
>>> container.getNode("/hello")
<Hello at /hello>
>>> container.server_close()

``container.serve_forever()``, or `AsServer`, would serve it.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from email.message import Message
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

from twisted.python.failure import Failure
from zope.interface import provider

from ZSI import TC
from ZSI.errors import RequestRefused, UnknownOperation, WSActionException, ZSIException, quote
from ZSI.twisted.addressing import (
    WSAddressCallbackHandler,
    WSAddressHandler,
    find_by_action,
    reply_action,
)
from ZSI.twisted.chain import DefaultCallbackHandler
from ZSI.twisted.content import body_of
from ZSI.twisted.dispatching import Target, target_for, target_of
from ZSI.twisted.endpoints import GRACE, make_factory, raise_descriptor_limit
from ZSI.twisted.exchange import Exchange, HttpResponse
from ZSI.twisted.interfaces import (
    CallbackChainInterface,
    DataHandler,
    DefaultHandlerChain,
    HandlerChainInterface,
)
from ZSI.twisted.reactors import close_reactor, new_reactor
from ZSI.twisted.refusals import refusal, text_response
from ZSI.twisted.resource import WSResource

__all__ = [
    "TC",
    "AsServer",
    "GetSOAPContext",
    "NoSuchService",
    "NotAuthorized",
    "PostNotSpecified",
    "SOAPActionNotSpecified",
    "SOAPContext",
    "ServiceAlreadyPresent",
    "ServiceContainer",
    "ServiceInterface",
    "ServiceSOAPBinding",
    "SimpleWSResource",
    "UnknownRequestException",
    "WSAResource",
    "WSActionException",
    "WSActionNotSpecified",
]

#: Connections that wait to be accepted; with 50, 10,000 clients at once wait for seconds.
BACKLOG = 4096

#: What ZSI raised for a body that no method answers.
UnknownRequestException = UnknownOperation


class NoSuchService(ZSIException):
    """No service lives at a path."""


class PostNotSpecified(ZSIException):
    """A service has no path."""


class SOAPActionNotSpecified(ZSIException):
    """A message has no SOAPAction; here that is only unusual, but old code catches it."""


class WSActionNotSpecified(WSActionException):
    """A message has no WS-Addressing action."""


class ServiceAlreadyPresent(ZSIException):
    """Another service lives at that path."""


class NotAuthorized(RequestRefused):
    """The service's ``authorize`` said no, or its method raised this: status 401."""

    def __init__(self, message: str = "not authorized") -> None:
        super().__init__(message, 401)


class SOAPContext:
    """What is known of the request that is being answered.

    Attributes:
        container: the `ServiceContainer`.
        parsedsoap: the message.
        connection: the request as Twisted knows it; see `ZSI.twisted.exchange.RequestFace`.
        soapaction: the action, without quotes; None if there is none.
    """

    def __init__(
        self,
        container: Any,
        xmldata: bytes | str | None,
        ps: Any,
        connection: Any,
        httpheaders: Message | None,
        soapaction: str | None,
    ) -> None:
        self.container = container
        self.parsedsoap = ps
        self.connection = connection
        self.soapaction = soapaction
        self._xmldata = xmldata
        self._headers = httpheaders

    @property
    def xmldata(self) -> bytes | str:
        """The request's body as it came."""
        if self._xmldata is None:
            self._xmldata = body_of(self.connection)
        return self._xmldata

    @property
    def httpheaders(self) -> Message:
        """The request's header fields by name, in whatever case."""
        if self._headers is None:
            self._headers = Message()
            for name, values in self.connection.requestHeaders.getAllRawHeaders():
                for value in values:
                    self._headers[name.decode("latin-1")] = value.decode("latin-1")
        return self._headers


_context: ContextVar[SOAPContext | None] = ContextVar("SOAPContext", default=None)
_container: ContextVar[Any] = ContextVar("ServiceContainer", default=None)


def GetSOAPContext() -> SOAPContext | None:
    """The context of the request that the calling service method answers; None elsewhere.

    A coroutine keeps its own; a callback of a Deferred has none.
    """
    return _context.get()


@contextmanager
def _set(variable: ContextVar[Any], value: Any) -> Iterator[None]:
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)


# ---------------------------------------------------------------------- services


@provider(HandlerChainInterface)
class _Hooks:
    """Calls a service's ``verify`` and ``sign``."""

    @classmethod
    def processRequest(cls, ps: Any, *, resource: Any, **kw: Any) -> Any:
        """Have the message verified; what that raises is answered as a fault."""
        resource.verify(ps)
        return ps

    @classmethod
    def processResponse(cls, sw: Any, *, resource: Any, **kw: Any) -> Any:
        """Have the writer of the answer signed."""
        if sw is not None:
            resource.sign(sw)
        return sw


def _find(resource: Any, ps: Any, request: Any) -> Target:
    """The method that the service names for a message."""
    facts = request.exchange.facts
    action = facts.action if facts is not None else None
    if type(resource).getOperationName is ServiceInterface.getOperationName:
        return _target(resource, ps, action)
    kind: Any = type(resource)
    return target_of(kind, resource.getOperationName(ps, action))


def _target(resource: Any, ps: Any, action: str | None) -> Target:
    try:
        return target_for(resource, ps, action)
    except UnknownOperation:
        # ZSI's dictionaries by hand: any body, known by its action alone
        named = resource.soapAction.get(action) if action and not resource.operations else None
        if named is None:
            raise
        kind: Any = type(resource)
        return target_of(kind, named)


@provider(CallbackChainInterface)
class _CallbackHandler(DefaultCallbackHandler):
    """Asks the service whether the caller may, and lets its method see the context."""

    find = staticmethod(_find)

    @classmethod
    def processRequest(cls, ps: Any, *, resource: Any, request: Any = None, **kw: Any) -> Any:
        """As the base; for a message that no HTTP request carries, without its context.

        Raises:
            NotAuthorized: the service said so.
        """
        facts = request.exchange.facts
        action = facts.action if facts is not None else None
        path = request.path.decode("latin-1")
        if not resource.authorize(request.getHeader("authorization"), path, action):
            raise NotAuthorized
        context = SOAPContext(_container.get(), None, ps, request, None, action)
        with _set(_context, context):
            return super().processRequest(ps, resource=resource, request=request, **kw)


class _ChainFactory:
    """Makes the chain of the services here."""

    @classmethod
    def newInstance(cls) -> DefaultHandlerChain:
        return DefaultHandlerChain(_CallbackHandler, DataHandler, _Hooks)


class ServiceInterface(WSResource):
    """A service at a path.

    Args:
        post: its path, or its whole URL.

    Attributes:
        soapAction, root: from what comes to the name of the method, as in ZSI.
        wsAction: from method names to the Actions of answers; see `WSAResource`.
        challenge: the WWW-Authenticate field that goes with 401.
    """

    factory: Any = _ChainFactory
    wsAction: ClassVar[dict[str, str]] = {}
    challenge: str = 'Basic realm="SOAP"'

    def __init__(self, post: str) -> None:
        WSResource.__init__(self)
        self.post = post

    def __repr__(self) -> str:
        return f"<{type(self).__name__} at {self.getPost()}>"

    __str__ = __repr__

    def authorize(self, auth_info: str | None, post: str, action: str | None) -> Any:
        """Override: whether a request is answered.

        Args:
            auth_info: its Authorization field. post: its path. action: its SOAPAction.
        """
        return True

    def sign(self, sw: Any) -> None:
        """Override: add to the writer of an answer before it is sent."""

    def verify(self, ps: Any) -> None:
        """Override: look at a message before it is answered; raise to refuse it."""

    def getPost(self) -> str:
        """The path.

        Raises:
            PostNotSpecified: the service was made without.
        """
        # a subclass that never calls __init__ has no post
        post: str | None = getattr(self, "post", None)
        if not post:
            raise PostNotSpecified(f"{type(self).__name__} has no path: give post= to it")
        return post

    def getOperationName(self, ps: Any, action: str | None) -> str:
        """The name of the method that answers a message; may be overridden.

        Raises:
            UnknownRequestException: there is none.
        """
        return _target(self, ps, action).soap_name

    def getOperation(self, ps: Any, action: str | None) -> Any:
        """The method that answers a message."""
        return getattr(self, self.getOperationName(ps, action))

    def _fault(self, request: Any, failure: Failure, blame: Any = None) -> HttpResponse:
        response = super()._fault(request, failure, blame)
        if failure.check(NotAuthorized):
            challenge = (b"WWW-Authenticate", self.challenge.encode("latin-1"))
            return response._replace(status=401, headers=(*response.headers, challenge))
        return response


class ServiceSOAPBinding(ServiceInterface):
    """A SOAP service; the base of what ``wsdl2py`` generates without ``-w``."""


@provider(CallbackChainInterface)
class _AddressedCallbackHandler(_CallbackHandler, WSAddressCallbackHandler):
    """Both: whether the caller may, and which method the Action names."""

    find = staticmethod(find_by_action)


class _AddressedChainFactory:
    """Makes the chain of the services with WS-Addressing."""

    @classmethod
    def newInstance(cls) -> DefaultHandlerChain:
        return DefaultHandlerChain(_AddressedCallbackHandler, DataHandler, WSAddressHandler, _Hooks)


class WSAResource(ServiceSOAPBinding):
    """A service with WS-Addressing; the base of what ZSI's ``wsdl2py -a`` generated.

    Its methods are ``wsa_Op(ps, address)``, ``soapAction`` leads from the Action of a request to
    their names, ``wsAction`` from these to the Action of the answer.
    """

    factory = _AddressedChainFactory
    _url: str | None = None

    def getServiceURL(self) -> str | None:
        """Where the service is reached, if anybody has said it."""
        return self._url

    def setServiceURL(self, url: str) -> None:
        """Say where the service is reached."""
        self._url = url

    def getOperation(self, ps: Any, address: Any) -> Any:
        """The method that answers a message with such an address."""
        ps.address = address
        return getattr(self, find_by_action(self, ps, None).soap_name)

    def getResponseAction(self, ps: Any, action: str | None) -> str | None:
        """The Action of the answer to a message."""
        return reply_action(self, ps)


class SimpleWSResource(ServiceSOAPBinding):
    """A service that finds its methods itself: override `getCallBack`."""

    def getNode(self, post: str) -> SimpleWSResource:
        """The service at a path below this one: this one."""
        return self

    def setNode(self, service: Any, post: str) -> None:
        """Only containers hold others.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError("a service holds no others: use ServiceContainer.setNode")

    def getCallBack(self, ps: Any, post: str, action: str | None) -> Any:
        """The method that answers a message."""
        return self.getOperation(ps, action)

    def getOperationName(self, ps: Any, action: str | None) -> str:
        """The name of the method that `getCallBack` finds."""
        if type(self).getCallBack is SimpleWSResource.getCallBack:
            return super().getOperationName(ps, action)
        name: str = self.getCallBack(ps, self.getPost(), action).__name__
        return name


# ---------------------------------------------------------------------- containers


def _path(url: str) -> str:
    """The path of a URL, or a path, from the root, without a slash at its end."""
    return "/" + urlsplit(url).path.strip("/")


class ServiceContainer(WSResource):
    """A server with services by path; ZSI's name for it.

    Its socket listens as soon as it is made; clients are answered while `serve_forever` runs.

    Args:
        server_address: host and port; an empty host means every interface, port 0 any free one.
        services: to begin with, each at its ``getPost()``.
        RequestHandlerClass: must be left out: requests are Twisted's to handle.
        reactor: to serve with; None: a private one, so that the global one is not needed.

    Attributes:
        server_address, server_name, server_port: where it listens.
        reactor: what it is, or will be, served with.
        grace: seconds that exchanges which are under way get when it is shut down.

    Raises:
        OSError: the port is taken, or may not be used.
    """

    grace: float = GRACE

    def __init__(
        self,
        server_address: tuple[str, int],
        services: Iterable[ServiceInterface] = (),
        RequestHandlerClass: Any = None,
        *,
        reactor: Any = None,
    ) -> None:
        super().__init__()
        if RequestHandlerClass is not None:
            raise TypeError(
                "requests are served by Twisted, so RequestHandlerClass would never be used:"
                " override authorize, verify or sign of the service instead"
            )
        self.NodeTree: dict[str, ServiceInterface] = {}
        for service in services:
            self.setNode(service)
        host, port = server_address
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.socket = socket.create_server((host, port), family=family, backlog=BACKLOG)
        self.socket.setblocking(False)  # a reactor's accept must never wait
        self.server_address = self.socket.getsockname()[:2]
        self.server_name, self.server_port = host or socket.gethostname(), self.server_address[1]
        self._private = reactor is None
        self._ran = False
        self._stopped, self._waking = threading.Event(), threading.Lock()
        self._stopped.set()
        self.reactor = reactor or new_reactor()

    def __str__(self) -> str:
        return f"{type(self).__name__} on port {self.server_port}: {', '.join(self.NodeTree)}"

    # ------------------------------------------------------------------ services by path

    def setNode(self, service: ServiceInterface, url: str | None = None) -> None:
        """Add a service.

        Args:
            service: what answers.
            url: its path; None: its own.

        Raises:
            ServiceAlreadyPresent: the path is taken.
            PostNotSpecified: there is no path.
        """
        path = _path(url or service.getPost())
        if path in self.NodeTree:
            raise ServiceAlreadyPresent(f"{self.NodeTree[path]} lives at {path} already")
        self.NodeTree[path] = service

    def getNode(self, url: str) -> ServiceInterface:
        """The service at a path.

        Raises:
            NoSuchService: there is none; names those that there are.
        """
        found = self.NodeTree.get(_path(url))
        if found is None:
            here = ", ".join(self.NodeTree) or "none"
            raise NoSuchService(f"no service lives at {quote(_path(url))}; services here: {here}")
        return found

    def removeNode(self, url: str) -> None:
        """Take a service away.

        Raises:
            NoSuchService: there is none at that path.
        """
        self.getNode(url)
        del self.NodeTree[_path(url)]

    def __call__(self, ps: Any, post: str, action: str | None, address: Any = None) -> Any:
        """Have the service at a path answer a parsed message: what its method returns."""
        node = self.getNode(post)
        if not node.authorize(None, post, action):
            raise NotAuthorized
        with _set(_context, SOAPContext(self, None, ps, None, Message(), action)):
            return node.getOperation(ps, action)(ps)

    def respond(self, request: Any) -> Any:
        """The answer to a request: of the service at its path, or 404."""
        path = unquote(request.path.decode("latin-1"))
        try:
            node = self.getNode(path)
        except NoSuchService as error:
            request.exchange = Exchange()
            if request.method == b"POST":
                return refusal(404, str(error), request.getHeader(b"content-type"))
            return text_response(404, f"{error}\n")
        with _set(_container, self):
            return node.respond(request)

    # ------------------------------------------------------------------ serving

    def serve_forever(self, poll_interval: float = 0.5) -> None:
        """Answer clients until `shutdown`, or until the process is interrupted.

        Args:
            poll_interval: accepted for its old signature; nothing polls.
        """
        if self._ran and self._private:
            self.reactor = new_reactor()
        self._ran = True
        self._stopped.clear()
        try:
            self._serve(self.reactor)
        finally:
            with self._waking:
                if self._private:
                    close_reactor(self.reactor)
                self._stopped.set()

    def _serve(self, reactor: Any) -> None:
        raise_descriptor_limit()
        factory = make_factory(self, reactor)
        port = reactor.adoptStreamPort(self.socket.fileno(), self.socket.family, factory)

        def wind_up() -> Any:
            closed = port.stopListening()
            return closed.addCallback(lambda _: factory.drain(self.grace)) if closed else None

        reactor.addSystemEventTrigger("before", "shutdown", wind_up)
        main = threading.current_thread() is threading.main_thread()
        reactor.run(installSignalHandlers=main)

    def shutdown(self) -> None:
        """From another thread: let exchanges under way end, and `serve_forever` return.

        Before `serve_forever`: it will return at once.
        """
        with self._waking:  # a reactor that is closed while it is woken would write elsewhere
            if not (self._ran and self._stopped.is_set()):
                self.reactor.callFromThread(self.reactor.stop)
        self._stopped.wait()

    def server_close(self) -> None:
        """Close the socket, and what a container that never served holds."""
        self.socket.close()
        if self._private and not self._ran:
            self._ran = True
            close_reactor(self.reactor)

    def fileno(self) -> int:
        """The descriptor of the listening socket."""
        return self.socket.fileno()

    def __enter__(self) -> ServiceContainer:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.server_close()


def AsServer(
    port: int = 80,
    services: Iterable[ServiceInterface] = (),
    *,
    host: str = "",
    reactor: Any = None,
) -> None:
    """Serve until interrupted.

    Args:
        port: to listen on.
        services: each at its own path.
        host: to listen on; empty: every interface, as in ZSI. Where only this machine is to
            reach it, say ``host="127.0.0.1"``.
        reactor: as for `ServiceContainer`.
    """
    with ServiceContainer((host, port), services, reactor=reactor) as container:
        container.serve_forever()


def __getattr__(name: str) -> Any:
    """What is gone says so to those who import it."""
    if name == "SOAPRequestHandler":
        raise ImportError(
            "SOAPRequestHandler is gone, requests are Twisted's to handle: override authorize,"
            " verify or sign of the service (docs/from-zsi.md)"
        )
    raise AttributeError(name)
