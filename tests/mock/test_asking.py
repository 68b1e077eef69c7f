"""Requests made from samples and words, and typed objects as people read them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from tests.mock.serving import BANK
from ZSI.mock.asking import (
    envelope,
    fault_envelope_of,
    fields_of_words,
    lines,
    made,
    slim,
)
from ZSI.mock.contract import MockContract
from ZSI.mock.errors import DefinitionError
from ZSI.mock.shown import as_data
from ZSI.parse import ParsedSoap

NOW = datetime(2026, 5, 6, tzinfo=UTC)
XSD = "http://www.w3.org/2001/XMLSchema"


class MadeTests(SynchronousTestCase):
    """Samples with fields over them, as envelopes."""

    def setUp(self) -> None:
        self.bank = MockContract.load(BANK)

    def request(self, name: str, full: bool = False, **fields: Any) -> Any:
        operation = self.bank.operations.find(name)[0]
        paths = {key.replace("__", "/"): value for key, value in fields.items()}
        return made(operation, operation.request_class, paths, now=NOW, full=full)

    def test_minimal_and_full(self) -> None:
        self.assertIsNone(self.request("GetBalance").on)
        self.assertIsNotNone(self.request("GetBalance", full=True).on)

    def test_fields(self) -> None:
        request = self.request("GetRates", currency=["USD", "EUR"])
        self.assertEqual(request.currency, ["USD", "EUR"])
        request = self.request("OpenAccount", company__name="ACME")
        self.assertIsNone(request.person)
        self.assertEqual(request.company.name, "ACME")
        self.assertTrue(request.company.register)
        error = self.assertRaises(DefinitionError, self.request, "GetBalance", acount="1")
        self.assertIn("did you mean account?", str(error))
        error = self.assertRaises(DefinitionError, self.request, "GetRates", currency="XXX")
        self.assertIn("breaks enumeration", str(error))

    def test_envelope(self) -> None:
        for name in ("BankSoap/GetBalance", "BankSoap12/GetBalance"):
            operation = self.bank.operations.find(name)[0]
            for pretty in (False, True):
                request = self.request("GetBalance")
                text = envelope(operation, request, type(request), pretty=pretty)
                self.assertEqual("\n" in text, pretty)
                self.assertNotIn("Header", text)
                self.assertNotIn("zolera", text)
                parsed = ParsedSoap(text)
                self.assertIs(parsed.version, operation.version)
                read: Any = parsed.Parse(operation.request_class.typecode)
                self.assertEqual(read, self.request("GetBalance"))

    def test_prefixes_in_values_stay(self) -> None:
        text = (
            '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" '
            f'xmlns:xsd="{XSD}" xmlns:p="urn:p" xmlns:q="urn:q" xmlns:unused="urn:u" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><e:Header/><e:Body>'
            '<a xsi:type="xsd:int">1</a><b>p:name</b><c t="q:x"/></e:Body></e:Envelope>'
        )
        root = etree.fromstring(slim(text.encode()))
        self.assertEqual(set(root.nsmap), {"e", "xsd", "p", "q", "xsi"})
        self.assertEqual(len(root), 1)

    def test_header_with_blocks_stays(self) -> None:
        text = (
            '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header><a/>'
            "</e:Header><e:Body/></e:Envelope>"
        )
        self.assertEqual(len(etree.fromstring(slim(text.encode()))), 2)

    def test_fault(self) -> None:
        for name in ("BankSoap/GetBalance", "BankSoap12/GetBalance"):
            operation = self.bank.operations.find(name)[0]
            cls = operation.faults["AccountNotFound"]
            detail = made(operation, cls, {"code": "7"}, now=NOW)
            parsed = ParsedSoap(fault_envelope_of(operation, "AccountNotFound", detail))
            self.assertTrue(parsed.IsAFault())
            self.assertIs(parsed.version, operation.version)


class WordsTests(SynchronousTestCase):
    """``path=value``."""

    def test_words(self) -> None:
        self.assertEqual(fields_of_words(["a=1", "b/c=x=y", "a=2", "a=3"]),
                         {"a": ["1", "2", "3"], "b/c": "x=y"})  # fmt: skip
        for bad in ("a", "=1", ""):
            self.assertRaises(DefinitionError, fields_of_words, [bad])


class ShownTests(SynchronousTestCase):
    """Typed objects as plain data and as lines."""

    def test_bank(self) -> None:
        bank = MockContract.load(BANK)
        operation = bank.operations.find("ListTransactions")[0]
        assert operation.response_class is not None
        value = made(operation, operation.response_class, {"more": "false"}, now=NOW, full=True)
        data = as_data(value)
        self.assertEqual(data["transaction"][0]["@id"], 1001)
        self.assertIs(data["more"], False)
        self.assertIn("transaction[1]/amount = 123.45", list(lines(data)))
        self.assertIn("transaction[1]/amount/@currency = EUR", list(lines(data)))
        self.assertIn("transaction[1]/booked = 2026-05-06", list(lines(data)))

    def test_lines_are_paths(self) -> None:
        """What is printed can be said in a stub."""
        bank = MockContract.load(BANK)
        for operation in bank.operations:
            if operation.response_class is None:
                continue
            value = made(operation, operation.response_class, now=NOW, full=True)
            fields = dict(line.split(" = ") for line in lines(as_data(value)))
            again = made(operation, operation.response_class, fields, now=NOW, full=True)
            self.assertEqual(again, value)

    def test_values(self) -> None:
        self.assertEqual(list(lines({"a": {"$nil": True}, "b": None, "c": [True]})),
                         ["a is nil", "b = ", "c[1] = true"])  # fmt: skip
        self.assertEqual(list(lines("x")), [". = x"])
