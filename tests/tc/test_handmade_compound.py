"""Hand-written structs, arrays and choices, and typecodes for whatever comes.

Covers: ZSI.TC.handmade_compound, ZSI.TC.handmade_any, ZSI.TC.handmade_apache,
ZSI.TC.handmade_choice
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ZSI import TC, ParsedSoap, SoapWriter
from ZSI.errors import (
    EvaluateException,
    LimitExceeded,
    ParseException,
    StructureError,
    ValueRefused,
    ZSIException,
)
from ZSI.names import XSD
from ZSI.schema import GED, ElementDeclaration
from ZSI.TC.handmade_any import TYPES

from .encoding import Person as Generated
from .encoding import envelope
from .test_handmade import parse, write


class Person:
    """A class of the user's."""

    name = "nobody"

    def __init__(self) -> None:
        self.made = True


Person.typecode = TC.Struct(  # type: ignore[attr-defined]  # ZSI's way to say it
    Person, [TC.String("name"), TC.Iint("age", minOccurs=0)], "person"
)


class StructTests(SynchronousTestCase):
    """Classes and dicts."""

    TYPECODE = TC.Struct(None, [TC.String("a"), TC.Iint("b", minOccurs=0, aname="bee")], "x")

    def test_class(self) -> None:
        found = parse("<person><age>3</age><name>Ada</name></person>", Person)
        self.assertEqual((found.name, found.age, found.made), ("Ada", 3, True))
        self.assertEqual(
            SoapWriter().serialize(found).body,
            '<person><name xsi:type="xsd:string">Ada</name>'
            '<age xsi:type="xsd:int">3</age></person>',
        )

    def test_what_is_no_typecode(self) -> None:
        for members in (["a"], [TC.String("a"), None], [3]):
            error = self.assertRaises(TypeError, TC.Struct, None, members, "x")
            self.assertIn("is no typecode", str(error))
        many = TC.String("a", aname="_a", maxOccurs="unbounded")
        error = self.assertRaises(TypeError, TC.Struct, None, [many], "x")
        self.assertIn("_a may occur more often", str(error))

    def test_absent(self) -> None:
        """An optional child that is not there is None; a default of the class stays."""
        self.assertIsNone(parse("<person><name>Ada</name></person>", Person).age)
        self.assertEqual(parse("<x><a>1</a></x>", self.TYPECODE), {"a": "1", "bee": None})

    def test_dict(self) -> None:
        self.assertEqual(parse("<x><b>2</b><a>1</a></x>", self.TYPECODE), {"a": "1", "bee": 2})
        self.assertIn('<b xsi:type="xsd:int">2</b>', write({"a": "1", "bee": 2}, self.TYPECODE))

    def test_missing(self) -> None:
        error = self.assertRaises(StructureError, parse, "<x><b>2</b></x>", self.TYPECODE)
        self.assertIn("accessor a is missing", str(error))
        error = self.assertRaises(EvaluateException, write, {"bee": 2}, self.TYPECODE)
        self.assertIn("/x/a", str(error))

    def test_unknown(self) -> None:
        error = self.assertRaises(StructureError, parse, "<x><a/><c/></x>", self.TYPECODE)
        self.assertIn("unexpected element c: expected a or b", str(error))

    def test_twice(self) -> None:
        self.assertRaises(StructureError, parse, "<x><a/><a/></x>", self.TYPECODE)

    def test_wrong_value(self) -> None:
        self.assertRaises(EvaluateException, write, 5, self.TYPECODE)
        self.assertRaises(EvaluateException, write, {"a": 5}, self.TYPECODE)

    def test_in_order(self) -> None:
        ordered = TC.Struct(None, [TC.String("a"), TC.String("b")], "x", inorder=True)
        self.assertEqual(parse("<x><a>1</a><b>2</b></x>", ordered), {"a": "1", "b": "2"})
        error = self.assertRaises(StructureError, parse, "<x><b>2</b><a>1</a></x>", ordered)
        self.assertIn("a stands after b", str(error))

    def test_nested_and_nil(self) -> None:
        inner = TC.Struct(None, [TC.Iint("n")], "inner", nillable=True)
        outer = TC.Struct(None, [inner], "outer")
        self.assertEqual(
            parse("<outer><inner><n>1</n></inner></outer>", outer), {"inner": {"n": 1}}
        )
        self.assertEqual(parse('<outer><inner xsi:nil="1"/></outer>', outer), {"inner": TC.NIL})
        self.assertIn('<inner xsi:nil="true">', write({"inner": None}, outer))

    def test_qualified(self) -> None:
        struct = TC.Struct(None, [TC.String(("urn:q", "a"))], ("urn:q", "x"))
        self.assertEqual(parse('<x xmlns="urn:q"><a>1</a></x>', struct), {"a": "1"})
        ps = ParsedSoap(envelope('<q:x xmlns:q="urn:q"><a>1</a></q:x>'))
        self.assertEqual(ps.Parse(struct), {"a": "1"})
        self.assertEqual([finding.rule for finding in ps.findings], ["unqualified"])
        self.assertRaises(
            StructureError, parse, '<q:x xmlns:q="urn:q"><a xmlns="urn:z">1</a></q:x>', struct
        )

    def test_one_object(self) -> None:
        """References are understood wherever hand-written typecodes are used."""
        pair = TC.Struct(
            None,
            [TC.Struct(Person, Person.typecode.ofwhat, name) for name in ("one", "two")],
            "pair",
        )
        found = parse('<pair><one id="p"><name>Ada</name></one><two href="#p"/></pair>', pair)
        self.assertIs(found["one"], found["two"])

    def test_circle(self) -> None:
        """A typecode may hold itself; with ``encoded`` objects that occur twice are referred to."""
        node = TC.Struct(None, [TC.Iint("n")], "next", nillable=True, minOccurs=0)
        node.ofwhat = (*node.ofwhat, node)
        message = TC.Struct(None, [node], ("urn:n", "call"), encoded="urn:n")
        value: dict[str, Any] = {"n": 1}
        value["next"] = {"n": 2, "next": value}
        text = str(SoapWriter().serialize({"next": value}, message))
        found = ParsedSoap(text).Parse(message)["next"]
        self.assertIs(found["next"]["next"], found)
        error = self.assertRaises(EvaluateException, write, value, node)
        self.assertIn("itself", str(error))

    def test_definitions_that_are_wrong(self) -> None:
        self.assertRaises(TypeError, TC.Struct, None, [TC.String("a"), TC.Iint("a")], "x")
        self.assertRaises(TypeError, TC.Struct, None, [TC.String("a", maxOccurs=2)], "x")
        self.assertRaises(TypeError, parse, "<x/>", TC.Struct(None, [TC.String()], "x"))

    def test_class_with_arguments(self) -> None:
        class Strict:
            def __init__(self, needed: int) -> None: ...

        error = self.assertRaises(ZSIException, parse, "<x/>", TC.Struct(Strict, [], "x"))
        self.assertEqual(error.blame, "server")

    def test_classes_in_place_of_typecodes(self) -> None:
        found = parse("<x><person><name>Ada</name></person></x>", TC.Struct(None, [Person], "x"))
        self.assertEqual(found["person"].name, "Ada")

    def test_generated_class_inside(self) -> None:
        who = TC.TypeCode("who", typed=False)
        who.datatype = Generated
        struct = TC.Struct(None, [who], "x")
        found = parse("<x><who><name>Ada</name></who></x>", struct)
        self.assertEqual(found, {"who": Generated(name="Ada")})
        self.assertEqual(write(found, struct), "<x><who><name>Ada</name></who></x>")


