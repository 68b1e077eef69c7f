"""What goes over the wire."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from tests.corpus.test_serving import DERIVED
from tests.mock.bank import NS, ask, balance, bank, envelope, texts
from tests.mock.serving import serve
from ZSI.errors import ValueRefused
from ZSI.fault import Fault
from ZSI.mock.contract import MockContract
from ZSI.mock.dsl import raw
from ZSI.mock.exchange import INVALID_REPLY, Sent
from ZSI.mock.facade import Mock
from ZSI.mock.render import explained
from ZSI.names import SOAP11_ENV, WSA, XSI
from ZSI.twisted.exchange import HttpRequest


def handled(mock: Mock, given: object) -> Sent:
    """The answer to GetBalance where its handler gives this."""
    http = HttpRequest("POST", "/bank", "/bank", (("content-type", "text/xml"),),
                       envelope(balance()))  # fmt: skip
    engine, mount = mock.engine, mock.mounts[0]
    sent = engine.close(engine.open(http, mount), mount, given).sent
    assert sent is not None
    return sent


class RenderTests(SynchronousTestCase):
    """Envelopes, headers, faults."""

    def test_related(self) -> None:
        """A request with a MessageID gets RelatesTo and the reply's Action."""
        mock = bank()
        header = f'<a:MessageID xmlns:a="{WSA}">urn:uuid:1</a:MessageID>'
        sent = ask(mock, balance(), header=header)
        root = etree.fromstring(sent.body)
        self.assertEqual(root.findtext(f".//{{{WSA}}}RelatesTo"), "urn:uuid:1")
        operation = mock.engine.operations.find("GetBalance")[0]
        self.assertEqual(root.findtext(f".//{{{WSA}}}Action"), operation.reply_action)
        self.assertIsNone(etree.fromstring(ask(mock, balance()).body).find(f".//{{{WSA}}}Action"))

    def test_faults_are_related_too(self) -> None:
        """Clients wait for RelatesTo in a fault as well."""
        mock = bank()
        mock.op("GetBalance").fail("AccountNotFound")
        header = f'<a:MessageID xmlns:a="{WSA}">urn:uuid:1</a:MessageID>'
        root = etree.fromstring(ask(mock, balance(), header=header).body)
        self.assertEqual(root.findtext(f".//{{{WSA}}}RelatesTo"), "urn:uuid:1")

    def test_one_way(self) -> None:
        """A one-way operation gets 202 and an empty body."""
        mock = bank()
        operation = mock.engine.operations.find("ReportFraud")[0]
        self.assertTrue(operation.one_way)
        request = mock.sample_request("ReportFraud")
        sent = ask(mock, request)
        self.assertEqual((sent.status, sent.body), (202, b""))

    def test_prefix(self) -> None:
        """strong-soap knows faults only as <soap:Fault>."""
        mock = bank(prefix="soap")
        self.assertIn(b"<soap:Body", ask(mock, balance()).body)
        mock.op("GetBalance").fail("AccountNotFound")
        self.assertIn(b"<soap:Fault", ask(mock, balance()).body)

    def test_handler_results(self) -> None:
        """A handler gives fields, a typed object, nothing, a fault or an exception."""
        mock = bank()
        mock.op("GetBalance").handler(lambda request: None)

        def answered(given: object) -> dict[str, str]:
            return texts(handled(mock, given))

        self.assertEqual(answered({"balance": "5.00"})["balance"], "5.00")
        self.assertEqual(
            answered(mock.sample("GetBalance", {"balance": "6.00"}))["balance"], "6.00"
        )
        self.assertEqual(answered(None)["account"], "42")
        self.assertEqual(answered(Fault("Client", "no"))["faultstring"], "no")
        said = answered(RuntimeError("secret of /etc"))
        self.assertEqual(said["faultcode"], "soapenv:Server")
        self.assertNotIn("secret", str(said))

    def test_what_is_said_beside_a_handler(self) -> None:
        """Status, HTTP fields and header blocks hold for whatever it gives."""
        mock = bank()
        said = mock.op("GetBalance").reply(lambda request: None).status(201)
        said.reply_http({"X-A": "{{ request.account }}"}).reply_header(Session={"sessionId": "7"})
        for given in ({"balance": "5.00"}, mock.sample("GetBalance", {}), None):
            sent = handled(mock, given)
            self.assertEqual((sent.status, sent.headers), (201, (("X-A", "42"),)))
            self.assertEqual(texts(sent)["sessionId"], "7")
        own = handled(mock, raw("x", status=404))
        self.assertEqual((own.status, own.headers), (404, ()))

    def test_what_is_said_beside_a_fault(self) -> None:
        mock = bank()
        said = mock.op("GetBalance").fail("AccountNotFound").status(503)
        said.reply_http({"X-A": "1"}).reply_header(Session={"sessionId": "7"})
        sent = ask(mock, balance())
        self.assertEqual((sent.status, sent.headers), (503, (("X-A", "1"),)))
        self.assertEqual(texts(sent)["faultcode"], "soapenv:Server")

    def test_a_fault_that_is_meant_is_no_error(self) -> None:
        for body, meant in ((balance(), True), (balance().replace("account", "odd"), False)):
            mock = bank()
            mock.op("GetBalance").fail("AccountNotFound")
            ask(mock, body)
            (entry,) = mock.op("GetBalance").calls
            self.assertEqual(entry.call.error is None, meant)

    def test_mistakes_that_a_handler_finds(self) -> None:
        """Those of the client are told as such; what breaks in the reply is the server's."""
        mock = bank()
        mock.op("GetBalance").handler(lambda request: None)
        for given, code in (
            (ValueRefused("length", "less", "more"), "soapenv:Client"),
            ({"balance": "x"}, "soapenv:Server"),
        ):
            sent = handled(mock, given)
            self.assertEqual(texts(sent)["faultcode"], code)

    def test_findings_of_both_sides(self) -> None:
        """What was unusual in the request stays beside what is wrong with the reply."""
        mock = bank()
        mock.op("GetBalance").xml("<odd/>")
        style = f'<GetBalance xmlns="{NS}" xmlns:e="{SOAP11_ENV}" e:encodingStyle="x"'
        ask(mock, balance().replace(f'<GetBalance xmlns="{NS}"', style))
        (entry,) = mock.op("GetBalance").calls
        rules = [finding.rule for finding in entry.call.findings]
        self.assertEqual(rules, ["encodingStyle", INVALID_REPLY])

    def test_no_message_id(self) -> None:
        """Without one there is nothing to relate to."""
        header = f'<a:Action xmlns:a="{WSA}">urn:x</a:Action>'
        sent = ask(bank(), balance(), header=header)
        self.assertEqual(sent.status, 200)
        self.assertNotIn(WSA.encode(), sent.body)

    def test_near_misses_are_shown(self) -> None:
        """At most a few."""
        mock = bank()
        for number in range(10):
            mock.op("GetBalance").when(account=f"4{number}x").reply()
        said = texts(ask(mock, balance("42")))["faultstring"]
        self.assertIn("42x", said)
        self.assertEqual(said.count("account:"), 3)

    def test_explained(self) -> None:
        """The mock's own troubles are told, bugs are not."""
        from ZSI.mock.render import NoMatch

        self.assertIn("why", str(explained(NoMatch("why"))))
        bug = RuntimeError("x")
        self.assertIs(explained(bug), bug)

    def test_namespace_of_replies(self) -> None:
        """The body element is the contract's."""
        body = etree.fromstring(ask(bank(), balance()).body)[-1]
        self.assertEqual(body[0].tag, f"{{{NS}}}GetBalanceResponse")

    def test_derived_types_at_the_root(self) -> None:
        """A response whose element has an abstract type is one of a derived type."""
        wsdl = Path(self.mktemp())
        wsdl.write_text(DERIVED, "utf-8")
        request = (
            f'<ask xmlns="urn:own" xmlns:xsi="{XSI}" xsi:type="ById"><limit xmlns="">7</limit>'
            '<id xmlns="">9</id></ask>'
        )
        for fields, expected in ((None, ("7", "9")), ({"id": 3}, ("7", "3"))):
            mock = Mock([MockContract.load(wsdl)])
            if fields is not None:
                mock.op("ask").reply(fields)
            said = serve(mock, body=request)
            self.assertEqual((said.status, said.text("limit"), said.text("id")), (200, *expected))
            self.assertIn(b'xsi:type="ns1:ById"', said.body)
            head = f'<a:MessageID xmlns:a="{WSA}">urn:uuid:1</a:MessageID>'
            self.assertEqual(serve(mock, body=request, header=head).text("limit"), "7")

    def test_what_breaks_in_the_reply_is_the_servers(self) -> None:
        mock = bank()
        with patch(
            "ZSI.mock.render.write_message", side_effect=ValueRefused("length", "less", "more")
        ):
            self.assertEqual(texts(ask(mock, balance()))["faultcode"], "soapenv:Server")
