"""Tests for ZSI's chains, factory and callback handler; in services: soap_suite.py."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import succeed
from twisted.logger import globalLogPublisher
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from tests.twisted_.services import ECHO, NS, PING, PingServer, Typed, envelope
from tests.twisted_.wire import FRONTS, Connected, post
from ZSI.errors import MustUnderstand, UnknownOperation
from ZSI.names import QName
from ZSI.parse import ParsedSoap
from ZSI.twisted.chain import (
    DefaultCallbackHandler,
    DefaultHandlerChainFactory,
    DeferHandlerChain,
    LoggingHandlerChain,
    new_chain,
)
from ZSI.twisted.interfaces import DataHandler, DefaultHandlerChain, HandlerChainInterface


class FactoryTests(SynchronousTestCase):
    """Where chains come from."""

    def test_default(self) -> None:
        chain = DefaultHandlerChainFactory.newInstance()
        self.assertIs(type(chain), DefaultHandlerChain)
        self.assertIs(chain.handlercb, DefaultCallbackHandler)
        self.assertEqual(chain.handlers, (DataHandler,))

    def test_protocol(self) -> None:
        class Factory(DefaultHandlerChainFactory):
            protocol = DeferHandlerChain

        self.assertIs(type(new_chain(Factory)), DeferHandlerChain)
        self.assertIs(type(new_chain(Factory())), DeferHandlerChain)

    def test_methods_of_any_kind(self) -> None:
        class Static:
            @staticmethod
            def newInstance() -> str:
                return "static"

        class Plain:
            kind = "plain"

            def newInstance(self) -> str:
                return self.kind

        class Callable:
            newInstance = "callable".upper

        for factory, made in (
            (Static, "static"),
            (Static(), "static"),
            (Plain, "plain"),
            (Plain(), "plain"),
            (Callable, "CALLABLE"),
        ):
            self.assertEqual(new_chain(factory), made)


class CallbackHandlerTests(SynchronousTestCase):
    """Finding and calling the service, without a request."""

    def test_call(self) -> None:
        response = DefaultCallbackHandler.processRequest(ParsedSoap(PING), resource=PingServer())
        self.assertEqual(response.text, "stub")

    def test_typed(self) -> None:
        result = DefaultCallbackHandler.processRequest(ParsedSoap(ECHO), resource=Typed())
        self.assertEqual(self.successResultOf(result).value.__class__.__name__, "AnyXML")

    def test_unknown(self) -> None:
        with self.assertRaises(UnknownOperation) as caught:
            DefaultCallbackHandler.processRequest(ParsedSoap(ECHO), resource=PingServer())
        self.assertEqual(caught.exception.known, ("Ping", "Poke", "Tell"))

    def test_must_understand(self) -> None:
        message = envelope("<p:Ping><text>x</text></p:Ping>", '<p:New e:mustUnderstand="1"/>')
        with self.assertRaises(MustUnderstand):
            DefaultCallbackHandler.processRequest(ParsedSoap(message), resource=PingServer())

    def test_handlers_understand_too(self) -> None:
        @implementer(HandlerChainInterface)
        class Understanding:
            understood = (QName(NS, "New"),)

            def processRequest(self, input: Any, **kw: Any) -> Any:
                return input

            def processResponse(self, output: Any, **kw: Any) -> Any:
                return output

        class Factory:
            @staticmethod
            def newInstance() -> Any:
                return DefaultHandlerChain(DefaultCallbackHandler, DataHandler, Understanding())

        message = envelope("<p:Ping><text>x</text></p:Ping>", '<p:New e:mustUnderstand="1"/>')
        service = PingServer()
        for kind in FRONTS:
            here = Connected(kind, service)
            here.send(post(message))
            self.assertEqual(here.answers()[0].status, 500)
        service.factory = Factory
        for kind in FRONTS:
            here = Connected(kind, service)
            here.send(post(message))
            self.assertEqual(here.answers()[0].status, 200)


class LoggingHandlerChainTests(SynchronousTestCase):
    """Messages in the log."""

    def test_messages_are_logged_escaped(self) -> None:
        events: list[dict[str, Any]] = []
        globalLogPublisher.addObserver(events.append)  # type: ignore[arg-type]  # a list takes events as an observer does
        self.addCleanup(globalLogPublisher.removeObserver, events.append)
        chain = LoggingHandlerChain(DefaultCallbackHandler, DataHandler)
        message = PING.replace(b"hello", b"\r\n")
        response = chain.processRequest(message, resource=PingServer())
        chain.processResponse(response)
        chain.processResponse(None)
        texts = [event["envelope"] for event in events if "envelope" in event]
        self.assertEqual(len(texts), 3)
        self.assertIn("<text>\\r\\n</text>", texts[0])
        self.assertIn("<text>stub</text>", texts[1])
        self.assertEqual(texts[2], "")

    def test_later(self) -> None:
        @implementer(HandlerChainInterface)
        class Late:
            def processRequest(self, input: Any, **kw: Any) -> Any:
                return succeed(input)

            def processResponse(self, output: Any, **kw: Any) -> Any:
                return succeed(output)

        chain = LoggingHandlerChain(DefaultCallbackHandler, DataHandler, Late())
        response = self.successResultOf(chain.processRequest(PING, resource=PingServer()))
        self.assertIn(b"stub", self.successResultOf(chain.processResponse(response)))
