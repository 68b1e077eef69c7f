"""Nine SOAP toolkits, as their users run them, against the echo service under twistd."""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from tests.running import EchoServer, shared_echo_server

from .harness import Client, all_clients


@cache
def clients() -> dict[str, Client]:
    """The table, made once."""
    return all_clients()


def wsdl_address() -> str:
    """Of the server under test: our own, or the one that ZSI_INTEROP_WSDL names."""
    return os.environ.get("ZSI_INTEROP_WSDL") or f"{shared_echo_server().url}?wsdl"


class ClientsTests(SynchronousTestCase):
    """Each client loads ``?wsdl`` and gets ``plop`` back."""

    def echo(self, name: str) -> str:
        """What the client printed, or a skip that says how to install it."""
        client = clients()[name]
        if not client.present:
            raise SkipTest(f"{name} is not installed here ({client.install})")
        if not EchoServer.available() and "ZSI_INTEROP_WSDL" not in os.environ:
            raise SkipTest("server.tac is not there")
        with tempfile.TemporaryDirectory() as folder:
            return client.call(wsdl_address(), Path(folder))

    def test_zeep(self) -> None:
        self.assertEqual(self.echo("zeep"), "plop")

    def test_suds(self) -> None:
        self.assertEqual(self.echo("suds"), "plop")

    def test_php(self) -> None:
        self.assertEqual(self.echo("php"), "plop")

    def test_soap_lite(self) -> None:
        self.assertEqual(self.echo("soap_lite"), "plop")

    def test_soap_lite_unqualified(self) -> None:
        """Its default: children without a namespace, though the schema says qualified."""
        self.assertEqual(self.echo("soap_lite_unqualified"), "plop")

    def test_node_soap(self) -> None:
        self.assertEqual(self.echo("node_soap"), "plop")

    def test_strong_soap(self) -> None:
        self.assertEqual(self.echo("strong_soap"), "plop")

    def test_gsoap(self) -> None:
        self.assertEqual(self.echo("gsoap"), "plop")

    def test_axis1(self) -> None:
        self.assertEqual(self.echo("axis1"), "plop")

    def test_jaxws(self) -> None:
        self.assertEqual(self.echo("jaxws"), "plop")

    def test_lwp_post(self) -> None:
        """libwww-perl's POST sends a form's media type and no SOAPAction."""
        self.assertIn('<ns1:value xsi:type="xsd:string">plop</ns1:value>', self.echo("lwp_post"))