class ComplexTypeTests(SynchronousTestCase):
    """Repeated children, attributes, mixed content, wildcards."""

    def test_repeated(self) -> None:
        typecode = TC.ComplexType(
            None,
            [TC.String("a", maxOccurs="unbounded"), TC.Iint("b", maxOccurs=2, minOccurs=0)],
            "x",
        )
        found = parse("<x><a>1</a><b>2</b><a>3</a></x>", typecode)
        self.assertEqual(found, {"a": ["1", "3"], "b": [2]})
        self.assertEqual(parse("<x><a/></x>", typecode), {"a": [""], "b": []})
        self.assertRaises(StructureError, parse, "<x><a/><b>1</b><b>2</b><b>3</b></x>", typecode)
        self.assertEqual(write(found, typecode, typed=False).count("<a"), 2)
        self.assertRaises(EvaluateException, write, {"a": ["x"], "b": [1, 2, 3]}, typecode)

    def test_attributes(self) -> None:
        typecode = TC.ComplexType(None, [TC.String("a")], "x")
        typecode.attribute_typecode_dict = {"n": TC.Iint(), ("urn:q", "m"): TC.String()}
        found = parse('<x n="1" q:m="2" xmlns:q="urn:q"><a/></x>', typecode)
        self.assertEqual(found, {"a": "", "_attrs": {"n": 1, ("urn:q", "m"): "2"}})
        text = str(SoapWriter().serialize(found, typecode))
        self.assertEqual(ParsedSoap(text).Parse(typecode), found)
        self.assertRaises(StructureError, parse, '<x p="1"><a/></x>', typecode)
        self.assertRaises(ValueRefused, parse, '<x n="a"><a/></x>', typecode)
        self.assertRaises(ValueRefused, write, {"a": "", "_attrs": {"n": "a"}}, typecode)

    def test_attributes_of_objects(self) -> None:
        class Thing:
            a: str

        typecode = TC.ComplexType(Thing, [TC.String("a")], "x", attrs_aname="xml")
        typecode.attribute_typecode_dict = {"n": TC.Iint()}
        found = parse('<x n="1"><a>2</a></x>', typecode)
        self.assertEqual((found.a, found.xml), ("2", {"n": 1}))
        self.assertIn(' n="1"', write(found, typecode))

    def test_mixed(self) -> None:
        typecode = TC.ComplexType(None, [TC.String("b", minOccurs=0)], "x", mixed=True)
        found = parse("<x>one <b>two</b> three</x>", typecode)
        self.assertEqual(found, {"b": "two", "_text": "one  three"})
        self.assertRaises(StructureError, parse, "<x>one</x>", TC.ComplexType(None, [], "x"))

    def test_wildcard(self) -> None:
        typecode = TC.ComplexType(
            None,
            [TC.String("a"), TC.AnyElement(aname="_any", minOccurs=0, maxOccurs="unbounded",
                                           processContents="lax")],
            "x",
        )  # fmt: skip
        found = parse('<x><a>1</a><b xmlns="urn:z">2</b><c/></x>', typecode)
        self.assertEqual([kept.name for kept in found["_any"]], [("urn:z", "b"), (None, "c")])
        self.assertIn('<b xmlns="urn:z">2</b>', write(found, typecode))
        strict = TC.ComplexType(None, [TC.AnyElement(aname="_any")], "x")
        self.assertRaises(StructureError, parse, "<x><b/></x>", strict)
        others = TC.ComplexType(None, [TC.AnyElement(["urn:z"], processContents="skip")], "x")
        self.assertRaises(StructureError, parse, "<x><b/></x>", others)

    def test_derived_contents(self) -> None:
        typecode = TC.ComplexType(None, [TC.String("a")], "x")
        typecode.setDerivedTypeContents(extensions=[TC.String("b")])
        self.assertEqual(parse("<x><a>1</a><b>2</b></x>", typecode), {"a": "1", "b": "2"})
        typecode.setDerivedTypeContents(restrictions=[TC.String("c")])
        self.assertEqual(parse("<x><c>3</c></x>", typecode), {"c": "3"})


