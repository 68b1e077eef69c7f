"""Tests for what generated classes carry."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.twisted_.services import NS, Ping, PingServer
from ZSI.twisted.operations import Documents, Operation


class OperationTests(SynchronousTestCase):
    """Operations."""

    def test_root(self) -> None:
        operation = PingServer.operations["soap_Ping"]
        self.assertEqual((operation.root, operation.one_way), ((NS, "Ping"), False))
        self.assertTrue(Operation("Tell", "Tell", Ping).one_way)

    def test_without_twisted(self) -> None:
        """Stubs for ServiceContainer use it too."""
        code = "import sys, ZSI.twisted.operations; print('twisted' in sys.modules)"
        found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        self.assertEqual(found.stdout.strip(), b"False")


class DocumentsTests(SynchronousTestCase):
    """Documents beside a module."""

    def test_contents(self) -> None:
        folder = Path(self.mktemp())
        (folder / "wsdl").mkdir(parents=True)
        (folder / "wsdl" / "b.wsdl").write_bytes(b"root")
        (folder / "wsdl" / "a.xsd").write_bytes(b"schema")
        documents = Documents(str(folder / "module.py"), "wsdl", "b.wsdl", "a.xsd")
        self.assertEqual(
            list(documents.contents.items()), [("b.wsdl", b"root"), ("a.xsd", b"schema")]
        )

    def test_read_when_asked_for(self) -> None:
        documents = Documents("/nowhere/module.py", "wsdl", "b.wsdl")
        self.assertEqual(documents.names, ("b.wsdl",))
        with self.assertRaises(OSError):
            documents.contents  # noqa: B018  # reading is what fails
