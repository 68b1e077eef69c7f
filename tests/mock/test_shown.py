"""Exchanges as plain data."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from twisted.trial.unittest import SynchronousTestCase

from tests.mock.serving import BANK, bank_mock, serve
from ZSI.mock.contract import MockContract
from ZSI.mock.shown import as_data, as_dict, decoded, error_text, masked_reason, masked_spec
from ZSI.names import XSD
from ZSI.TC import AnyXML, TypedValue
from ZSI.TC.values import NIL


class ShownTests(SynchronousTestCase):
    def test_reasons_about_secrets(self) -> None:
        self.assertNotIn("x1", masked_reason("http Authorization: expected = 'x1', was 'x1'"))
        self.assertNotIn("x1", masked_reason("item[1]/@apiKey: expected = 'x1', was 'x1'"))
        self.assertIn("x1", masked_reason("note: expected = 'x1', was 'x1'"))

    def test_plain_values(self) -> None:
        self.assertEqual(decoded(datetime(2026, 1, 2, tzinfo=UTC)), "2026-01-02T00:00:00+00:00")
        self.assertEqual(decoded({"pin": 1, "n": 2**60}), {"pin": "***", "n": str(2**60)})

    def test_nil_lists_and_what_has_no_type(self) -> None:
        self.assertEqual(decoded([NIL, b"\xff", Decimal("1.10")]), [{"$nil": True}, "ff", "1.10"])
        self.assertEqual(decoded(date(2026, 1, 2)), "2026-01-02")

    def test_what_people_asked_for(self) -> None:
        """By the names that paths have, and with its secrets."""
        self.assertEqual(as_data(NIL), {"$nil": True})
        self.assertEqual(as_data(2**60), str(2**60))
        self.assertEqual(as_data(TypedValue(5, (XSD, "long"))), 5)
        self.assertEqual(as_data(AnyXML.xml("<a>x</a>")), "x")
        self.assertEqual(as_data(date(2026, 1, 2)), "2026-01-02")
        self.assertEqual(as_data(b"\xff"), "ff")
        cls = MockContract.load(BANK).built.cls("Transfer")
        made = cls(from_="1", to="2")
        self.assertEqual(as_data(made), {"from": "1", "to": "2"})
        self.assertEqual(decoded(made), {"from_": "1", "to": "2"})

    def test_specs_and_errors(self) -> None:
        self.assertEqual(masked_spec("user/password", "x"), "***")
        self.assertEqual(masked_spec("user/name", "x"), "x")
        self.assertEqual(error_text(ValueError("two\nlines")), "two lines")
        self.assertEqual(error_text(ValueError()), "ValueError")

    def test_faults(self) -> None:
        mock = bank_mock()
        mock.op("GetBalance").fault(string="no such account")
        serve(mock, "GetBalance", account="1")
        self.assertEqual(as_dict(next(iter(mock.journal)))["fault"], "no such account")