class ChoiceTests(SynchronousTestCase):
    """One of several elements."""

    CHOICE = TC.Choice([TC.Iint("i"), TC.String(("urn:q", "s"))], aname="one")

    def test_alone(self) -> None:
        self.assertEqual(parse("<i>1</i>", self.CHOICE), ("i", 1))
        self.assertEqual(parse('<s xmlns="urn:q">x</s>', self.CHOICE), ("s", "x"))
        error = self.assertRaises(StructureError, parse, "<s>x</s>", self.CHOICE)
        self.assertIn("expected i or s", str(error))
        self.assertEqual(write(("i", 1), self.CHOICE), '<i xsi:type="xsd:int">1</i>')
        for wrong in (1, ("z", 1), ("i",)):
            self.assertRaises(ValueRefused, write, wrong, self.CHOICE)
        ps = ParsedSoap(envelope("<i>2</i>"))
        self.assertEqual(self.CHOICE.parse(ps.body_root, ps), ("i", 2))
        self.assertTrue(self.CHOICE.name_match(ps.body_root))

    def test_in_struct(self) -> None:
        struct = TC.ComplexType(None, [TC.String("a"), self.CHOICE], "x")
        value = {"a": "1", "one": ("i", 2)}
        self.assertEqual(parse("<x><a>1</a><i>2</i></x>", struct), value)
        self.assertIn('<i xsi:type="xsd:int">2</i></x>', write(value, struct))
        self.assertRaises(StructureError, parse, "<x><a>1</a></x>", struct)
        self.assertRaises(StructureError, parse, "<x><a>1</a><i>1</i><i>2</i></x>", struct)


