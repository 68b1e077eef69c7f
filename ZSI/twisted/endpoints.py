"""Opening sockets: which front, which endpoint, how many descriptors, how it all ends.

For a ``server.tac``::

    application = Application("echo")
    serve(root, reactor).setServiceParent(application)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from twisted.application.service import MultiService
from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.web.resource import Resource

from ZSI.limits import DEFAULT_LIMITS, Limits
from ZSI.twisted.access import ExchangeLog
from ZSI.twisted.exchange import DEFAULT_HTTP_LIMITS, HttpLimits
from ZSI.twisted.front import FrontFactory

# MultiService's methods are not annotated, so that a typed subclass could not call any of them.
_MultiService: Any = MultiService

#: Only this machine; with Twisted's own backlog of 50, 10,000 clients at once wait for seconds.
DEFAULT_ENDPOINT = "tcp:8080:interface=127.0.0.1:backlog=4096"
#: Seconds that running exchanges get to end when the server stops.
GRACE = 10.0

if TYPE_CHECKING:
    from ZSI.twisted.site import SoapSite

Front = Literal["fast", "web"]

_log = Logger("ZSI.twisted")


def raise_descriptor_limit() -> int | None:
    """Raise the soft limit of open files to the hard one, for each connection is one.

    Returns:
        The limit that holds now; None where there is none to be known.
    """
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        except (OSError, ValueError):  # macOS promises more than it allows
            return soft
    return hard


def make_factory(
    root: Any,
    reactor: Any,
    *,
    front: Front = "fast",
    limits: Limits = DEFAULT_LIMITS,
    http_limits: HttpLimits = DEFAULT_HTTP_LIMITS,
    log: ExchangeLog | None = None,
) -> FrontFactory | SoapSite:
    """The factory that serves a resource tree.

    Args:
        root: a twisted.web resource tree, or one SOAP resource.
        front: ``"fast"`` (httptools; serves SOAP resources only) or ``"web"`` (twisted.web). A
            tree with other resources in it goes to twisted.web, and the log says so.
    """
    if front == "fast" and (stranger := foreign_resource(root)) is not None:
        _log.warn(
            "{path} is no SOAP resource: the whole tree is served by twisted.web", path=stranger
        )
        front = "web"
    kind: type[FrontFactory | SoapSite] = FrontFactory
    if front == "web":
        from ZSI.twisted.site import SoapSite  # twisted.web's server takes 30 ms to import

        kind = SoapSite
    return kind(root, reactor, limits=limits, http_limits=http_limits, log=log)


def foreign_resource(root: Any, path: str = "") -> str | None:
    """The path of a mounted resource that only twisted.web can render; None if there is none."""
    if hasattr(root, "respond"):
        return None
    if type(root) is not Resource:
        return path or "/"
    for name, child in root.children.items():
        found = foreign_resource(child, f"{path}/{name.decode('latin-1')}")
        if found is not None:
            return found
    return None


class ServerService(_MultiService):  # type: ignore[misc]  # see above
    """Listens while it runs; when stopped, lets the exchanges that are under way end.

    A port that cannot be opened stops ``twistd`` with an error.

    Args:
        endpoint: where to listen, as a Twisted server endpoint string.
        factory: of `make_factory`.
        reactor: the reactor to listen with.
        grace: seconds until connections that still wait are cut.
    """

    def __init__(
        self, endpoint: str, factory: FrontFactory | SoapSite, reactor: Any, grace: float = GRACE
    ) -> None:
        from twisted.application import strports  # 0.02 s to import, which tests need not wait for

        super().__init__()
        self.factory = factory
        self.grace = grace
        strports.service(endpoint, factory, reactor=reactor).setServiceParent(self)

    def privilegedStartService(self) -> None:
        """Twisted: open the socket."""
        raise_descriptor_limit()
        super().privilegedStartService()

    def stopService(self) -> Deferred[None]:
        """Twisted: close the socket, then wind up."""
        closed: Deferred[Any] = super().stopService()
        return closed.addCallback(lambda _: self.factory.drain(self.grace))


def serve(
    root: Any,
    reactor: Any,
    endpoint: str = DEFAULT_ENDPOINT,
    *,
    grace: float = GRACE,
    **settings: Any,
) -> ServerService:
    """A service for ``twistd`` that serves a resource tree.

    Args:
        root: a twisted.web resource tree, or one SOAP resource.
        reactor: the reactor to listen with.
        endpoint: a Twisted server endpoint string, such as ``ssl:8443:privateKey=…``.
        grace: see `ServerService`.
        settings: as for `make_factory`.
    """
    return ServerService(endpoint, make_factory(root, reactor, **settings), reactor, grace)
