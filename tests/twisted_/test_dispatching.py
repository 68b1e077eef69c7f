"""Tests for the way from a message to a method; in services: soap_suite.py."""

from __future__ import annotations

from typing import Any, ClassVar

from twisted.trial.unittest import SynchronousTestCase

from generated.EchoServer_server import EchoServer
from tests.twisted_.services import NS, PING, PingServer, Tell, Ticket, Typed
from ZSI.errors import Finding, ParseException
from ZSI.parse import ParsedSoap
from ZSI.twisted.dispatching import (
    HandlerError,
    _name_of,
    find_target,
    invoke,
    known_operations,
    note,
    takes_request,
    target_for,
    target_of,
)
from ZSI.twisted.resource import WSResource


class TargetTests(SynchronousTestCase):
    """What is known of a method."""

    def test_generated(self) -> None:
        target = target_of(PingServer, "soap_Ping")
        self.assertEqual((target.name, target.one_way), ("Ping", False))
        self.assertEqual(target.headers, {(NS, "Ticket")})
        self.assertIs(target.stub, PingServer.__dict__["soap_Ping"])
        self.assertEqual(Ticket.typecode.pname, "Ticket")
        self.assertTrue(target_of(PingServer, "soap_Tell").one_way)

    def test_handwritten(self) -> None:
        class Service(WSResource):
            def soap_Do(self, ps: Any) -> Any: ...

        target = target_of(Service, "soap_Do")
        self.assertEqual((target.name, target.operation, target.one_way), ("Do", None, False))

    def test_subclass_of_a_generated_class(self) -> None:
        target = target_of(Typed, "soap_Echo")
        self.assertIs(target.typed_stub, EchoServer.__dict__["Echo"])

    def test_found(self) -> None:
        self.assertEqual(find_target(PingServer(), ParsedSoap(PING), None).soap_name, "soap_Ping")

    def test_no_action_where_it_would_have_decided(self) -> None:
        """The first is taken, and a finding says that another may have been meant."""
        for action, rules in (
            ("urn:ping#Ping", []),
            ("urn:ping#Poke", []),
            (None, ["ambiguous"]),
            ("x", ["soapaction-wrong", "ambiguous"]),
        ):
            message = ParsedSoap(PING)
            target_for(PingServer(), message, action)
            self.assertEqual([finding.rule for finding in message.findings], rules, action)
        self.assertIn("Ping or Poke: taken for Ping", str(message.findings[-1]))
        with self.assertRaises(ParseException):
            target_for(PingServer(), ParsedSoap(PING, pedantic=True), None)

        class Alike(WSResource):
            """No action tells its operations apart, so none is missing."""

            root: ClassVar[Any] = PingServer.root
            operations: ClassVar[Any] = PingServer.operations

        message = ParsedSoap(PING)
        target_for(Alike(), message, None)
        self.assertEqual(message.findings, [])

    def test_action_breaks_ties_of_stand_ins(self) -> None:
        """What stands for the element of two operations, by its substitution group."""

        class Service(PingServer):
            root: ClassVar[Any] = {**PingServer.root, (NS, "Ding"): "soap_Ping"}

        message = ParsedSoap(PING.replace(b"p:Ping", b"p:Ding"))
        for action, name in (("urn:ping#Poke", "Poke"), ("urn:ping#Ping", "Ping"), ("x", "Ping")):
            self.assertEqual(target_for(Service(), message, action).name, name)

    def test_by_local_name(self) -> None:
        message = PING.replace(b"urn:ping", b"urn:other")
        self.assertEqual(find_target(PingServer(), ParsedSoap(message), None).name, "Ping")

    def test_long_names_are_not_remembered(self) -> None:
        """A namespace may have 10 MB, and a thousand names are."""
        message = PING.replace(b"urn:ping", b"urn:" + b"x" * 10_000)
        before = _name_of.cache_info().currsize
        self.assertEqual(find_target(PingServer(), ParsedSoap(message), None).name, "Ping")
        self.assertEqual(_name_of.cache_info().currsize, before)

    def test_attributes_are_no_operations(self) -> None:
        class Service(WSResource):
            soap_port = 8080

        message = PING.replace(b"p:Ping", b"p:port")
        with self.assertRaises(ParseException):
            find_target(Service(), ParsedSoap(message), None)

    def test_known_operations(self) -> None:
        class Service(WSResource):
            def soap_B(self) -> None: ...
            def soap_A(self) -> None: ...

        self.assertEqual(known_operations(Service()), ["A", "B"])
        self.assertEqual(known_operations(PingServer()), ["Ping", "Poke", "Tell"])


class InvokeTests(SynchronousTestCase):
    """Calling the method, and what it may return."""

    def test_function_set_on_the_instance(self) -> None:
        service = PingServer()
        service.soap_Ping = lambda ps, **kw: (None, "mine")  # type: ignore[method-assign]  # tested
        target = target_of(PingServer, "soap_Ping")
        self.assertEqual(invoke(target, service, ParsedSoap(PING), None), "mine")

    def test_keywords(self) -> None:
        def with_request(ps: Any, request: Any = None) -> None: ...
        def without(ps: Any, *args: Any) -> None: ...

        self.assertTrue(takes_request(with_request))
        self.assertFalse(takes_request(without))
        self.assertTrue(takes_request(dict.update))

    def test_one_way_needs_no_response(self) -> None:
        message = PING.replace(b"p:Ping", b"p:Tell")
        target = target_of(PingServer, "soap_Tell")
        self.assertIsNone(invoke(target, PingServer(), ParsedSoap(message), None))
        self.assertEqual(Tell.typecode.pname, "Tell")

    def test_what_to_return_is_said(self) -> None:
        class Service(PingServer):
            def soap_Ping(self, ps: Any, **kw: Any) -> Any:
                return 1

            def soap_Poke(self, ps: Any, **kw: Any) -> Any:
                return 1, None

        for name, words in (("soap_Ping", "pair"), ("soap_Poke", "has to return Ping")):
            with self.assertRaisesRegex(HandlerError, words):
                invoke(target_of(Service, name), Service(), ParsedSoap(PING), None)

    def test_a_stub_that_nobody_overrides_is_noted(self) -> None:
        class Misspelled(PingServer):
            def ping(self, request: Any) -> Any:
                return request

        ps = ParsedSoap(PING)
        invoke(target_of(Misspelled, "soap_Ping"), Misspelled(), ps, None)
        (finding,) = ps.findings
        self.assertIn("Misspelled overrides neither Ping nor soap_Ping", finding.message)


class NoteTests(SynchronousTestCase):
    """Findings."""

    def test_note(self) -> None:
        finding = Finding("rule", "message")
        lenient = ParsedSoap(PING)
        note(lenient, finding)
        self.assertEqual(lenient.findings, [finding])
        with self.assertRaisesRegex(ParseException, "pedantic"):
            note(ParsedSoap(PING, pedantic=True), finding)
        note(ParsedSoap(PING, pedantic=True))
