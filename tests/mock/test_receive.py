"""From bytes to a typed request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.corpus.test_serving import ALIKE, TWO_STYLES
from tests.generate.test_server_module import GROUP, SHAPES
from tests.mock.bank import ask, balance, bank, envelope, texts
from tests.wsdl.small import wsdl_text
from ZSI.mock.contract import MockContract
from ZSI.mock.exchange import Call
from ZSI.mock.facade import Mock
from ZSI.mock.settings import Settings
from ZSI.names import QName

WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"


def must_understand(name: str, namespace: str) -> str:
    return f'<h:{name} xmlns:h="{namespace}" e:mustUnderstand="1"/>'


class ReceiveTests(SynchronousTestCase):
    """What is read, what is noted, what is refused."""

    def setUp(self) -> None:
        self.mock = bank()
        self.calls: list[Call] = []
        self.mock.engine.records.append(self.calls.append)

    def last(self, mock: Mock | None = None, *args: Any, **kw: Any) -> Call:
        ask(mock or self.mock, *args, **kw)
        return self.calls[-1]

    def rules(self) -> list[str]:
        return [finding.rule for finding in self.calls[-1].findings]

    def test_typed_request(self) -> None:
        """The request is decoded by the operation's class."""
        call = self.last(None, balance("7"))
        assert call.operation is not None
        self.assertEqual((call.operation.name, call.request.account), ("GetBalance", "7"))

    def test_other_port_by_version(self) -> None:
        """A 1.2 envelope reaches the 1.2 port of the same path and is answered in 1.2."""
        call = self.last(None, balance(), version="1.2")
        assert call.operation is not None and call.sent is not None
        self.assertEqual(call.operation.port, "BankSoap12")
        self.assertIn(b"http://www.w3.org/2003/05/soap-envelope", call.sent.body)

    def test_strict(self) -> None:
        """A request that breaks the schema gets a fault that says where, and what to do."""
        sent = ask(self.mock, balance().replace("account", "acount"))
        self.assertEqual(sent.status, 500)
        said = texts(sent)["faultstring"]
        for word in ("acount", "account", "line 1", "warn"):
            self.assertIn(word, said)
        self.assertEqual(texts(sent)["faultcode"], "soapenv:Client")

    def test_warn_and_off(self) -> None:
        """The settings let it through, with and without a word."""
        for check, rules in (("warn", ["invalid-request"]), ("off", [])):
            mock = bank(requests=check)
            mock.engine.records.append(self.calls.append)
            sent = ask(mock, balance().replace("account", "acount"))
            self.assertEqual(sent.status, 200)
            found = [rule for rule in self.rules() if rule == "invalid-request"]
            self.assertEqual(found, rules)

    def test_security_headers_are_assumed(self) -> None:
        """wsse with mustUnderstand counts as understood, with a finding."""
        sent = ask(self.mock, balance(), header=must_understand("Security", WSSE))
        self.assertEqual(sent.status, 200)
        self.assertIn("not-verified", self.rules())

    def test_unknown_header(self) -> None:
        """Another block with mustUnderstand is refused, unless the settings know it."""
        header = must_understand("Strange", "urn:strange")
        sent = ask(self.mock, balance(), header=header)
        self.assertEqual(texts(sent)["faultcode"], "soapenv:MustUnderstand")
        knowing = bank(understand=frozenset([QName("urn:strange", "Strange")]))
        self.assertEqual(ask(knowing, balance(), header=header).status, 200)

    def test_what_is_no_xml_is_answered_in_the_version_that_it_announces(self) -> None:
        for version, status in (("1.1", 500), ("1.2", 400)):
            sent = ask(self.mock, b"<a", version=version)
            self.assertEqual(sent.status, status)
            self.assertIn(b"Sender" if version == "1.2" else b"Client", sent.body)

    def test_hostile(self) -> None:
        """Whatever is wrong is a fault of the client's, and the next request is answered."""
        for body in (b"", b"<a/>", b"not XML", envelope(""), b"<!DOCTYPE a><a/>",
                     envelope('<Nope xmlns="urn:x"/>')):  # fmt: skip
            sent = ask(self.mock, body)
            self.assertIn(sent.status, (500, 400), body)
            self.assertIn(b"Fault", sent.body)
            self.assertNotIn(b"Traceback", sent.body)
        self.assertEqual(ask(self.mock, balance()).status, 200)

    def test_pedantic(self) -> None:
        """What is only unusual is refused when asked for."""
        unqualified = balance().replace("<account>", '<account xmlns="">')
        self.assertEqual(ask(self.mock, unqualified).status, 200)
        self.assertEqual(ask(bank(pedantic=True), unqualified).status, 500)
        sent = ask(bank(pedantic=True), balance(), soapaction='"other"')
        self.assertEqual(sent.status, 500)
        self.assertIn(b"pedantic: warning: soapaction-wrong", sent.body)
        self.assertEqual(ask(bank(pedantic=True), balance()).status, 200)


