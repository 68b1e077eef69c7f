"""A test case with a mock server and its HTTP interface."""

from __future__ import annotations

import json
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.mock.serving import BANK, Said, post, send
from ZSI.mock.client import RemoteMock
from ZSI.mock.openapi import PREFIX
from ZSI.mock.server import MockServer


class AdminTestCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.bank = MockServer(BANK, admin=True).start()
        self.addCleanup(self.bank.stop)
        self.base = self.bank.mock.admin_url + PREFIX
        self.remote = RemoteMock(self.base)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Said:
        """A request to the interface."""
        data = json.dumps(body).encode() if body is not None else None
        return send(self.base + path, method, data, headers)

    def data(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        """The data of an answer of this status."""
        answer = self.ask(method, path, body)
        self.assertEqual(answer.status, status, answer.body)
        return json.loads(answer.body) if answer.body else None

    def call(self, account: str = "42", **how: Any) -> Said:
        """A SOAP call."""
        return post(self.bank.url, "GetBalance", account=account, **how)
