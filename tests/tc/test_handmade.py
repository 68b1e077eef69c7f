"""Hand-written typecodes for text, and what users override.

Covers: ZSI.TC.handmade, ZSI.TC.handmade_simple, ZSI.TC.handmade_numbers,
ZSI.TC.handmade_times
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ZSI import TC, ParsedSoap, SoapWriter, TCnumbers, TCtimes
from ZSI.errors import EvaluateException, ParseException, StructureError, ValueRefused
from ZSI.names import XSD
from ZSI.TC import handmade

from .encoding import envelope


def parse(xml: str, typecode: Any) -> Any:
    """An element by a typecode."""
    return ParsedSoap(envelope(xml)).Parse(typecode)


def write(value: Any, typecode: Any, **kw: Any) -> str:
    """A value by a typecode, without what is around it."""
    return SoapWriter().serialize(value, typecode, **kw).body


class ValuesTests(SynchronousTestCase):
    """Each typecode, both ways."""

    CASES: tuple[tuple[Any, str, Any, str], ...] = (
        (TC.String, " a b ", " a b ", "string"),
        (TC.Token, " a  b ", "a b", "token"),
        (TC.URI, "http://x/%2F?a=%26", "http://x/%2F?a=%26", "anyURI"),
        (TC.Base64String, "AAH/", b"\x00\x01\xff", "base64Binary"),
        (TC.Base64Binary, "AAH/", b"\x00\x01\xff", "base64Binary"),
        (TC.HexBinaryString, "0001FF", b"\x00\x01\xff", "hexBinary"),
        (TC.Boolean, "true", True, "boolean"),
        (TC.Decimal, "1.50", Decimal("1.50"), "decimal"),
        (TC.Integer, "12345678901234567890", 12345678901234567890, "integer"),
        (TCnumbers.FPfloat, "1e-09", 1e-9, "float"),
        (TCnumbers.FPdouble, "1e+300", 1e300, "double"),
        (TCtimes.Duration, "P1Y2MT3.5S", TC.Duration.parse("P1Y2MT3.5S"), "duration"),
        (TCtimes.gDateTime, "2026-11-23T10:00:00+01:00", None, "dateTime"),
        (TCtimes.gDate, "2026-11-23", datetime.date(2026, 11, 23), "date"),
        (TCtimes.gTime, "10:00:00.25", datetime.time(10, 0, 0, 250_000), "time"),
        (TCtimes.gYearMonth, "2026-11Z", TC.GYearMonth.parse("2026-11Z"), "gYearMonth"),
        (TCtimes.gYear, "-0044", TC.GYear.parse("-0044"), "gYear"),
        (TCtimes.gMonthDay, "--11-23", TC.GMonthDay.parse("--11-23"), "gMonthDay"),
        (TCtimes.gDay, "---23", TC.GDay.parse("---23"), "gDay"),
        (TCtimes.gMonth, "--11", TC.GMonth.parse("--11"), "gMonth"),
    )

    def test_both_ways(self) -> None:
        for make, text, value, name in self.CASES:
            typecode = make("x")
            found = parse(f"<x>{text}</x>", typecode)
            if value is not None:
                self.assertEqual(found, value, name)
            out = write(found, typecode)
            self.assertIn(f'<x xsi:type="xsd:{name}">', out)
            self.assertEqual(parse(out, typecode), found)

    def test_by_method(self) -> None:
        for make, text, value, _ in self.CASES:
            if value is not None:
                self.assertEqual(make().text_to_data(text, None, None), value)
                self.assertEqual(
                    make().text_to_data(make().get_formatted_content(value), None, None), value
                )

    def test_ranges(self) -> None:
        """On the way in and on the way out."""
        for make, low, high in (
            (TCnumbers.Ibyte, -128, 127),
            (TCnumbers.IunsignedByte, 0, 255),
            (TCnumbers.Ishort, -(2**15), 2**15 - 1),
            (TCnumbers.IunsignedShort, 0, 2**16 - 1),
            (TCnumbers.Iint, -(2**31), 2**31 - 1),
            (TCnumbers.IunsignedInt, 0, 2**32 - 1),
            (TCnumbers.Ilong, -(2**63), 2**63 - 1),
            (TCnumbers.IunsignedLong, 0, 2**64 - 1),
            (TCnumbers.InegativeInteger, None, -1),
            (TCnumbers.InonPositiveInteger, None, 0),
            (TCnumbers.InonNegativeInteger, 0, None),
            (TCnumbers.IpositiveInteger, 1, None),
        ):
            typecode = make("x")
            for bound, beyond in ((low, -1), (high, 1)):
                if bound is not None:
                    self.assertEqual(parse(f"<x>{bound}</x>", typecode), bound)
                    self.assertRaises(ValueRefused, parse, f"<x>{bound + beyond}</x>", typecode)
                    self.assertRaises(ValueRefused, write, bound + beyond, typecode)

    def test_qname(self) -> None:
        typecode = TC.QName("x")
        self.assertEqual(parse("<x>xsd:int</x>", typecode), (XSD, "int"))
        text = str(SoapWriter().serialize(("urn:q", "n"), typecode))
        self.assertEqual(ParsedSoap(text).Parse(typecode), ("urn:q", "n"))
        self.assertRaises(ValueRefused, parse, "<x>no:int</x>", typecode)

    def test_numbers_as_booleans(self) -> None:
        self.assertIn(">true<", write(1, TC.Boolean("x")))
        self.assertIn(">false<", write(0, TC.Boolean("x")))
        self.assertRaises(ValueRefused, write, 2, TC.Boolean("x"))

    def test_strip(self) -> None:
        """Asked for; ZSI did it unless told not to."""
        self.assertEqual(parse("<x> a </x>", TC.String("x", strip=True)), "a")

    def test_format(self) -> None:
        self.assertIn(">0.50<", write(0.5, TCnumbers.FPfloat("x", format="%.2f")))
        self.assertIn(">007<", write(7, TC.Integer("x", format="%03d")))
        self.assertRaises(ValueRefused, write, 7, TC.Integer("x", format="<%d>"))
        self.assertRaises(ValueRefused, write, 7, TC.Integer("x", format="%d %d"))

    def test_refused_characters(self) -> None:
        self.assertRaises(ValueRefused, write, "a\x00", TC.String("x"))


class EnumerationTests(SynchronousTestCase):
    """One of several."""

    def test_strings(self) -> None:
        typecode = TC.Enumeration(["red", "green"], "x")
        self.assertEqual(parse("<x>red</x>", typecode), "red")
        self.assertRaises(ValueRefused, parse, "<x>blue</x>", typecode)
        self.assertRaises(ValueRefused, write, "blue", typecode)

    def test_numbers(self) -> None:
        integers = TCnumbers.IEnumeration([1, 2], "x")
        self.assertEqual(parse("<x>+2</x>", integers), 2)
        self.assertRaises(ValueRefused, parse, "<x>3</x>", integers)
        floats = TCnumbers.FPEnumeration([0.5, 1.0], "x")
        self.assertEqual(parse("<x>1</x>", floats), 1.0)
        self.assertRaises(ValueRefused, write, 0.7, floats)


class UnionTests(SynchronousTestCase):
    """The first member that takes the text, every time."""

    class Number(TC.Union):
        """long or string."""

        memberTypes = [(XSD, "long"), (XSD, "string")]

    def test_order(self) -> None:
        typecode = self.Number("x")
        found = [parse(f"<x>{text}</x>", typecode) for text in ("1", "a", "1")]
        self.assertEqual(found, [1, "a", 1])

    def test_keyword(self) -> None:
        typecode = TC.Union("x", memberTypes=[TC.Boolean, (XSD, "int")], typed=False)
        self.assertEqual(parse("<x>7</x>", typecode), 7)
        self.assertEqual(write(True, typecode), "<x>true</x>")
        self.assertRaises(ValueRefused, parse, "<x>a</x>", typecode)

    def test_incomplete(self) -> None:
        self.assertRaises(TypeError, parse, "<x>a</x>", TC.Union("x"))
        self.assertEqual(parse("<x>a b</x>", TC.List("x")), ["a", "b"])

    def test_member_typecodes(self) -> None:
        found = self.Number("x").memberTypeCodes
        self.assertEqual([code.text_to_data("7", None, None) for code in found], [7, "7"])


class ListTests(SynchronousTestCase):
    """Values between white space."""

    def test_items(self) -> None:
        typecode = TC.List("x", itemType=(XSD, "int"), typed=False)
        self.assertEqual(parse("<x> 1  2 </x>", typecode), [1, 2])
        self.assertEqual(write([1, 2], typecode), "<x>1 2</x>")
        self.assertRaises(ValueRefused, parse, "<x>1 a</x>", typecode)


class XMLStringTests(SynchronousTestCase):
    """XML as text."""

    def test_both_ways(self) -> None:
        typecode = TC.XMLString("x", typed=False)
        found = parse("<x>&lt;a>&lt;b/>&lt;/a></x>", typecode)
        self.assertEqual((found.tag, found[0].tag), ("a", "b"))
        self.assertEqual(write(found, typecode), "<x>&lt;a&gt;&lt;b&gt;&lt;/b&gt;&lt;/a&gt;</x>")
        self.assertEqual(write("<a/>", typecode), "<x>&lt;a&gt;&lt;/a&gt;</x>")

    def test_refused(self) -> None:
        typecode = TC.XMLString("x")
        self.assertRaises(ParseException, parse, "<x>&lt;a></x>", typecode)
        self.assertRaises(ParseException, parse, "<x>&lt;!DOCTYPE a>&lt;a/></x>", typecode)
        self.assertRaises(ValueRefused, write, 5, typecode)


class NamesTests(SynchronousTestCase):
    """Which elements a typecode takes, and under which name it writes."""

    def test_any_namespace(self) -> None:
        """A name without namespace is met in any."""
        self.assertEqual(parse('<x xmlns="urn:y">a</x>', TC.String("x")), "a")

    def test_one_namespace(self) -> None:
        typecode = TC.String(("urn:y", "x"))
        self.assertEqual(parse('<x xmlns="urn:y">a</x>', typecode), "a")
        error = self.assertRaises(StructureError, parse, "<x>a</x>", typecode)
        self.assertIn("expected {urn:y}x", str(error))

    def test_no_name(self) -> None:
        self.assertEqual(parse("<anything>a</anything>", TC.String()), "a")
        self.assertEqual(write("a", TC.String()), '<string xsi:type="xsd:string">a</string>')

    def test_prefix(self) -> None:
        typecode = TC.String("p:x", typed=False)
        writer = SoapWriter(nsdict={"p": "urn:p"}).serialize("a", typecode)
        self.assertEqual(ParsedSoap(str(writer)).body_root.tag, "{urn:p}x")
        error = self.assertRaises(EvaluateException, write, "a", typecode)
        self.assertIn("prefix 'p' of x is not declared", str(error))

    def test_prefixes(self) -> None:
        """Always the same, and those that the writer was given where it was given any."""
        for namespace in ("urn:one", "urn:two"):
            text = str(SoapWriter().serialize("a", TC.String((namespace, "x"), typed=False)))
            self.assertIn(f'<soapenv:Body xmlns:ns1="{namespace}"><ns1:x>a</ns1:x>', text)
        struct = TC.Struct(None, [TC.String(("urn:other", "a"))], ("urn:p", "x"), typed=False)
        for prefix, root in (
            ("p", "<p:x>"),
            ("ns1", "<ns1:x>"),
            ("ns2", "<ns1:x>"),
            ("n1", "<ns1:x>"),
        ):
            text = str(SoapWriter(nsdict={prefix: "urn:p"}).serialize({"a": "b"}, struct))
            self.assertEqual(ParsedSoap(text).Parse(struct), {"a": "b"})
            self.assertIn(root, text)
        self.patch(handmade, "_MOST_TABLES", 0)
        text = str(
            SoapWriter(nsdict={"q": "urn:many"}).serialize("a", TC.String(("urn:many", "x")))
        )
        self.assertEqual(ParsedSoap(text).Parse(TC.String(("urn:many", "x"))), "a")
        bare = SoapWriter(nsdict={"p": "urn:p"}, envelope=False).serialize({"a": "b"}, struct)
        self.assertEqual(ParsedSoap(str(bare), envelope=False).Parse(struct), {"a": "b"})

    def test_given_to_the_writer(self) -> None:
        self.assertEqual(write("a", TC.String("x"), typed=False, name="y"), "<y>a</y>")
        self.assertIn(":y>a<", write("a", TC.String("x"), typed=False, name=("urn:y", "y")))
        self.assertEqual(write("a", TC.String("x")), '<x xsi:type="xsd:string">a</x>')

    def test_nil(self) -> None:
        self.assertIs(parse('<x xsi:nil="1"/>', TC.Iint("x", nillable=True)), TC.NIL)
        self.assertIn('xsi:nil="true"', write(TC.NIL, TC.Iint("x", nillable=True)))
        self.assertRaises(StructureError, parse, '<x xsi:nil="1"/>', TC.Iint("x"))
        # a message of a simple typecode that is nothing; inside of structs it is missing
        self.assertEqual(write(None, TC.Iint("x")), '<x xsi:nil="true"></x>')
        struct = TC.Struct(None, [TC.Iint("x")], "s")
        self.assertRaises(EvaluateException, write, {"x": None}, struct)

    def test_type(self) -> None:
        """A name for the type, which receivers are told."""
        inner = TC.Struct(None, [TC.Iint("i")], "in", type=("urn:t", "In"))
        text = TC.String("s", type=("urn:t", "S"))
        struct = TC.Struct(None, [inner, text], "x", type=("urn:t", "X"))
        value = {"in": {"i": 2}, "s": "a"}
        sent = str(SoapWriter().serialize(value, struct))
        for name in ("X", "In", "S"):
            self.assertIn(f' xsi:type="n1:{name}">', sent)
        self.assertEqual(ParsedSoap(sent).Parse(struct), value)
        self.assertEqual(ParsedSoap(sent).Parse(TC.Any()), value)
        unnamed = TC.String(None, type=("urn:t", "named"), typed=False)
        self.assertEqual(write("a", unnamed), "<named>a</named>")

    def test_occurrence_by_zsi_1(self) -> None:
        one, other = TC.String("a", optional=1), TC.Iint("b", repeatable=1)
        struct = TC.ComplexType(None, [one, other], "s")
        self.assertEqual(parse("<s><b>1</b><b>2</b></s>", struct), {"a": None, "b": [1, 2]})

    def test_small_helpers(self) -> None:
        (elt,) = ParsedSoap(envelope('<x xsi:type="xsd:int">a<b>c</b></x>')).body
        typecode = TC.String("x", nillable=True)
        self.assertTrue(typecode.name_match(elt))
        self.assertEqual(typecode.checktype(elt), (XSD, "int"))
        self.assertEqual(typecode.simple_value(elt, mixed=True), "ac")
        self.assertRaises(StructureError, typecode.simple_value, elt)
        self.assertFalse(typecode.nilled(elt))
        self.assertFalse(typecode.has_attributes())


class Celsius(TC.Decimal):
    """A temperature: text with a unit, a number in Python."""

    def text_to_data(self, text: str, elt: Any, ps: Any) -> Any:
        if not text.endswith("C"):
            raise EvaluateException(f"no temperature: {text}", ps.Backtrace(elt))
        return super().text_to_data(text[:-1], elt, ps)

    def get_formatted_content(self, pyobj: Any) -> str:
        return f"{super().get_formatted_content(pyobj)}C"


class Shouted(TC.String):
    """A string that overrides how whole elements are read and written."""

    def parse(self, elt: Any, ps: Any = None) -> Any:
        return super().parse(elt, ps).upper()

    def serialize(
        self, elt: Any, sw: Any, pyobj: Any, name: Any = None, orig: Any = None, **kw: Any
    ) -> Any:
        made = super().serialize(elt, sw, pyobj.lower(), name, orig, **kw)
        made.set("volume", "low")
        return made


class Held:
    """A value of a class of the user's."""

    def __init__(self, text: str) -> None:
        self.text = text