class ArrayTests(SynchronousTestCase):
    """The many ways to state one."""

    def test_prefixes(self) -> None:
        for atype in ("SOAP-ENC:int", "soapenc:int[]"):
            text = write([1], TC.Array(atype, TC.Any("item"), "x"))
            self.assertIn('arrayType="soapenc:int[1]"', text)

    def test_item_types(self) -> None:
        for atype in ("xsd:int", "xsd:int[]", (XSD, "int"), (XSD, "int[]")):
            typecode = TC.Array(atype, TC.Iint(), "x")
            self.assertEqual(parse("<x><a>1</a><b>2</b></x>", typecode), [1, 2])
            self.assertEqual(
                write([1], typecode),
                '<x xsi:type="soapenc:Array" soapenc:arrayType="xsd:int[1]">'
                '<item xsi:type="xsd:int">1</item></x>',
            )

    def test_item_names(self) -> None:
        for typecode, name in (
            (TC.Array("xsd:int", TC.Iint("n"), "x"), "n"),
            (TC.Array("xsd:int", TC.Iint(), "x", childnames="m"), "m"),
            (TC.Array("xsd:int", [TC.Iint], "x"), "item"),
        ):
            self.assertIn(f"<{name} ", write([1], typecode))

    def test_undeclared(self) -> None:
        typecode = TC.Array("xsd:int", TC.Iint("n", typed=False), "x", undeclared=True)
        self.assertEqual(write([1], typecode), "<x><n>1</n></x>")

    def test_dimensions(self) -> None:
        for typecode in (
            TC.Array("xsd:int", TC.Iint(), "x", dimensions=2),
            TC.Array((XSD, "int[,]"), TC.Iint(), "x"),
        ):
            text = write([[1, 2], [3, 4]], typecode)
            self.assertIn('soapenc:arrayType="xsd:int[2,2]"', text)
            self.assertEqual(parse(text.replace("soapenc:", "enc:"), typecode), [[1, 2], [3, 4]])

    def test_sparse(self) -> None:
        """Positions stand on the items, gaps hold the fill value."""
        typecode = TC.Array("xsd:int", TC.Iint(), "x", fill=0, sparse=True)
        found = parse('<x><i enc:position="[2]">2</i></x>', typecode)
        self.assertEqual(found, [0, 0, 2])
        self.assertRaises(LimitExceeded, parse, '<x enc:offset="[3000000]"><i>2</i></x>', typecode)

    def test_size(self) -> None:
        for size in (2, [2]):
            typecode = TC.Array("xsd:int", TC.Iint(), "x", size=size)
            self.assertEqual(parse("<x><i>1</i><i>2</i></x>", typecode), [1, 2])
            self.assertRaises(StructureError, parse, "<x><i>1</i></x>", typecode)

    def test_structs(self) -> None:
        typecode = TC.Array(("urn:p", "Person"), Person, "x")
        found = parse("<x><p><name>Ada</name></p></x>", typecode)
        self.assertEqual(found[0].name, "Ada")
        self.assertRegex(write(found, typecode), r'arrayType="\w+:Person\[1\]"')

    def test_anything(self) -> None:
        typecode = TC.Array("xsd:anyType", None, "x")
        self.assertEqual(parse('<x><i xsi:type="xsd:int">1</i></x>', typecode), [1])
        self.assertRaises(TypeError, parse, "<x/>", TC.Array("xsd:int", "int", "x"))


