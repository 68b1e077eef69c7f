"""ZSI's interfaces of handlers, the handler of bytes, and the plain chain.

A chain is made for each request by a factory's ``newInstance()``. On the way in its handlers run
in the order of the list, each given what the one before returned: bytes for the first, a
ParsedSoap after `DataHandler`. Then the callback handler calls the service. On the way out they
run in the same order: `DataHandler` makes a SoapWriter of the response, the others may add to
it, and the chain makes bytes of it. Any step may return a Deferred or a coroutine.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from operator import itemgetter
from typing import Any

from zope.interface import Interface, implementer, provider

from ZSI.parse import ParsedSoap
from ZSI.twisted.content import exchange_of, http_facts
from ZSI.twisted.dispatching import note
from ZSI.twisted.waiting import PRESENT, steps, then, waits
from ZSI.writer import SoapWriter, typecode_for

#: Sets of handler classes that need not be checked again.
_KNOWN = 256


class HandlerChainInterface(Interface):
    """One handler, or a whole chain."""

    def processRequest(input: Any, **kw: Any) -> Any:
        """Take what came one step further; kw are ``request`` and ``resource``."""

    def processResponse(output: Any, **kw: Any) -> Any:
        """Take the answer one step further."""


class CallbackChainInterface(Interface):
    """The last handler on the way in: it calls the service."""

    def processRequest(input: Any, **kw: Any) -> Any:
        """Return the response object, now or later; None if there is none to be sent."""


def CheckInputArgs(*interfaces: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Wrap a constructor so that it takes only arguments that provide these interfaces.

    The first is for the first argument, and so on; the last is for all that follow.

    Raises:
        TypeError: by the constructor, naming the argument and its interface.
    """

    def wrap(constructor: Callable[..., None]) -> Callable[..., None]:
        known: set[tuple[type, ...]] = set()

        @wraps(constructor)
        def checked(self: Any, *args: Any) -> None:
            if args not in known:
                check(args)
                if len(known) < _KNOWN and all(isinstance(argument, type) for argument in args):
                    known.add(args)
            constructor(self, *args)

        def check(args: tuple[Any, ...]) -> None:
            for number, argument in enumerate(args):
                interface = interfaces[min(number, len(interfaces) - 1)]
                bases = argument.__mro__ if isinstance(argument, type) else (argument,)
                # a subclass of a handler is one as well, though zope.interface forgets it
                if not any(interface.providedBy(base) for base in bases):
                    raise TypeError(
                        f"{argument!r} does not provide {interface.__name__}: decorate a class"
                        f" whose instances are handlers with @implementer({interface.__name__}),"
                        f" one that is a handler itself with @provider({interface.__name__})"
                    )

        return checked

    return wrap


@provider(HandlerChainInterface)
class DataHandler:
    """Bytes to ParsedSoap, response object to SoapWriter; used as a class.

    Attributes:
        readerClass: makes the message of ``(bytes, media_type=, pedantic=, limits=)``.
        writerClass: makes the writer of ``(version=, prefix=)``.
    """

    readerClass: Any = ParsedSoap
    writerClass: Any = SoapWriter

    @classmethod
    def processRequest(
        cls, input: bytes, *, request: Any = None, resource: Any = None, **kw: Any
    ) -> Any:
        """Read the envelope.

        Raises:
            ParseException: it is none.
        """
        reader = cls.readerClass or ParsedSoap
        if request is None or resource is None:
            return reader(input)
        exchange = request.exchange or exchange_of(request)
        facts = exchange.facts or http_facts(request)
        exchange.parsed = parsed = reader(
            input,
            media_type=facts.media_type,
            pedantic=resource.pedantic,
            limits=resource.limits,
        )
        exchange.version = parsed.version
        if facts.findings:
            note(parsed, *facts.findings)
        return parsed

    @classmethod
    def processResponse(
        cls, output: Any, *, request: Any = None, resource: Any = None, **kw: Any
    ) -> Any:
        """Write the response in the SOAP version of the request; None stays None.

        An exception in place of a response is raised.
        """
        if output is None:
            return None
        if isinstance(output, BaseException):
            raise output
        writer_class = cls.writerClass or SoapWriter
        exchange = request.exchange if request is not None else None
        if exchange is None or resource is None or exchange.version is None:
            writer = writer_class()
        else:
            writer = writer_class(version=exchange.version, prefix=resource.prefix)
        declared = exchange.response if exchange is not None else None
        writer.serialize(output, typecode_for(output, declared))
        return writer


