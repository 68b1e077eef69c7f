"""Typecodes called as programs for ZSI call them: shapes that are no part of the stubs.

Covers: ZSI.TC.handmade ZSI.TC.handmade_any ZSI.TC.arrays ZSI.TC.shapes
"""

from __future__ import annotations

import math
import time
from typing import Any, cast

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from generated.EchoServer_types import Echo, ns0
from ZSI import NIL, TC, EvaluateException, ParsedSoap, ParseException, SoapWriter
from ZSI.names import SOAP11_ENC, XSD, XSI
from ZSI.schema import GED, TypeDefinition
from ZSI.TC.builtin import BUILTIN

OLD_SCHEMA = "http://www.w3.org/1999/XMLSchema"


def element(text: str) -> Any:
    """An element, with the prefixes that messages have."""
    declared = f'xmlns:e="{SOAP11_ENC}" xmlns:xsd="{XSD}" xmlns:xsi="{XSI}"'
    return etree.fromstring(f"<tree {declared}>{text}</tree>")[0]


def sent(value: Any, typecode: Any) -> Any:
    """What `TC.Any` reads of a value that is written."""
    return ParsedSoap(str(SoapWriter().serialize(value, typecode))).Parse(TC.Any())


def body(value: Any, typecode: Any) -> str:
    """What is written of a value."""
    return SoapWriter().serialize(value, typecode).body


class NamesTests(SynchronousTestCase):
    """Elements that are named by their type (SOAP 1.1 section 5.1)."""

    def test_taken_for_their_type(self) -> None:
        self.assertEqual(TC.Integer("price").parse(element("<e:byte>44</e:byte>")), 44)
        choices = TC.Enumeration(["Red", "Blue"], "colour")
        self.assertEqual(choices.parse(element("<e:string>Red</e:string>")), "Red")

    def test_other_types_refused(self) -> None:
        for text in ("<e:string>44</e:string>", "<e:nothing>44</e:nothing>", "<byte>44</byte>"):
            self.assertRaises(EvaluateException, TC.Integer("price").parse, element(text))

    def test_anything(self) -> None:
        self.assertEqual(TC.Any().parse(element("<e:integer>12</e:integer>")), 12)
        items = '<a e:arrayType="xsd:anyType[2]"><e:int>1</e:int><e:string>b</e:string></a>'
        self.assertEqual(TC.Any().parse(element(items)), [1, "b"])
        self.assertEqual(TC.Any().parse(element("<e:Struct><a>1</a></e:Struct>")), {"a": "1"})

    def test_checkname_tells_the_type(self) -> None:
        typecode = TC.Integer("a")
        self.assertEqual(typecode.checkname(element("<a>1</a>"), None), (XSD, "integer"))
        said = element('<a xsi:type="xsd:int">1</a>')
        self.assertEqual(typecode.checkname(said, None), (XSD, "int"))


class OlderMessagesTests(SynchronousTestCase):
    """Messages of the toolkits of ZSI's day."""

    def test_parse_of_an_element(self) -> None:
        """``parse`` knows the schema of 1999 as `ParsedSoap.Parse` does."""
        elt = etree.fromstring(
            f'<a xmlns:i="{OLD_SCHEMA}-instance" xmlns:s="{OLD_SCHEMA}">'
            '<b i:type="s:int">7</b><c i:null="1"/></a>'
        )
        self.assertEqual(TC.Any().parse(elt), {"b": 7, "c": None})

    def test_array_of_a_type_without_prefix(self) -> None:
        """``xsd`` is not declared: the typecode says what the items are."""
        ps = ParsedSoap(
            f'<x xmlns:e="{SOAP11_ENC}"><s e:arrayType="xsd:integer[2]"><i>8</i><i>9</i></s></x>',
            envelope=False,
        )
        typecode = TC.Struct(None, [TC.Array("xsd:integer", TC.Integer(), "s")], "x")
        self.assertEqual(ps.Parse(typecode), {"s": [8, 9]})
        self.assertIn("arrayType", [finding.rule for finding in ps.findings])


