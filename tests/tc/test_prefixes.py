"""Prefixes of a package."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ZSI.names import SOAP11_ENV, XML, XSD
from ZSI.schema import Registry
from ZSI.TC.prefixes import RESERVED, Prefixes, prefixes_of


class PrefixesTests(SynchronousTestCase):
    """One table."""

    def test_numbered_as_asked(self) -> None:
        table = Prefixes(RESERVED, ["urn:a", "urn:b"])
        self.assertEqual([table.prefix(f"urn:{n}") for n in "bca"], ["ns2", "ns3", "ns1"])
        self.assertEqual(table.prefix(XSD), "xsd")
        self.assertEqual(table.prefix(XML), "xml")
        self.assertEqual(table.tag("urn:a", "x"), "ns1:x")
        self.assertEqual(table.tag(None, "x"), "x")
        self.assertIsNone(table.known("urn:zzz"))
        self.assertEqual((table.namespace("ns2"), table.namespace("ns9")), ("urn:b", None))

    def test_soap_is_not_reserved(self) -> None:
        """What soapenv means depends on the version."""
        self.assertNotIn(SOAP11_ENV, RESERVED.values())

    def test_declarations(self) -> None:
        table = Prefixes(RESERVED, ["urn:a", 'urn:"<&'])
        both = table.bit("urn:a") | table.bit('urn:"<&')
        self.assertEqual(
            table.declarations(both), ' xmlns:ns1="urn:a" xmlns:ns2="urn:&quot;&lt;&amp;"'
        )
        self.assertEqual(table.declarations(0), "")
        self.assertEqual((table.bit(XSD), table.bit(None)), (0, 0))
        self.assertIs(table.declarations(both), table.declarations(both))

    def test_remembers_a_bounded_number(self) -> None:
        table = Prefixes({}, [f"urn:{n}" for n in range(12)])
        for mask in range(2, 1 << 12, 2):
            table.declarations(mask)
        self.assertLessEqual(len(table.declared), 1024)

    def test_one_for_each_registry(self) -> None:
        registry = Registry("prefixes", namespaces=("urn:a",), public=False)
        self.assertIs(prefixes_of(registry), prefixes_of(registry))
        self.assertEqual(prefixes_of(registry).known("urn:a"), "ns1")