class AnyTests(SynchronousTestCase):
    """``TC.Any``: plain Python for whatever comes."""

    def test_scalars(self) -> None:
        for text, value in (
            ('<x xsi:type="xsd:int">1</x>', 1),
            ('<x xsi:type="xsd:decimal">1.5</x>', Decimal("1.5")),
            ('<x xsi:type="enc:base64">AAE=</x>', b"\x00\x01"),
            ("<x>text alone</x>", "text alone"),
            ("<x/>", ""),
            ('<x xsi:nil="1"/>', None),
        ):
            self.assertEqual(parse(text, TC.Any()), value)

    def test_nil(self) -> None:
        """What is nil is None, wherever `TC.Any` stands."""
        nil = '<x><a xsi:nil="1"/></x>'
        self.assertEqual(parse(nil, TC.Any()), {"a": None})
        self.assertEqual(parse(nil, TC.Any(aslist=True)), [None])
        self.assertEqual(parse(nil, TC.Struct(None, [TC.Any("a")], "x")), {"a": None})
        many = TC.ComplexType(None, [TC.Any("a", maxOccurs="unbounded")], "x")
        self.assertEqual(parse(nil, many), {"a": [None]})
        array = '<x enc:arrayType="xsd:int[2]"><i>1</i><i xsi:nil="1"/></x>'
        self.assertEqual(parse(array, TC.Any()), [1, None])
        value = {"a": None, "b": [1, None], "c": {"d": None}}
        text = str(SoapWriter().serialize(value, TC.Any("x")))
        self.assertEqual(ParsedSoap(text).Parse(TC.Any()), value)

    def test_structs(self) -> None:
        text = '<x><a xsi:type="xsd:int">1</a><b><c>d</c></b><b/></x>'
        self.assertEqual(parse(text, TC.Any("x")), {"a": 1, "b": [{"c": "d"}, ""]})
        self.assertEqual(parse(text, TC.Any("x", aslist=True)), [1, ["d"], ""])
        self.assertRaises(StructureError, parse, text, TC.Any("x", unique=True))

    def test_arrays_and_maps(self) -> None:
        for items, value in (
            ("<i>1</i><i>2</i>", [1, 2]),
            ('<i xsi:type="xsd:string">1</i><i xsi:type="xsd:int">2</i>', ["1", 2]),
        ):
            text = f'<x enc:arrayType="xsd:int[2]">{items}</x>'
            self.assertEqual(parse(text, TC.Any()), value)
        entry = '<item><key>k</key><value xsi:type="xsd:int">1</value></item>'
        self.assertEqual(parse(f'<x xsi:type="a:Map">{entry}</x>', TC.Any()), {"k": 1})

    def test_references(self) -> None:
        text = envelope('<x><a href="#i"/><b href="#i"/></x><m id="i"><c>1</c><d href="#i"/></m>')
        found = ParsedSoap(text).Parse(TC.Any())
        self.assertIs(found["a"], found["b"])
        self.assertIs(found["a"]["d"], found["a"])

    def test_write(self) -> None:
        value = {"a": 1, "b": [1, "x"], "c": {"d": None, "e": True}}
        text = write(value, TC.Any("x"))
        self.assertEqual(
            text,
            '<x><a xsi:type="xsd:int">1</a>'
            '<b xsi:type="soapenc:Array" soapenc:arrayType="xsd:anyType[2]">'
            '<item xsi:type="xsd:int">1</item><item xsi:type="xsd:string">x</item></b>'
            '<c><d xsi:nil="true"></d><e xsi:type="xsd:boolean">true</e></c></x>',
        )
        self.assertEqual(
            write([1, [2]], TC.Any("x", aslist=True, typed=False)),
            "<x><item>1</item><item><item>2</item></item></x>",
        )

    def test_objects(self) -> None:
        person = Person()
        person.name, person.age = "Ada", None
        self.assertIn(
            '<p><name xsi:type="xsd:string">Ada</name></p>', write({"p": person}, TC.Any("x"))
        )
        text = write({"p": Generated(name="A")}, TC.Any("x"))
        self.assertRegex(text, r'xsi:type="\w+:Person"')

    def test_refused(self) -> None:
        self.assertRaises(EvaluateException, write, {"no name": 1}, TC.Any("x"))
        self.assertRaises(EvaluateException, write, {"a": object()}, TC.Any("x"))
        circle: dict[str, Any] = {}
        circle["a"] = circle
        self.assertRaises(EvaluateException, write, circle, TC.Any("x"))

    def test_registered(self) -> None:
        """A user's typecode reads and writes within Any."""

        class Temperature:
            """A class of the user's."""

            def __init__(self, degrees: int) -> None:
                self.degrees = degrees

        class TemperatureCode(TC.Integer):
            """Its typecode."""

            type = ("urn:w", "temperature")
            seriallist = (Temperature,)

            @property
            def simple(self) -> Any:
                return TC.Integer().simple

            def text_to_data(self, text: str, elt: Any, ps: Any) -> Any:
                return Temperature(int(text))

            def get_formatted_content(self, pyobj: Any) -> str:
                return str(pyobj.degrees)

        before = dict(TYPES)
        self.addCleanup(TYPES.update, before)
        self.addCleanup(TYPES.clear)
        TC.RegisterType(TemperatureCode)
        self.assertRaises(TypeError, TC.RegisterType, TemperatureCode)
        TC.RegisterType(TemperatureCode, clobber=1)
        found = parse('<x><t xsi:type="w:temperature" xmlns:w="urn:w">7</t></x>', TC.Any())
        self.assertEqual(found["t"].degrees, 7)
        self.assertRegex(write(found, TC.Any("x")), r'<t xsi:type="\w+:temperature">7</t>')