class NothingTests(SynchronousTestCase):
    """A message that is nothing is nil."""

    def test_nillable(self) -> None:
        for typecode in (TC.Integer("x", nillable=True), TC.List("x", nillable=True)):
            text = str(SoapWriter().serialize(None, typecode))
            self.assertIs(ParsedSoap(text).Parse(typecode), NIL)
            self.assertIsNone(sent(None, typecode))

    def test_anything(self) -> None:
        self.assertEqual(body(None, TC.Any("x")), '<x xsi:nil="true"></x>')

    def test_every_simple_typecode(self) -> None:
        """Of a union that has no members yet, too."""
        for made in (TC.Union("x"), TC.Boolean("x"), TC.gDay("x"), TC.URI("x"), TC.FPfloat("x")):
            self.assertIsNone(sent(None, made))


class ListsTests(SynchronousTestCase):
    """Lists by `TC.Any`."""

    def test_come_back(self) -> None:
        rows = [{"a": 1, "b": 2}, {"c": {"d": 9}, "e": [6, 7.0]}]
        for value in ([], [1, "b", None], rows):
            for aslist in (True, False):
                self.assertEqual(sent(value, TC.Any("x", aslist=aslist)), value)

    def test_parts(self) -> None:
        """A call's arguments are elements; lists among them are arrays."""
        typecode = TC.Any("add", parts=True)
        self.assertEqual(body([1], typecode), '<add><item xsi:type="xsd:int">1</item></add>')
        self.assertEqual(sent([[1, 2], 3], typecode), {"item": [[1, 2], 3]})
        self.assertEqual(sent({"a": [1, 2]}, typecode), {"a": [1, 2]})

    def test_what_were_lists_once(self) -> None:
        """Python 2 made lists where there are ranges, maps and views now."""
        for value in (range(1, 3), map(int, "12"), {1: 0, 2: 0}.keys(), {0: 1, 1: 2}.values()):
            self.assertEqual(sent(value, TC.Any("x")), [1, 2])
        typecode = TC.Struct(None, [TC.Array("xsd:int", TC.Iint(), "a")], "x")
        for value in (range(1, 3), filter(None, [1, 2])):
            self.assertEqual(sent({"a": value}, typecode), {"a": [1, 2]})


class ValuesTests(SynchronousTestCase):
    """Values as they were given."""

    def test_refused_ones_are_value_errors(self) -> None:
        bad = (1968, 4, 2, 13, 20, 15, 1000, 0, 0)
        self.assertRaises(ValueError, TC.gDateTime().get_formatted_content, bad)
        self.assertRaises(ValueError, TC.Integer().text_to_data, "x", None, None)

    def test_milliseconds_below_nothing(self) -> None:
        write = TC.gDateTime().get_formatted_content
        moment = (1968, 4, 2, 13, 20, 15)
        self.assertEqual(write((*moment, -1, 0, 0)), write((*moment, 0, 0, 0)))

    def test_address_of_xml(self) -> None:
        """Text that is no XML is the URI of it, by ZSI's guide."""
        self.assertEqual(body("cid:1&2", TC.XML("x")), '<x href="cid:1&amp;2"></x>')
        self.assertEqual(body(" <a/>", TC.XML("x")), "<x><a></a></x>")

    def test_names(self) -> None:
        self.assertEqual(TC._make_inf(), math.inf)
        self.assertTrue(TC.isnan(math.nan))
        self.assertTrue(issubclass(TC.TypeDefinition, TypeDefinition))

        class Own(TC.Integer):
            parselist = [*TC.Integer.parselist, (XSD, "myInt")]

        self.assertEqual(TC.Integer.parselist + [1], [1])
        self.assertEqual(Own.parselist, [(XSD, "myInt")])


class StructTests(SynchronousTestCase):
    """Structs."""

    def test_wildcards_repeat(self) -> None:
        anything = TC.AnyElement(
            aname="content", minOccurs=0, maxOccurs="unbounded", processContents="lax"
        )
        typecode = TC.Struct(None, [anything], "Notify")
        found = ParsedSoap("<Notify><a/><b/></Notify>", envelope=False).Parse(typecode)
        self.assertEqual(len(found["content"]), 2)
        self.assertRaises(TypeError, TC.Struct, None, [TC.String("a", maxOccurs=2)], "x")

    def test_nothing_to_be_parsed(self) -> None:
        empty = ParsedSoap(str(SoapWriter()))
        self.assertIsNone(empty.Parse(None))
        error = self.assertRaises(
            ParseException, ParsedSoap("<a><b/></a>", envelope=False).Parse, None
        )
        self.assertIn("'a'", str(error))


