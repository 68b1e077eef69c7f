"""Small readers over nodes."""

from __future__ import annotations

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ZSI.names import XML, XSD_1999, QName
from ZSI.wsdl import nodes
from ZSI.wsdl.nodes import is_ncname
from ZSI.xmlio import parse_document

XS = 'xmlns:xs="http://www.w3.org/2001/XMLSchema"'


class NodesTests(SynchronousTestCase):
    def test_names(self) -> None:
        root = parse_document(f"<xs:element {XS}><xs:annotation/><?pi?><b/><xs:key/></xs:element>")
        self.assertEqual(nodes.xsd_name(root), "element")
        self.assertEqual([name for name, _ in nodes.xsd_children(root)], ["key"])
        self.assertEqual(
            [nodes.split_tag(node)[1] for node in nodes.elements(root)], ["annotation", "b", "key"]
        )
        self.assertEqual(len(list(nodes.elements_below(root))), 4)
        draft = parse_document(f'<element xmlns="{XSD_1999}"/>')
        self.assertEqual(nodes.xsd_name(draft), "element")
        self.assertIsNone(nodes.xsd_name(parse_document("<element/>")))
        self.assertEqual(nodes.split_tag(parse_document("<a/>")), ("", "a"))

    def test_names_of_xml(self) -> None:
        """What a parser takes as a name, and nothing else: letters of Unicode are not enough."""
        for text in ("a", "_", "é", "e\u0301", "名前", "a.b-c", "x·", "Ж1", "\U00010400"):
            self.assertTrue(is_ncname(text), text)
            etree.fromstring(f"<{text}/>")
        for text in ("", "1a", "-a", "µ", "ª", "\u0301e", "·x", "a b", "a:b", "a²", "\u2028"):
            self.assertFalse(is_ncname(text), text)
            if ":" not in text and " " not in text:
                self.assertRaises(etree.XMLSyntaxError, etree.fromstring, f"<{text}/>")

    def test_documentation(self) -> None:
        root = parse_document(
            f"<xs:element {XS}><xs:annotation><xs:documentation> One <b>bold</b>\n   word."
            "</xs:documentation><xs:appinfo>not this</xs:appinfo></xs:annotation>"
            "<xs:annotation><xs:documentation>Two.</xs:documentation></xs:annotation></xs:element>"
        )
        self.assertEqual(nodes.xsd_documentation(root), "One bold\nword.\n\nTwo.")
        self.assertIsNone(nodes.xsd_documentation(parse_document(f"<xs:element {XS}/>")))
        wsdl = parse_document(
            '<message xmlns="http://schemas.xmlsoap.org/wsdl/"><documentation> </documentation>'
            "</message>"
        )
        self.assertIsNone(nodes.wsdl_documentation(wsdl))

    def test_qname_at(self) -> None:
        node = parse_document('<a xmlns:p="urn:p" xmlns="urn:d"/>')
        cases = {
            "p:x": (QName("urn:p", "x"), False),
            " x ": (QName("urn:d", "x"), True),
            "q:x": (QName(None, "x"), True),
            "xml:lang": (QName(XML, "lang"), False),
        }
        for text, expected in cases.items():
            self.assertEqual(nodes.qname_at(text, node), expected)
        bare = parse_document("<a/>")
        self.assertEqual(nodes.qname_at("x", bare, "urn:c"), (QName("urn:c", "x"), True))

    def test_words(self) -> None:
        self.assertEqual(nodes.words(None), ())
        self.assertEqual(nodes.words(" a\n b "), ("a", "b"))
        self.assertEqual(
            [nodes.is_true(text) for text in ("1", " true", "0", "yes", None)],
            [True, True, False, False, False],
        )
