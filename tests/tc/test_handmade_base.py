"""Typecodes of the user's own, and what they are made with.

Covers: ZSI.TC.handmade_steps, ZSI.TC.handmade_registry, ZSI.TC.tuple_times
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from tests.tc.encoding import envelope
from ZSI import TC, EvaluateException, ParsedSoap, SoapWriter
from ZSI.errors import StructureError, ValueRefused
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.compound import Compound
from ZSI.TC.fields import element
from ZSI.TCtimes import Duration

XSD = "http://www.w3.org/2001/XMLSchema"


class Pair(TC.TypeCode):
    """Two words, as a user of ZSI would write it."""

    type = (XSD, "string")
    attribute_typecode_dict = {"size": TC.Iint}

    def parse(self, elt: Any, ps: Any = None) -> Any:
        self.checkname(elt, ps)
        content = self.SimpleHREF(elt, ps, "pair")
        if content is None or self.nilled(content, ps):
            return None
        return (*self.simple_value(content, ps).split(), self.parse_attributes(elt, ps))

    def serialize(self, elt: Any, sw: Any, pyobj: Any, name: Any = None, *a: Any, **kw: Any) -> Any:
        made = etree.SubElement(elt, self.get_name(name, None))
        if pyobj is None:
            self.serialize_as_nil(made)
            return made
        made.text = " ".join(pyobj.words)
        self.set_attributes(made, pyobj)
        self.set_attribute_id(made, "one")
        return made


class Words:
    """A value of Pair."""

    def __init__(self, *words: str, **attributes: Any) -> None:
        self.words = words
        self._attrs = attributes


class StepsTests(SynchronousTestCase):
    """Parse and serialize by the guide."""

    def test_round_trip(self) -> None:
        text = SoapWriter().serialize(Words("a", "b", size=2), Pair("pair")).body
        self.assertEqual(text, '<pair id="one" size="2">a b</pair>')
        self.assertEqual(ParsedSoap(envelope(text)).Parse(Pair("pair")), ("a", "b", {"size": 2}))

    def test_in_a_struct(self) -> None:
        struct = TC.Struct(None, [Pair("p", minOccurs=0, nillable=True)], "s")
        for inside, beside, value in (
            ("<p>a b</p>", "", ("a", "b", {})),
            ("<p/>", "", None),
            ('<p href="#x"/>', '<i id="x">c d</i>', ("c", "d", {})),
        ):
            found = ParsedSoap(envelope(f"<s>{inside}</s>{beside}")).Parse(struct)
            self.assertEqual(found["p"], value)

    def test_refusals(self) -> None:
        (elt,) = ParsedSoap(envelope("<p/>")).body
        self.assertRaises(EvaluateException, Pair("p").SimpleHREF, elt, None, "pair")
        self.assertRaises(StructureError, Pair("q").parse, elt, None)
        write = SoapWriter().serialize
        self.assertRaises(StructureError, write, Words("a", other=1), Pair("p"))
        wrong = ParsedSoap(envelope('<p size="x">a b</p>'))
        self.assertRaises(ValueRefused, wrong.Parse, Pair("p"))

    def test_type(self) -> None:
        made = etree.Element("p", nsmap={"xs": XSD})
        Pair("p").set_attribute_xsi_type(made)
        Pair("p").set_attribute_href(made, "one")
        self.assertEqual(sorted(map(str, made.attrib.values())), ["#one", "xs:string"])
        bare = etree.Element("p")
        self.assertRaises(EvaluateException, Pair("p").set_attribute_xsi_type, bare)
        Pair("p").set_attribute_xsi_type(bare, typed=False)
        self.assertEqual(len(bare.attrib), 0)

    def test_instances(self) -> None:
        """Every typecode is one."""

        class Made(Compound, element=("urn:base", "Made")):
            a: str = element("a", (XSD, "string"))

        for typecode in (Made.typecode, TC.String("a"), TC.Any(), Pair("p")):
            self.assertIsInstance(typecode, TC.TypeCode)
        self.assertTrue(issubclass(TC.Struct, TC.TypeCode))
        self.assertNotIsInstance(TC.String("a"), Pair)
        self.assertFalse(issubclass(TC.Struct, Pair))


class RegistryTests(SynchronousTestCase):
    """What `TC.Any` knows."""

    def test_every_built_in_type(self) -> None:
        for (_, name), typecode in TC.Any.parsemap.items():
            self.assertEqual(typecode.type[1], name)
            text = SoapWriter().serialize(None, typecode, typed=True).body
            self.assertIsNone(ParsedSoap(envelope(text)).Parse(TC.Any()))
        self.assertIsInstance(TC.Any.serialmap[str], TC.String)

    def test_time(self) -> None:
        """What the module time gives is a dateTime."""
        text = str(SoapWriter().serialize([time.gmtime(0)], TC.Any("x")))
        self.assertEqual(ParsedSoap(text).Parse(TC.Any()), [datetime(1970, 1, 1, tzinfo=UTC)])

    def test_names_without_namespace(self) -> None:
        """``parselist`` of ZSI's kind: a type of XSD's, whichever year's."""

        class Louder(TC.String):
            parselist = [(None, "ENTITY")]
            type = (XSD, "ENTITY")

            def text_to_data(self, text: str, elt: Any, ps: Any) -> Any:
                return text.upper()

        TC.RegisterType(Louder, clobber=1)
        self.addCleanup(TC.TYPES.pop, (None, "ENTITY"))
        self.addCleanup(TC.TYPES.pop, (XSD, "ENTITY"))
        found = ParsedSoap(envelope('<x xsi:type="xsd:ENTITY">a</x>')).Parse(TC.Any())
        self.assertEqual(found, "A")
        self.assertIn((None, "ENTITY"), TC.Any.parsemap)


