"""Leaves, QNames in attributes, and the context."""

from __future__ import annotations

from unittest import mock

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ZSI.errors import StructureError, ValueRefused
from ZSI.names import SOAP11_ENV, XSD
from ZSI.schema import Registry
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.fields import Field
from ZSI.TC.leaf import (
    MOST_FINDINGS,
    DecodeContext,
    check_fixed,
    expand,
    foreign_attribute,
    id_role,
    read_simple,
    text_of,
)
from ZSI.TC.scopes import Scope
from ZSI.TC.simple import list_of, union_of

USE = Field("element", None, BUILTIN["int"])


def context(pedantic: bool = False) -> DecodeContext:
    return DecodeContext(Registry("leaf", public=False), pedantic=pedantic)


class ReadingTests(SynchronousTestCase):
    """Elements of simple type."""

    def test_value(self) -> None:
        elt = etree.fromstring("<a> 5 </a>")
        self.assertEqual(read_simple(elt, BUILTIN["int"], USE, context()), 5)

    def test_place(self) -> None:
        for text in ("<a>x</a>", '<a b="1">1</a>', "<a><b/></a>"):
            with self.assertRaises((ValueRefused, StructureError)) as caught:
                read_simple(etree.fromstring(f"<r>{text}</r>")[0], BUILTIN["int"], USE, context())
            self.assertIn("/r/a", str(caught.exception))

    def test_text(self) -> None:
        self.assertEqual(text_of(etree.fromstring("<a>1<!--x-->2<?y?>3</a>"), "x"), "123")
        self.assertEqual(text_of(etree.fromstring("<a/>"), "x"), "")
        with self.assertRaisesRegex(StructureError, "expected a value of xsd:int"):
            text_of(etree.fromstring("<a>1<b/></a>"), BUILTIN["int"])

    def test_fixed_compares_values(self) -> None:
        check_fixed(BUILTIN["double"], float("nan"), "NaN", "NaN")
        check_fixed(BUILTIN["int"], 1, "01", "1")
        self.assertRaises(ValueRefused, check_fixed, BUILTIN["int"], True, "1", "true")

    def test_foreign_attributes(self) -> None:
        elt = etree.fromstring("<a/>")
        with self.assertRaises(StructureError) as caught:
            foreign_attribute(elt, "x", ("a", "b"), context())
        self.assertEqual(caught.exception.expected, ("a", "b"))
        found = context()
        foreign_attribute(elt, f"{{{SOAP11_ENV}}}encodingStyle", (), found)
        self.assertEqual([finding.rule for finding in found.findings], ["encodingStyle"])
        encoded = context()
        encoded.encoded = True
        foreign_attribute(elt, f"{{{SOAP11_ENV}}}encodingStyle", (), encoded)
        self.assertEqual(encoded.findings, [])

    def test_attributes_of_header_blocks(self) -> None:
        """On the block itself, and nothing inside it."""
        block = etree.fromstring("<a><b/></a>")
        found = context()
        found.block = block
        foreign_attribute(block, f"{{{SOAP11_ENV}}}mustUnderstand", (), found)
        for elt, name in ((block[0], f"{{{SOAP11_ENV}}}mustUnderstand"), (block, "id")):
            self.assertRaises(StructureError, foreign_attribute, elt, name, (), found)
        self.assertEqual(found.findings, [])

    def test_eight_names_are_shown(self) -> None:
        for count, shown in ((8, "a6, a7"), (9, "a7 or 1 others")):
            known = tuple(f"a{number}" for number in range(count))
            with self.assertRaises(StructureError) as caught:
                foreign_attribute(etree.fromstring("<a/>"), "x", known, context())
            self.assertTrue(caught.exception.args[0].endswith(shown), caught.exception.args[0])

    def test_default_and_fixed(self) -> None:
        """They stand for an empty element; what is fixed to nothing is fixed all the same."""
        string = BUILTIN["string"]
        empty, full = etree.fromstring("<a/>"), etree.fromstring("<a>x</a>")
        for options, value in (
            ({"fixed": "f"}, "f"), ({"xsd_default": "d"}, "d"), ({"fixed": ""}, ""), ({}, ""),
        ):  # fmt: skip
            use = Field("element", None, string, **options)
            self.assertEqual(read_simple(empty, string, use, context()), value)
            if "fixed" in options:
                self.assertRaises(ValueRefused, read_simple, full, string, use, context())

    def test_ids_are_noted(self) -> None:
        found = context()
        for name, text in (("ID", "i"), ("ID", "i"), ("ENTITY", "e"), ("IDREF", "j")):
            use = Field("element", None, BUILTIN[name])
            read_simple(etree.fromstring(f"<a>{text}</a>"), BUILTIN[name], use, found)
        found.finish()
        self.assertEqual([finding.rule for finding in found.findings], ["ID", "ENTITY", "IDREF"])