class TimesTests(SynchronousTestCase):
    """Tuples of the module time, by the built-in types themselves."""

    def test_parts_of_the_calendar(self) -> None:
        moment = time.struct_time((2026, 11, 23, 10, 0, 0, 0, 327, 0))
        for name, text in (
            ("gYear", "2026"), ("gYearMonth", "2026-11"), ("gMonth", "--11"),
            ("gMonthDay", "--11-23"), ("gDay", "---23"),
        ):  # fmt: skip
            self.assertEqual(BUILTIN[name].format(moment), text)
            self.assertEqual(BUILTIN[name].format(tuple(moment)), text)
            self.assertRaises(ValueError, BUILTIN[name].format, (1, 2))
            self.assertRaises(ValueError, BUILTIN[name].format, "x")


class WildcardTests(SynchronousTestCase):
    """Wildcards of hand-written typecodes know what has been imported, as `GED` does."""

    def read(self, text: str, process: str = "strict") -> Any:
        return TC.AnyElement(aname="any", processContents=process).parse(etree.fromstring(text))

    def test_declared(self) -> None:
        found = self.read(str(SoapWriter(envelope=False).serialize(Echo(value="a"))))
        self.assertEqual((type(found).__name__, found.value), ("Echo", "a"))
        kind = GED("urn:ZSI", "Echo")
        self.assertIsInstance(found.typecode, kind)
        self.assertIsInstance(found, kind)
        self.assertIsInstance(Echo.typecode, cast(type, ns0.Echo_Dec))
        self.assertNotIsInstance("x", kind)
        text = str(SoapWriter(envelope=False).serialize(Echo(value="a")))
        self.assertIsInstance(self.read(text, "skip"), TC.AnyXML)

    def test_not_declared(self) -> None:
        self.assertRaises(EvaluateException, self.read, "<nobody/>")
        self.assertIsInstance(self.read("<nobody/>", "lax"), TC.AnyXML)

    def test_in_a_struct(self) -> None:
        typecode = TC.Struct(None, [TC.AnyElement(aname="any")], "x")
        ps = ParsedSoap('<x><e:Echo xmlns:e="urn:ZSI"/></x>', envelope=False)
        self.assertRaises(EvaluateException, ps.Parse, typecode)
        inner = SoapWriter(envelope=False).serialize(Echo(value="b"))
        found = ParsedSoap(f"<x>{inner}</x>", envelope=False).Parse(typecode)
        self.assertEqual(found["any"].value, "b")


class AttributesTests(SynchronousTestCase):
    """Typecodes of attributes as ZSI's generator printed them."""

    def setUp(self) -> None:
        class Holder:
            """A value with attributes."""

            _attrs: Any = None

        self.holder: Any = Holder
        Holder.typecode = TC.Struct(Holder, [TC.String("a", minOccurs=0)], "x", typed=False)
        Holder.typecode.attribute_typecode_dict = {
            "id": TC.AnyType(), ("urn:k", "size"): TC.Iint(),
            (XSD, "anyAttribute"): TC.AnyElement(),
        }  # fmt: skip

    def test_both_ways(self) -> None:
        given = {"id": "i<", ("urn:k", "size"): 3, ("urn:o", "other"): "o", "plain": "p"}
        value = self.holder()
        value._attrs = given
        again = ParsedSoap(str(SoapWriter().serialize(value))).Parse(self.holder)
        self.assertEqual(again._attrs, given)

    def test_text_with_attributes(self) -> None:
        typecode = TC.String("x", pyclass=type("Own", (str,), {}))
        typecode.attribute_typecode_dict = {(XSD, "anyAttribute"): TC.AnyElement()}
        elt = element('<x a="b">text</x>')
        value = typecode.parse(elt)
        self.assertEqual((value, value._attrs), ("text", {"a": "b"}))
        self.assertEqual(dict(typecode.serialize(None, None, value).attrib)["a"], "b")

    def test_without_a_wildcard(self) -> None:
        del self.holder.typecode.attribute_typecode_dict[XSD, "anyAttribute"]
        value = self.holder()
        value._attrs = {"plain": "p"}
        self.assertRaises(EvaluateException, SoapWriter().serialize, value)

    def test_by_hand(self) -> None:
        """What `parse_attributes` and `set_attributes` make of them."""
        typecode = self.holder.typecode
        self.assertEqual(typecode.parse_attributes(element('<x id="7"/>')), {"id": "7"})