class OverridingTests(SynchronousTestCase):
    """Users' subclasses."""

    def test_text(self) -> None:
        typecode = Celsius("x")
        self.assertEqual(parse("<x>1.5C</x>", typecode), Decimal("1.5"))
        self.assertIn('<x xsi:type="xsd:decimal">1.5C</x>', write(Decimal("1.5"), typecode))

    def test_errors_have_a_place(self) -> None:
        error = self.assertRaises(EvaluateException, parse, "<x>1.5</x>", Celsius("x"))
        self.assertEqual(error.trace, "/Envelope/Body/x")
        error = self.assertRaises(EvaluateException, parse, "<x>aC</x>", Celsius("x"))
        self.assertIn("/Envelope/Body/x", str(error))

    def test_any_error(self) -> None:
        """A ValueError of the user's is the sender's mistake."""

        class Number(TC.String):
            """A number by Python's own words."""

            def text_to_data(self, text: str, elt: Any, ps: Any) -> Any:
                return int(text)

        error = self.assertRaises(ValueRefused, parse, "<x>a</x>", Number("x"))
        self.assertIn("text that Number can read", str(error))

    def test_in_structs_and_arrays(self) -> None:
        struct = TC.Struct(None, [Celsius("t"), Shouted("s")], "x")
        value = {"t": Decimal(2), "s": "LOUD"}
        self.assertEqual(parse("<x><t>2C</t><s>loud</s></x>", struct), value)
        text = write(value, struct)
        self.assertIn(">2C</t>", text)
        self.assertIn('volume="low"', text)
        array = TC.Array("xsd:decimal", Celsius(), "x")
        self.assertEqual(parse("<x><i>1C</i><i>2C</i></x>", array), [1, 2])
        self.assertIn(">2C<", write([Decimal(2)], array))

    def test_references(self) -> None:
        """What a reference leads to goes through them as well."""
        text = envelope('<x><t href="#a"/></x><m id="a">3C</m>')
        struct = TC.Struct(None, [Celsius("t")], "x")
        self.assertEqual(ParsedSoap(text).Parse(struct), {"t": Decimal(3)})

    def test_whole_element(self) -> None:
        self.assertEqual(parse("<x>loud</x>", Shouted("x")), "LOUD")
        self.assertIn('volume="low"', write("LOUD", Shouted("x")))

    def test_pyclass(self) -> None:
        """Simple values may be instances of a class of the user's."""
        found = parse("<x>a</x>", TC.String("x", pyclass=Held))
        self.assertEqual((type(found), found.text), (Held, "a"))

        class Name(str):
            """A str with a typecode."""

            typecode: Any

        Name.typecode = TC.String("x", pyclass=Name)
        found = parse("<x>a</x>", Name)
        self.assertEqual((type(found), found), (Name, "a"))
        self.assertIn(">a</x>", SoapWriter().serialize(found).body)

    def test_parse_and_serialize(self) -> None:
        """ZSI's two methods, on lxml elements."""
        typecode = TC.Iint("x")
        ps = ParsedSoap(envelope("<x>5</x>"))
        self.assertEqual(typecode.parse(ps.body_root, ps), 5)
        self.assertRaises(StructureError, TC.Iint("y").parse, ps.body_root, ps)
        parent = etree.Element("parent")
        made = typecode.serialize(parent, None, 7, name="seven")
        self.assertIs(made.getparent(), parent)
        self.assertEqual((made.tag, made.text), ("seven", "7"))
        self.assertEqual(typecode.serialize(None, None, 7, typed=False).attrib, {})

    def test_attributes(self) -> None:
        """XML attributes on simple content: on the value, under ``_attrs``."""
        typecode = TC.String("x", pyclass=type("Text", (str,), {}))
        typecode.attribute_typecode_dict = {"lang": TC.String(), ("urn:a", "n"): TC.Iint()}
        found = parse('<x lang="de" q:n="2" xmlns:q="urn:a">a</x>', typecode)
        self.assertEqual((found, found._attrs), ("a", {"lang": "de", ("urn:a", "n"): 2}))
        text = str(SoapWriter().serialize(found, typecode))
        self.assertEqual(ParsedSoap(text).Parse(typecode)._attrs, found._attrs)
        self.assertRaises(StructureError, parse, '<x other="1">a</x>', typecode)
        self.assertIn("<x", write("plain", typecode))
