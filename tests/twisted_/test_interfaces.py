"""Tests for ZSI's interfaces, the handler of bytes and the plain chain."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer, provider
from zope.interface.verify import verifyClass, verifyObject

from tests.twisted_.services import ECHO, ECHO12, Ping
from tests.twisted_.wire import Connected, post
from ZSI.envelope import SOAP12
from ZSI.errors import ParseException
from ZSI.fault import Fault
from ZSI.parse import ParsedSoap
from ZSI.twisted.chain import DefaultCallbackHandler
from ZSI.twisted.interfaces import (
    CallbackChainInterface,
    CheckInputArgs,
    DataHandler,
    DefaultHandlerChain,
    HandlerChainInterface,
    as_bytes,
)
from ZSI.twisted.resource import WSResource
from ZSI.writer import SoapWriter


@provider(CallbackChainInterface)
class Callback:
    """Gives back what it gets."""

    @classmethod
    def processRequest(cls, input: Any, **kw: Any) -> Any:
        return input


@implementer(HandlerChainInterface)
class Tagging:
    """Appends a letter, now or later."""

    def __init__(self, letter: str, later: bool = False) -> None:
        self.letter = letter
        self.later = later

    def _tagged(self, value: Any) -> Any:
        return succeed(value + self.letter) if self.later else value + self.letter

    def processRequest(self, input: Any, **kw: Any) -> Any:
        return self._tagged(input)

    def processResponse(self, output: Any, **kw: Any) -> Any:
        return self._tagged(output)


class CheckInputArgsTests(SynchronousTestCase):
    """Constructors that take handlers only."""

    def test_what_provides_is_taken(self) -> None:
        chain = DefaultHandlerChain(Callback, DataHandler, Tagging("a"))
        self.assertIs(chain.handlercb, Callback)
        self.assertEqual(len(chain.handlers), 2)

    def test_what_derives_from_it(self) -> None:
        """Which zope.interface alone would not take."""

        class Own(DataHandler):
            """A handler of the user's, without a decorator."""

        self.assertEqual(DefaultHandlerChain(Callback, Own).handlers, (Own,))

    def test_what_does_not_is_named(self) -> None:
        for args in ((DataHandler,), (Callback, Callback), (Callback, DataHandler, object())):
            with self.assertRaisesRegex(TypeError, "does not provide .*@provider"):
                DefaultHandlerChain(*args)

    def test_several_interfaces(self) -> None:
        class Chain:
            @CheckInputArgs(HandlerChainInterface)
            def __init__(self, *handlers: Any) -> None:
                self.handlers = handlers

        self.assertEqual(len(Chain(DataHandler, Tagging("a")).handlers), 2)
        with self.assertRaises(TypeError):
            Chain(Callback)

    def test_declarations_hold(self) -> None:
        verifyObject(HandlerChainInterface, DataHandler)
        verifyObject(CallbackChainInterface, Callback)
        verifyObject(CallbackChainInterface, DefaultCallbackHandler)
        verifyClass(HandlerChainInterface, DefaultHandlerChain)


class DataHandlerTests(SynchronousTestCase):
    """Bytes to messages and back."""

    def test_without_a_request(self) -> None:
        parsed = DataHandler.processRequest(ECHO)
        self.assertIsInstance(parsed, ParsedSoap)
        written = DataHandler.processResponse(Ping(text="x"))
        self.assertIsInstance(written, SoapWriter)
        self.assertIn("<text>x</text>", str(written))
        self.assertIsNone(DataHandler.processResponse(None))

    def test_with_a_request(self) -> None:
        here = Connected("front")
        here.send(post(ECHO12))
        request, resource = here.service.requests[0], WSResource()
        parsed = DataHandler.processRequest(ECHO12, request=request, resource=resource)
        self.assertIs(request.exchange.parsed, parsed)
        self.assertIs(request.exchange.version, SOAP12)
        written = DataHandler.processResponse(Ping(text="x"), request=request, resource=resource)
        self.assertIs(written.version, SOAP12)

    def test_classes_of_its_own(self) -> None:
        class Reader:
            def __init__(self, text: bytes, **kw: Any) -> None:
                self.text = text

        class Special(DataHandler):
            readerClass = Reader
            writerClass = None

        self.assertEqual(Special.processRequest(b"x").text, b"x")
        self.assertIsInstance(Special.processResponse(Ping(text="x")), SoapWriter)

    def test_an_exception_for_a_response(self) -> None:
        with self.assertRaises(Fault):
            DataHandler.processResponse(Fault(Fault.Server, "x"))


class DefaultHandlerChainTests(SynchronousTestCase):
    """The order of handlers, and waiting for them."""

    def test_order(self) -> None:
        for late in ((), "a", "c", "abc"):
            chain = DefaultHandlerChain(Callback, *(Tagging(x, x in late) for x in "abc"))
            way_in, way_out = chain.processRequest(""), chain.processResponse("")
            if late:
                way_in, way_out = map(self.successResultOf, (way_in, way_out))
            self.assertEqual((way_in, way_out), ("abc", b"abc"))

    def test_late_callback(self) -> None:
        @provider(CallbackChainInterface)
        class Late:
            @classmethod
            async def processRequest(cls, input: Any, **kw: Any) -> Any:
                return input

        chain = DefaultHandlerChain(Late)
        made = chain.processRequest("x")
        self.assertEqual(self.successResultOf(Deferred.fromCoroutine(made)), "x")

    def test_no_response(self) -> None:
        self.assertIsNone(DefaultHandlerChain(Callback, Tagging("a")).processResponse(None))

    def test_errors(self) -> None:
        with self.assertRaises(ParseException):
            DefaultHandlerChain(Callback, DataHandler).processRequest(b"x")

    def test_bytes(self) -> None:
        self.assertEqual(as_bytes("é"), "é".encode())
        self.assertEqual(as_bytes(b"x"), b"x")
        self.assertIsNone(as_bytes(None))