class AnyTypeTests(SynchronousTestCase):
    """``TC.AnyType``: the value model."""

    def test_values(self) -> None:
        typecode = TC.AnyType("x")
        self.assertEqual(parse('<x xsi:type="xsd:int">1</x>', typecode), 1)
        self.assertEqual(str(parse("<x>plop</x>", typecode)), "plop")
        self.assertEqual(write("a", typecode), '<x xsi:type="xsd:string">a</x>')


class XMLTests(SynchronousTestCase):
    """``TC.XML``: elements as they are."""

    def test_wrapped(self) -> None:
        typecode = TC.XML("x")
        found = parse('<x><a b="c">d</a></x>', typecode)
        self.assertEqual((found.tag, found.get("b"), found.text), ("a", "c", "d"))
        self.assertEqual(write(found, typecode), '<x><a b="c">d</a></x>')
        self.assertRaises(StructureError, parse, "<x><a/><b/></x>", typecode)

    def test_bare(self) -> None:
        typecode = TC.XML("x", wrapped=False)
        found = parse("<x><a/></x>", typecode)
        self.assertEqual(found.tag, "x")
        self.assertEqual(write("<y>1</y>", typecode), "<y>1</y>")

    def test_in_struct(self) -> None:
        struct = TC.Struct(None, [TC.XML("x"), TC.String("s")], "o")
        found = parse("<o><x><a/></x><s>t</s></o>", struct)
        self.assertEqual((found["x"].tag, found["s"]), ("a", "t"))
        self.assertIn("<x><a></a></x>", write(found, struct))

    def test_refused(self) -> None:
        self.assertRaises(ParseException, write, "<y", TC.XML("x"))
        self.assertRaises(ParseException, write, "<!DOCTYPE y><y/>", TC.XML("x"))
        self.assertRaises(ValueRefused, write, 5, TC.XML("x"))

    def test_value_is_a_copy(self) -> None:
        ps = ParsedSoap(envelope("<x><a/></x>"))
        found = ps.Parse(TC.XML("x"))
        etree.SubElement(found, "b")
        self.assertEqual(len(ps.body_root[0]), 0)


class AttachmentTests(SynchronousTestCase):
    """References to attachments are values, not references within the message."""

    def test_both_ways(self) -> None:
        typecode = TC.AttachmentRef("x")
        self.assertEqual(parse('<x href="cid:one"/>', typecode), "cid:one")
        self.assertEqual(write("cid:one", typecode), '<x href="cid:one"></x>')
        struct = TC.Struct(None, [typecode], "s")
        self.assertEqual(parse('<s><x href="cid:1"/></s>', struct), {"x": "cid:1"})
        self.assertRaises(StructureError, parse, "<x/>", typecode)
        self.assertRaises(ValueRefused, write, 5, typecode)


