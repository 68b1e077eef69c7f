"""ZSI's handler chains, their factory, and the handler that calls the service."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any

from twisted.logger import Logger
from zope.interface import provider

from ZSI.envelope import check_understood
from ZSI.twisted.access import escaped
from ZSI.twisted.content import exchange_of
from ZSI.twisted.dispatching import Target, find_target, invoke
from ZSI.twisted.interfaces import (
    CallbackChainInterface,
    DataHandler,
    DefaultHandlerChain,
)
from ZSI.twisted.waiting import then

_log = Logger("ZSI.twisted")


class DeferHandlerChain(DefaultHandlerChain):
    """The chain of ZSI's that waits for Deferreds. Here every chain does, and none adds a delay."""


class LoggingHandlerChain(DefaultHandlerChain):
    """A chain that writes what comes and goes to the log, escaped, at debug level."""

    def processRequest(self, input: Any, **kw: Any) -> Any:
        """Log the message, then as `DefaultHandlerChain`."""
        _log.debug("request: {envelope}", envelope=escaped(input))
        return super().processRequest(input, **kw)

    def processResponse(self, output: Any, **kw: Any) -> Any:
        """As `DefaultHandlerChain`, then log the message."""
        return then(super().processResponse(output, **kw), _log_response)


def _log_response(data: bytes | None) -> bytes | None:
    _log.debug("response: {envelope}", envelope=escaped(data or b""))
    return data


@provider(CallbackChainInterface)
class DefaultCallbackHandler:
    """Calls the service's method for the operation; used as a class.

    That is ``soap_<operation>(ps, request=request)``, which returns the pair
    ``(request, response)``, the response now or later; or, where only it is overridden, the typed
    method ``<operation>(request)``, which returns the response.

    Attributes:
        find: from service, message and request to the `Target`.
    """

    find: Callable[[Any, Any, Any], Target] = staticmethod(find_target)

    @classmethod
    def processRequest(cls, ps: Any, *, resource: Any, request: Any = None, **kw: Any) -> Any:
        """Find the operation, call it, return its response.

        Raises:
            UnknownOperation: the service has none for this body; the message says which it has.
            MustUnderstand: a mandatory header block is not understood by service or handlers.
            HandlerError: the method returned no pair.
        """
        exchange = None
        if request is not None:
            exchange = request.exchange or exchange_of(request)
        target = cls.find(resource, ps, request)
        if exchange is not None:
            exchange.operation = target.name
            exchange.one_way = target.one_way
            if target.operation is not None:
                exchange.response = target.operation.response
        if ps.message.headers:
            names = _understood(resource, exchange, target)
            check_understood(ps.message, names, resource.actors)
        return invoke(target, resource, ps, request)


def _understood(resource: Any, exchange: Any, target: Target) -> set[Any]:
    """Names of the header blocks that the service, its operation or a handler takes care of."""
    names = {*resource.understood, *target.headers}
    chain = exchange.chain if exchange is not None else None
    for handler in chain.handlers if chain is not None else ():
        names.update(getattr(handler, "understood", ()))
    return names


class DefaultHandlerChainFactory:
    """Makes a chain for each request; ZSI's way to choose one is a subclass with ``protocol``.

    >>> class Logged(DefaultHandlerChainFactory):
    ...     protocol = LoggingHandlerChain
    >>> type(Logged.newInstance()).__name__
    'LoggingHandlerChain'
    """

    protocol: Any = DefaultHandlerChain

    @classmethod
    def newInstance(cls) -> Any:
        """A chain of `DataHandler` and `DefaultCallbackHandler`."""
        return cls.protocol(DefaultCallbackHandler, DataHandler)


def new_chain(factory: Any) -> Any:
    """``factory.newInstance()``, where factory is an object or a class, the method of any kind."""
    make = factory.newInstance
    if type(make) is FunctionType and isinstance(factory, type):
        return factory().newInstance()
    return make()