class TuplesTests(SynchronousTestCase):
    """ZSI's tuples on the way out."""

    def test_moments(self) -> None:
        moment = (1970, 5, 6, 7, 8, 9, 500, 0, 0)
        zoned = time.strptime("1970-05-06 07:08:09 +0200", "%Y-%m-%d %H:%M:%S %z")
        for typecode, value, text in (
            (TC.gDateTime(), zoned, "1970-05-06T05:08:09Z"),
            (TC.gDateTime(), time.localtime(5), "1970-01-01T00:00:05Z"),
            (TC.gDateTime(), 1.5, "1970-01-01T00:00:01.5Z"),
            (TC.gDate(), moment, "1970-05-06"),
            (TC.gTime(), zoned, "05:08:09Z"),
            (TC.gYear(), moment, "1970"),
            (TC.gYearMonth(), moment[:2], "1970-05"),
            (TC.gMonthDay(), moment, "--05-06"),
            (TC.gDay(), moment, "---06"),
            (TC.gMonth(), moment, "--05"),
        ):
            self.assertEqual(typecode.get_formatted_content(value), text)
        local = datetime(1970, 5, 6, 7, 8, 9, 500_000).astimezone(UTC)
        text = TC.gDateTime().get_formatted_content(moment)
        self.assertEqual(TC.gDateTime().text_to_data(text, None, None), local)

    def test_no_moments(self) -> None:
        for value in ((1970, 13), ("a",), (1970, 1, 1, 0, 0, 0, 1000), True, "1970"):
            self.assertRaises(ValueRefused, TC.gDateTime().get_formatted_content, value)

    def test_built_in(self) -> None:
        """Fields of generated classes take them as well."""
        local = (1970, 5, 6, 7, 8, 9, 500, 0, 0)
        for name, value, text in (
            ("dateTime", time.gmtime(0), "1970-01-01T00:00:00Z"),
            ("date", local, "1970-05-06"),
            ("time", time.gmtime(3_600), "01:00:00Z"),
        ):
            self.assertEqual(BUILTIN[name].format(value), text)
        for wrong in ((1970, 13, 1, 0, 0, 0, 0, 0, 0), (1970, 1), ("a",) * 9):
            self.assertRaises(ValueRefused, BUILTIN["dateTime"].format, wrong)

    def test_durations(self) -> None:
        write = Duration().get_formatted_content
        self.assertEqual(write((1, 2, 3, 4, 5, 6.5)), "P1Y2M3DT4H5M6.5S")
        self.assertEqual(write([-1, 0, 0]), "-P1Y")
        self.assertRaises(ValueRefused, write, ("a",))
