"""Tests of ZSI.mock.facts."""

from __future__ import annotations

from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from tests.mock.support import Call, HttpRequest, bank, bank_call
from ZSI.mock.facts import Facts
from ZSI.mock.lookup import Wanted
from ZSI.mock.paths import parse_path
from ZSI.TC import AnyXML

SESSION = '<Session xmlns="urn:example:bank"><sessionId>s1</sessionId></Session>'


class FactsTests(SynchronousTestCase):
    def test_selected_once(self) -> None:
        operation = bank("GetBalance")
        path = parse_path("account").bind(operation.request_class.complex_type(), operation.scope)
        facts = Facts(bank_call("GetBalance", account=42))
        self.assertEqual(["42"], facts.selected(path))
        self.assertIs(facts.selected(path), facts.selected(path))
        self.assertEqual([], Facts(Call()).selected(path))

    def test_declared_blocks_are_typed_others_as_they_came(self) -> None:
        operation = bank("GetBalance")
        declared = next(iter(operation.headers.values()))
        call = bank_call("GetBalance", SESSION + "<x:Other xmlns:x='urn:x'>o</x:Other>", account=1)
        facts = Facts(call)
        (block,) = facts.blocks(Wanted("Session"), declared)
        self.assertIsInstance(block, declared)
        (other,) = facts.blocks(Wanted("Other", "urn:x"), None)
        self.assertEqual("o", str(other))
        self.assertEqual([], facts.blocks(Wanted("Nothing"), None))
        self.assertEqual([], Facts(Call()).blocks(Wanted("Session"), declared))

    def test_an_invalid_block_is_noted(self) -> None:
        declared = next(iter(bank("GetBalance").headers.values()))
        facts = Facts(bank_call("GetBalance", '<Session xmlns="urn:example:bank"/>', account=1))
        (block,) = facts.blocks(Wanted("Session"), declared)
        self.assertIsInstance(block, AnyXML)
        self.assertIn("Session is invalid", facts.errors[0][0])

    def test_query_parameters(self) -> None:
        call = replace(bank_call("GetBalance", account=1), http=HttpRequest(uri="/b?a=1&a=2&b=%20"))
        facts = Facts(call)
        self.assertEqual(["1", "2"], facts.parameters("a"))
        self.assertEqual([" "], facts.parameters("b"))
        self.assertEqual([], facts.parameters("c"))