@implementer(HandlerChainInterface)
class DefaultHandlerChain:
    """A callback handler and any number of handlers, classes or instances.

    >>> from ZSI.twisted.chain import DefaultCallbackHandler
    >>> chain = DefaultHandlerChain(DefaultCallbackHandler, DataHandler)
    >>> chain.processRequest(b"<nonsense/>")
    Traceback (most recent call last):
    ...
    ZSI.errors.ParseException: ...
    """

    @CheckInputArgs(CallbackChainInterface, HandlerChainInterface)
    def __init__(self, cb: Any, *handlers: Any) -> None:
        self.handlercb = cb
        self.handlers = handlers

    def processRequest(self, input: Any, **kw: Any) -> Any:
        """All handlers, then the callback handler.

        Returns:
            The response object, or a Deferred of it.
        """
        for number, handler in enumerate(self.handlers, 1):
            input = handler.processRequest(input, **kw)
            if type(input) not in PRESENT and waits(input):
                return then(input, partial(self._go_on, number, kw))
        return self.handlercb.processRequest(input, **kw)

    def _go_on(self, number: int, kw: dict[str, Any], input: Any) -> Any:
        """The rest of the way in, after a handler that has been waited for."""
        way = [partial(handler.processRequest, **kw) for handler in self.handlers[number:]]
        return steps(input, [*way, partial(self.handlercb.processRequest, **kw)])

    def processResponse(self, output: Any, **kw: Any) -> Any:
        """All handlers, in the same order.

        Returns:
            The bytes of the answer, or a Deferred of them; None if there is none to be sent.
        """
        if output is None:
            return None
        for number, handler in enumerate(self.handlers, 1):
            output = handler.processResponse(output, **kw)
            if type(output) not in PRESENT and waits(output):
                rest = [partial(later.processResponse, **kw) for later in self.handlers[number:]]
                return steps(output, [*rest, as_bytes])
        return as_bytes(output)


def pass_in(chain: Any, input: Any, request: Any, resource: Any) -> Any:
    """``chain.processRequest(input, request=request, resource=resource)``, in less time.

    Where that is `DefaultHandlerChain`'s, the handlers are called without handing a dict of
    keywords from call to call.
    """
    if getattr(chain.processRequest, "__func__", None) is not _WAY_IN:
        return chain.processRequest(input, request=request, resource=resource)
    for number, handler in enumerate(chain.handlers, 1):
        input = handler.processRequest(input, request=request, resource=resource)
        if type(input) not in PRESENT and waits(input):
            keywords = {"request": request, "resource": resource}
            return then(input, partial(chain._go_on, number, keywords))
    return chain.handlercb.processRequest(input, request=request, resource=resource)


def pass_out(chain: Any, output: Any, request: Any, resource: Any) -> Any:
    """``chain.processResponse(output, request=request, resource=resource)``, as `pass_in`."""
    if (
        output is None
        or getattr(chain.processResponse, "__func__", None) is not _WAY_OUT
        or len(chain.handlers) != 1
    ):
        return chain.processResponse(output, request=request, resource=resource)
    output = chain.handlers[0].processResponse(output, request=request, resource=resource)
    return as_bytes(output) if type(output) in PRESENT else then(output, as_bytes)


def is_plain(chain: Any) -> bool:
    """Whether a chain's one handler is `DataHandler`, and both are as they were made.

    Then what it does may be done without it. Somebody may have changed either, in a test say.
    """
    if getattr(chain, "handlers", None) != _ONLY_DATA:
        return False
    read, write, reader, writer = _parts(DataHandler.__dict__)
    return (
        read is _READ
        and write is _WRITE
        and reader is ParsedSoap
        and writer is SoapWriter
        and getattr(chain.processRequest, "__func__", None) is _WAY_IN
        and getattr(chain.processResponse, "__func__", None) is _WAY_OUT
    )


_ONLY_DATA = (DataHandler,)
_parts = itemgetter("processRequest", "processResponse", "readerClass", "writerClass")
_READ, _WRITE, *_ = _parts(DataHandler.__dict__)
_WAY_IN = DefaultHandlerChain.processRequest
_WAY_OUT = DefaultHandlerChain.processResponse


def as_bytes(written: Any) -> bytes | None:
    """What a chain ends with, a SoapWriter or text, as bytes in UTF-8."""
    if written is None or isinstance(written, bytes):
        return written
    return str(written).encode("utf-8")
