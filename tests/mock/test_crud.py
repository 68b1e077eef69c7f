"""Operations that share records."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.mock.serving import Said, bank_mock, serve
from ZSI.mock.dsl import fail
from ZSI.mock.errors import DefinitionError

CUSTOMERS = Path(__file__).parent / "customers.wsdl"


class CrudTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.mock = bank_mock(CUSTOMERS)
        op = self.mock.op
        self.crud = self.mock.crud(
            create=op("Add"), read=op("Get"), update=op("Change"), delete=op("Remove"),
            list=op("Find"), record="customer", key="id", lifetime=timedelta(hours=1),
            missing=fail("NoSuchCustomer", id="{{ request.id }}"),
        )  # fmt: skip

    def ask(self, name: str, inner: str = "", **how: Any) -> Said:
        body = f'<{name} xmlns="urn:customers">{inner}</{name}>'
        return serve(self.mock, body=body, **how)

    def add(self, name: str, **how: Any) -> str:
        answer = self.ask("Add", f"<customer><name>{name}</name></customer>", **how)
        return answer.text("id") or ""

    def test_what_is_created_is_read(self) -> None:
        key = self.add("Ada")
        answer = self.ask("Get", f"<id>{key}</id>")
        self.assertEqual((answer.text("name"), answer.text("email")), ("Ada", None))
        self.assertNotEqual(self.add("Bob"), key)

    def test_updates_deletions_and_lists(self) -> None:
        self.crud.put({"id": "7", "name": "Cid", "email": "c@example.com"})
        one = self.add("Ada")
        changed = self.ask("Change", "<customer><id>7</id><name>Cyd</name></customer>")
        self.assertEqual((changed.text("name"), changed.text("email")), ("Cyd", "c@example.com"))
        self.assertEqual(self.ask("Find").all("name"), ["Cyd", "Ada"])
        self.assertEqual(self.ask("Remove", f"<id>{one}</id>").status, 200)
        self.assertEqual(self.ask("Find").all("name"), ["Cyd"])
        self.assertEqual(len(self.crud.all()), 1)

    def test_what_is_missing(self) -> None:
        for name in ("Get", "Remove"):
            answer = self.ask(name, "<id>9</id>")
            self.assertEqual((answer.status, answer.text("id")), (500, "9"))
            self.assertIn(b"NoSuchCustomer", answer.body)
        self.assertEqual(self.ask("Find").all("name"), [])
        self.assertEqual(self.mock.report().problems, ())

    def test_lifetimes_and_resets(self) -> None:
        key = self.add("Ada")
        self.mock.clock.advance(timedelta(hours=2))
        self.assertEqual(self.ask("Get", f"<id>{key}</id>").status, 500)

    def test_mistakes(self) -> None:
        self.assertRaises(DefinitionError, self.mock.crud)
        self.assertRaises(DefinitionError, bank_mock().crud, list=bank_mock().op("GetBalance"))
