"""What a stub may say of HTTP."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from tests.mock.serving import bank_mock, serve
from ZSI.mock.dsl import raw
from ZSI.mock.errors import DefinitionError
from ZSI.mock.httpfields import http_field


class HttpFieldsTests(SynchronousTestCase):
    def test_fields(self) -> None:
        self.assertEqual(http_field("X-A", "ä\tb"), ("X-A", "ä\tb"))
        for name in ("X A", "", "X\r\nY", "É"):
            self.assertRaises(DefinitionError, http_field, name, "a")
        for value in ("a\r\nY: b", "a\n", "\0", "日"):
            self.assertRaises(DefinitionError, http_field, "X", value)

    def test_said_when_it_is_said(self) -> None:
        balance = bank_mock().op("GetBalance")
        for wrong in (
            lambda: balance.reply().reply_http({"X-A": "a\r\nX-B: b"}),
            lambda: balance.reply().reply_http({"X A": "a"}),
            lambda: balance.raw("x", media_type="text/plain\r\nX-B: b"),
            lambda: balance.raw("x", status=100),
            lambda: balance.raw("x", status=1000),
            lambda: balance.replies(raw("x"), raw("x", status=99)),
            lambda: balance.fault(string="x").status(0),
        ):
            self.assertRaises(DefinitionError, wrong)

    def test_templates_are_held_when_they_are_made(self) -> None:
        mock = bank_mock()
        mock.op("GetBalance").reply().reply_http({"X-A": "{{ request.account }}"})
        self.assertEqual(serve(mock, "GetBalance", account="1").headers["X-A"], "1")
        answer = serve(mock, "GetBalance", account="日")
        self.assertEqual((answer.status, "X-A" in answer.headers), (500, False))
