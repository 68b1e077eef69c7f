"""ZSI's helpers for elements."""

from __future__ import annotations

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

import ZSI
from ZSI.errors import ValueRefused
from ZSI.names import SOAP11_ENC, SOAP11_ENV, XSI
from ZSI.xmlio import parse_document

DOCUMENT = f"""
<e:Envelope xmlns:e="{SOAP11_ENV}" xmlns:enc="{SOAP11_ENC}" xmlns:xsi="{XSI}"
    e:encodingStyle="{SOAP11_ENC}"><e:Body><a xmlns="urn:a" b="c" href="#x" xsi:type="enc:Array"
    enc:arrayType="enc:int[1]">text<d/><?pi?><f/></a></e:Body></e:Envelope>
"""


class HelpersTests(SynchronousTestCase):
    """Each by its documented name, in ``ZSI``."""

    def setUp(self) -> None:
        self.top = parse_document(DOCUMENT)
        self.elt = self.top[0][0]

    def test_nodes(self) -> None:
        self.assertEqual(len(ZSI._child_elements(self.elt)), 2)
        self.assertEqual(len(ZSI._children(self.elt)), len(self.elt))
        self.assertTrue(ZSI._is_element(self.elt))
        self.assertFalse(ZSI._is_element(etree.Comment("x")))
        self.assertFalse(ZSI._is_element("x"))
        self.assertIsInstance(self.elt, ZSI._Node)
        self.assertEqual(ZSI._get_element_nsuri_name(self.elt), ("urn:a", "a"))
        self.assertEqual(ZSI._get_element_nsuri_name(etree.Element("x")), (None, "x"))
        self.assertEqual(ZSI._backtrace(self.elt), "/Envelope/Body/a")

    def test_attributes(self) -> None:
        self.assertEqual(ZSI._find_attr(self.elt, "b"), "c")
        self.assertIsNone(ZSI._find_attr(self.elt, "z"))
        self.assertEqual(ZSI._find_attrNS(self.elt, XSI, "type"), "enc:Array")
        self.assertEqual(ZSI._find_attrNS(self.elt, None, "b"), "c")
        self.assertEqual(ZSI._find_attrNodeNS(self.elt, None, "b"), ("b", "c"))
        self.assertIsNone(ZSI._find_attrNodeNS(self.elt, XSI, "nil"))
        self.assertEqual(ZSI._find_type(self.elt), "enc:Array")
        self.assertIsNone(ZSI._find_xsi_attr(self.elt, "nil"))
        self.assertEqual(ZSI._find_href(self.elt), "#x")
        self.assertEqual(ZSI._find_arraytype(self.elt), "enc:int[1]")
        self.assertIn(("b", "c"), ZSI._attrs(self.elt))

    def test_older_instances(self) -> None:
        elt = parse_document(
            '<a xmlns:i="http://www.w3.org/1999/XMLSchema-instance" i:type="int"/>'
        )
        self.assertEqual(ZSI._find_type(elt), "int")

    def test_namespaces(self) -> None:
        self.assertEqual(ZSI._resolve_prefix(self.elt, "enc"), SOAP11_ENC)
        self.assertEqual(ZSI._resolve_prefix(self.elt, None), "urn:a")
        self.assertIsNone(ZSI._resolve_prefix(self.top, None))
        self.assertIsNone(ZSI._resolve_prefix(self.top, "nothing"))
        self.assertEqual(ZSI._find_default_namespace(self.elt), "urn:a")
        self.assertEqual(ZSI._find_xmlns_prefix(self.elt, "xsi"), XSI)

    def test_encoding(self) -> None:
        self.assertEqual(ZSI._find_encstyle(self.elt), SOAP11_ENC)
        self.assertTrue(ZSI._valid_encoding(self.elt))
        self.elt.set(f"{{{SOAP11_ENV}}}encodingStyle", "urn:other")
        self.assertFalse(ZSI._valid_encoding(self.elt))
        self.assertIsNone(ZSI._find_encstyle(etree.Element("x")))

    def test_text(self) -> None:
        self.assertEqual(ZSI._textprotect("a<b"), "a&lt;b")
        self.assertRaises(ValueRefused, ZSI._textprotect, "\x00")
        self.assertEqual(ZSI._get_postvalue_from_absoluteURI("http://h:1"), "/")

    def test_the_rest(self) -> None:
        self.assertIsInstance([], ZSI._seqtypes)
        self.assertIsInstance("", ZSI._stringtypes)
        self.assertIsInstance(1, ZSI._inttypes)
        self.assertIsInstance(1.0, ZSI._floattypes)
        one, other = object(), object()
        self.assertNotEqual(ZSI._get_idstr(one), ZSI._get_idstr(other))
        self.assertIn("Licence", ZSI._copyright)