class AnythingTests(SynchronousTestCase):
    """Wildcards and anyType that hold values of hand-written typecodes."""

    def setUp(self) -> None:
        class Thing:
            """Has a name of its own."""

        struct = TC.Struct(Thing, [TC.String("s")], ("urn:thing", "Thing"))
        self.thing: Any = Thing()
        self.thing.typecode, self.thing.s = struct, "x"

    def test_wildcard(self) -> None:
        wild = TC.AnyElement(
            aname="_any", minOccurs=0, maxOccurs="unbounded", processContents="lax"
        )
        outer = TC.ComplexType(None, [wild], "x")
        text = str(SoapWriter().serialize({"_any": [self.thing]}, outer))
        (found,) = ParsedSoap(text).Parse(outer)["_any"]
        self.assertEqual(found.name, ("urn:thing", "Thing"))
        text = str(SoapWriter().serialize({"_any": [found]}, outer))
        self.assertIn(">x</s>", text)
        only = TC.ComplexType(None, [TC.AnyElement(["urn:other"], aname="_any")], "x")
        self.assertRaises(ValueRefused, write, {"_any": self.thing}, only)
        self.assertRaises(ValueRefused, write, {"_any": 5}, outer)

    def test_alone(self) -> None:
        wild = TC.AnyElement(processContents="skip")
        text = write(self.thing, wild)
        self.assertIn("Thing>", text)
        self.assertEqual(parse("<anything>a</anything>", wild).name, (None, "anything"))
        self.assertRaises(StructureError, parse, "<a/>", TC.AnyElement(["urn:other"]))

    def test_any_type(self) -> None:
        self.assertIn("<v><s", write(self.thing, TC.AnyType("v")))
        struct = TC.Struct(None, [TC.AnyType("v", typed=False)], "x")
        self.assertIn("<x><v><s", write({"v": self.thing}, struct))
        self.assertEqual(write({"v": 5}, struct), '<x><v xsi:type="xsd:int">5</v></x>')

    def test_drafts_of_schemas(self) -> None:
        """``xsi:type`` and ``xsi:null`` of 1999."""
        text = envelope('<x xsi:type="xsd:int">3</x>').replace("/2001/XML", "/1999/XML")
        self.assertEqual(ParsedSoap(text).Parse(TC.Any()), 3)
        self.assertEqual(ParsedSoap(text).Parse(TC.Iint("x")), 3)


class MapTests(SynchronousTestCase):
    """Apache's maps by hand."""

    def test_both_ways(self) -> None:
        entries = {"a": 1, 2: "x"}
        for typecode, value in (
            (TC.Apache.Map("m"), entries),
            (TC.Apache.Map("m", aslist=1), list(entries.items())),
        ):
            for whole, message in (
                (typecode, value),
                (TC.Struct(None, [typecode], "x"), {"m": value}),
                (TC.Struct(None, [typecode], ("urn:x", "x"), encoded="urn:x"), {"m": value}),
            ):
                text = str(SoapWriter().serialize(message, whole))
                self.assertIn(":Map", text)
                self.assertEqual(ParsedSoap(text).Parse(whole), message)

    def test_without_types(self) -> None:
        """As `TC.Any` reads them: text."""
        text = "<m><item><key>a</key><value>b</value></item></m>"
        self.assertEqual(parse(text, TC.Apache.Map("m")), {"a": "b"})

    def test_what_is_no_map(self) -> None:
        self.assertRaises(StructureError, parse, "<m><item/></m>", TC.Apache.Map("m"))
        for value in (3, [1], "text"):
            self.assertRaises(ValueRefused, write, value, TC.Apache.Map("m"))


class Head(TC.String, ElementDeclaration):
    """An element of simple type."""

    schema, literal = "urn:hand", "head"

    def __init__(self, **kw: Any) -> None:
        super().__init__(pname=("urn:hand", "head"), aname="_head", **kw)


class Member(TC.String, ElementDeclaration):
    """Stands for it."""

    schema, literal, substitutionGroup = "urn:hand", "member", ("urn:hand", "head")

    def __init__(self, **kw: Any) -> None:
        class Text(str):
            typecode = self

        super().__init__(pname=("urn:hand", "member"), aname="_member", pyclass=Text, **kw)


class Outer(TC.ComplexType, ElementDeclaration):
    """Refers to the head, as generated stubs do."""

    schema, literal = "urn:hand", "outer"

    def __init__(self, **kw: Any) -> None:
        heads = GED("urn:hand", "head", isref=True)(minOccurs=0, maxOccurs="unbounded")
        super().__init__(None, [heads], pname=("urn:hand", "outer"), **kw)


class SubstitutionTests(SynchronousTestCase):
    """Members of a substitution group stand for its head in structs by hand."""

    def test_both_ways(self) -> None:
        member = GED("urn:hand", "member").pyclass("b")
        text = str(SoapWriter().serialize({"_head": ["a", member]}, GED("urn:hand", "outer")))
        self.assertIn(":member", text)
        found = ParsedSoap(text).Parse(GED("urn:hand", "outer"))["_head"]
        self.assertEqual(found, ["a", "b"])
        self.assertEqual([type(each).__name__ for each in found], ["str", "Text"])

    def test_others_do_not(self) -> None:
        self.assertRaises(StructureError, parse, "<h:outer xmlns:h='urn:hand'><h:outer/></h:outer>",
                          GED("urn:hand", "outer"))  # fmt: skip