class ExpandTests(SynchronousTestCase):
    """QNames by the declarations in scope (XSD 1.0 part 2, 3.2.18)."""

    def test_expand(self) -> None:
        elt = etree.fromstring(f'<r xmlns="urn:d" xmlns:x="{XSD}"><a xmlns=""/></r>')
        self.assertEqual(expand(elt, " x:int\n"), (XSD, "int"))
        self.assertEqual(expand(elt, "int"), ("urn:d", "int"))
        self.assertEqual(expand(elt[0], "int"), (None, "int"))
        for bad in ("y:int", "", " ", "x:", ":int", "\u00a0x:int"):
            with self.assertRaises(ValueRefused, msg=bad) as caught:
                expand(elt, bad)
            self.assertEqual(caught.exception.trace, "/r")

    def test_expanded_once(self) -> None:
        """A name is remembered by all of its text."""
        elt = etree.fromstring(f'<r xmlns="urn:d" xmlns:x="{XSD}"/>')
        scope = Scope(elt.nsmap, None)
        found = context()
        with mock.patch.object(found, "around", lambda elt: scope):
            for text, name in (
                ("x:int", (XSD, "int")), ("x:byte", (XSD, "byte")), ("x", ("urn:d", "x")),
                ("x:int", (XSD, "int")), ("int", ("urn:d", "int")),
            ):  # fmt: skip
                self.assertEqual(expand(elt, text, found), name)
            self.assertIs(expand(elt, "x:int", found), expand(elt, "x:int", found))


class ContextTests(SynchronousTestCase):
    """What a message carries along."""

    def test_unusual(self) -> None:
        elt = etree.fromstring("<a>\n<b/></a>")[0]
        found = context()
        found.unusual(elt, "rule", "message")
        self.assertEqual(str(found.findings[0]), "line 2: /a/b: warning: rule: message")
        with self.assertRaises(StructureError) as caught:
            context(pedantic=True).unusual(elt, "rule", "message")
        self.assertEqual((caught.exception.rule, caught.exception.trace), ("rule", "/a/b"))

    def test_bounded(self) -> None:
        found = context()
        for _ in range(MOST_FINDINGS + 5):
            found.unusual(etree.fromstring("<a/>"), "rule", "message")
        self.assertEqual(len(found.findings), MOST_FINDINGS)

    def test_ids(self) -> None:
        found = context()
        one, two = etree.fromstring("<a/>"), etree.fromstring("<b/>")
        found.note_ids(one, "ID", "x")
        found.note_ids(two, "IDREF", ["x", "y"])
        found.note_ids(two, "IDREF", "x")
        found.finish()
        self.assertEqual([finding.message for finding in found.findings],
                         ["the IDREF 'y' refers to no ID of the message"])  # fmt: skip
        found.finish()
        self.assertEqual(len(found.findings), 1, "asked once")

    def test_roles(self) -> None:
        self.assertEqual(id_role(BUILTIN["ID"]), "ID")
        self.assertEqual(id_role(BUILTIN["IDREFS"]), "IDREF")
        self.assertEqual(id_role(BUILTIN["ID"].restrict(("urn:x", "MyID"))), "ID")
        self.assertEqual(id_role(list_of(BUILTIN["IDREF"])), "IDREF")
        self.assertEqual(id_role(BUILTIN["ENTITIES"]), "ENTITY")
        self.assertIsNone(id_role(BUILTIN["string"]))
        self.assertIsNone(id_role(union_of([BUILTIN["string"]])))