class AlikeTests(SynchronousTestCase):
    """Operations whose requests begin with the same element, or with one in its place."""

    def call(self, text: str, body: str, style: str = "", action: str = "same") -> Call:
        path = Path(self.mktemp())
        path.write_text(text, "utf-8")
        mock = Mock([MockContract.load(path)], Settings())
        calls: list[Call] = []
        mock.engine.records.append(calls.append)
        data = envelope(body).replace(b"<e:Body>", f"<e:Body{style}>".encode())
        ask(mock, data, soapaction=f'"{action}"')
        return calls[-1]

    def called(self, text: str, body: str, style: str = "") -> str:
        operation = self.call(text, body, style).operation
        assert operation is not None
        return operation.title

    def test_substitution_group(self) -> None:
        """A member stands for an abstract element (XSD 1.0 part 1, 2.2.2.2)."""
        text = wsdl_text(types=SHAPES, **GROUP)
        body = '<t:{0} xmlns:t="urn:x"><id>1</id><radius>2</radius></t:{0}>'
        call = self.call(text, body.format("circle"))
        self.assertEqual(
            (call.operation and call.operation.title, call.request.radius), ("P/Ask", 2)
        )
        self.assertEqual(self.called(text, body.format("disc")), "P/Other")
        refused = self.call(text, body.format("round"))
        self.assertIn("unknown operation", str(refused.error))

    def test_parts(self) -> None:
        """The parts decide; of two with the same parts, the one that answers."""
        body = '<a xmlns="urn:own">x</a>'
        self.assertEqual(self.called(ALIKE, body), "Own/ask")
        self.assertEqual(self.called(ALIKE, body + '<b xmlns="urn:own">1</b>'), "Own/both")

    def test_no_action_where_it_would_have_decided(self) -> None:
        """The one that answers is taken; a finding says that another may have been meant."""
        body = '<a xmlns="urn:own">x</a>'
        acting = ALIKE.replace('"same"', '"tell it"', 1)
        for action, rules in (
            ("same", []),
            ("tell it", []),
            ("", ["ambiguous"]),
            ("x", ["soapaction-wrong", "ambiguous"]),
        ):
            call = self.call(acting, body, action=action)
            self.assertEqual([finding.rule for finding in call.findings], rules, action)
            assert call.operation is not None
            self.assertEqual(call.operation.name, "tell" if action == "tell it" else "ask")
        self.assertIn("ask or tell: taken for ask", str(call.findings[-1]))
        self.assertEqual(self.call(ALIKE, body, action="").findings, ())

    def test_encoding_style(self) -> None:
        body = '<o:ask xmlns:o="urn:own"/>'
        self.assertEqual(self.called(TWO_STYLES, body), "Own/ask")
        style = ' e:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"'
        self.assertEqual(self.called(TWO_STYLES, body, style), "R/ask")
