"""Arrays of every shape: what comes in, what is refused, what goes out.

Covers: ZSI.TC.arrays, ZSI.TC.shapes
"""

from __future__ import annotations

import time
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ZSI import TC, ParsedSoap
from ZSI.errors import EvaluateException, LimitExceeded, StructureError, ValueRefused
from ZSI.limits import Limits
from ZSI.names import SOAP11_ENC, XSD
from ZSI.schema import Registry
from ZSI.TC.arrays import ARRAY
from ZSI.TC.multiref import FREE_GAPS, GAPS_PER_ITEM
from ZSI.TC.resolve import lookup
from ZSI.versions import SOAP11, SOAP12

from .encoding import REGISTRY, TYPES, Call, Person, Reading, again, envelope, read, written


def items(count: int, tag: str = "i") -> str:
    """So many integers, from 0."""
    return "".join(f"<{tag}>{n}</{tag}>" for n in range(count))


class ReadingTests(SynchronousTestCase):
    """Arrays of one dimension."""

    def test_array_type(self) -> None:
        for said in ("xsd:int[3]", "xsd:int[]", " xsd:int [ 3 ] "):
            call = read(f'<ints enc:arrayType="{said}">{items(3)}</ints>')
            self.assertEqual(call.ints, [0, 1, 2])

    def test_any_namespace(self) -> None:
        """Some write the attribute in another namespace than the encoding's."""
        attribute = 'xmlns:w="http://schemas.xmlsoap.org/wsdl/" w:arrayType="xsd:int[1]"'
        self.assertEqual(read(f"<ints {attribute}>{items(1)}</ints>").ints, [0])

    def test_nothing_said(self) -> None:
        self.assertEqual(read(f"<ints>{items(2, 'anything')}</ints>").ints, [0, 1])
        self.assertEqual(read("<ints/>").ints, [])

    def test_item_names(self) -> None:
        self.assertEqual(read("<ints><enc:int>1</enc:int><c:x>2</c:x></ints>").ints, [1, 2])

    def test_soap12(self) -> None:
        for said in ('enc:itemType="xsd:int" enc:arraySize="2"', 'enc:arraySize="*"', ""):
            self.assertEqual(read(f"<ints {said}>{items(2)}</ints>", version=SOAP12).ints, [0, 1])

    def test_nil_members(self) -> None:
        call = read('<ints enc:arrayType="xsd:int[2]"><i xsi:nil="true"/><i>1</i></ints>')
        self.assertEqual(call.ints, [TC.NIL, 1])

    def test_structs(self) -> None:
        person = "<name>Ada</name>"
        call = read(f'<people enc:arrayType="t:Person[1]"><i>{person}</i></people>')
        self.assertEqual(call.people, [Person(name="Ada")])

    def test_typed_items(self) -> None:
        call = read(
            '<things enc:arrayType="xsd:anyType[3]"><i xsi:type="xsd:int">1</i>'
            '<i xsi:type="xsd:string">x</i><i>y</i></things>'
        )
        self.assertEqual(call.things[:2], [1, "x"])
        self.assertEqual(str(call.things[2]), "y")

    def test_items_by_the_type_of_the_array(self) -> None:
        call = read(f'<things enc:arrayType="xsd:int[2]">{items(2)}</things>')
        self.assertEqual(call.things, [0, 1])

    def test_untelling_item_types(self) -> None:
        """SOAP::Lite says anyType of whatever is not plain."""
        call = read('<people enc:arrayType="xsd:anyType[1]"><i><name>Ada</name></i></people>')
        self.assertEqual(call.people, [Person(name="Ada")])

    def test_other_item_type(self) -> None:
        """One that does not fit leaves it to the declared one."""
        call = read(f'<ints enc:arrayType="xsd:string[1]">{items(1)}</ints>')
        self.assertEqual(call.ints, [0])
        self.assertRaises(ValueRefused, read, '<ints enc:arrayType="xsd:string[1]"><i>x</i></ints>')

    def test_item_in_item(self) -> None:
        """zeep puts lxml elements that it is given for items into items."""
        reading = Reading("<ints><item><item>1</item></item></ints>")
        self.assertEqual(reading.value.ints, [1])
        self.assertEqual(reading.rules, ["item"])

    def test_wrong_item(self) -> None:
        error = self.assertRaises(ValueRefused, read, "<ints><i>1</i><i>x</i></ints>")
        self.assertIn("/call/ints/i[2]", str(error))

    def test_malformed(self) -> None:
        for said in ("xsd:int[x]", "xsd:int[1", "[1]", "xsd:int[9999999999]", "x:int[1]"):
            self.assertRaises(
                EvaluateException, read, f'<ints enc:arrayType="{said}">{items(1)}</ints>'
            )
        self.assertRaises(
            ValueRefused, read, '<ints enc:arraySize="-1"><i>1</i></ints>', version=SOAP12
        )

    def test_dimensions_without_end(self) -> None:
        """Lists nest as deep as the ranks that a message names: they are few."""
        for said in (f"xsd:int[{'1,' * 40}1]", f"xsd:int{'[]' * 40}[1]"):
            error = self.assertRaises(
                ValueRefused, read, f'<thing enc:arrayType="{said}"><i>1</i></thing>'
            )
            self.assertIn("up to 32 dimensions", str(error))

    def test_size_that_does_not_hold(self) -> None:
        """What an array says of its size is remarked upon and not believed."""
        for said in (1, 5, 999_999_999):
            reading = Reading(f'<ints enc:arrayType="xsd:int[{said}]">{items(3)}</ints>')
            self.assertEqual(reading.value.ints, [0, 1, 2])
            self.assertEqual(reading.rules, ["arrayType"])


class SparseTests(SynchronousTestCase):
    """Offsets and positions (sections 5.4.2.1 and 5.4.2.2)."""

    def test_offset(self) -> None:
        call = read(f'<ints enc:arrayType="xsd:int[5]" enc:offset="[2]">{items(3)}</ints>')
        self.assertEqual(call.ints, [None, None, 0, 1, 2])

    def test_blanks_take_no_long_time(self) -> None:
        began = time.process_time()
        self.assertRaises(ValueRefused, read, f'<ints enc:offset="{" " * 200_000}x"/>')
        self.assertLess(time.process_time() - began, 1)

    def test_position(self) -> None:
        call = read(
            '<ints enc:arrayType="xsd:int[4]"><i enc:position="[3]">3</i>'
            '<i enc:position="[1]">1</i><i>2</i></ints>'
        )
        self.assertEqual(call.ints, [None, 1, 2, 3])

    def test_two_dimensions(self) -> None:
        call = read(
            '<table enc:arrayType="xsd:int[2,3]"><i enc:position="[0,1]">1</i>'
            '<i enc:position="[1,2]">12</i></table>'
        )
        self.assertEqual(call.table, [[None, 1, None], [None, None, 12]])
        call = read(f'<table enc:arrayType="xsd:int[2,2]" enc:offset="[1,0]">{items(2)}</table>')
        self.assertEqual(call.table, [[None, None], [0, 1]])

    def test_outside(self) -> None:
        for said in ("[2,0]", "[0,5]", "[0,0,0]"):
            error = self.assertRaises(
                StructureError,
                read,
                f'<table enc:arrayType="xsd:int[2,2]"><i enc:position="{said}">1</i></table>',
            )
            self.assertEqual(error.rule, "position")

    def test_malformed(self) -> None:
        for said in ("[x]", "[-1]", "[]", "[99999999999]"):
            self.assertRaises(ValueRefused, read, f'<ints><i enc:position="{said}">1</i></ints>')

    def test_attack(self) -> None:
        """The number is the sender's: three million gaps are not made for one item."""
        for attack in (
            '<ints enc:offset="[3000000]"><i>1</i></ints>',
            '<ints><i enc:position="[3000000]">1</i></ints>',
            '<table enc:arrayType="xsd:int[2,3000000]"><i>1</i></table>',
        ):
            error = self.assertRaises(LimitExceeded, read, attack)
            self.assertEqual(error.limit, "array_items")

    def test_proportion(self) -> None:
        most = FREE_GAPS + GAPS_PER_ITEM
        call = read(f'<ints enc:offset="[{most}]"><i>1</i></ints>')
        self.assertEqual((len(call.ints), call.ints[-1]), (most + 1, 1))
        self.assertRaises(LimitExceeded, read, f'<ints enc:offset="[{most + 1}]"><i>1</i></ints>')
        steps = "".join(f'<i enc:position="[{n * (FREE_GAPS + 100)}]">1</i>' for n in range(1, 10))
        self.assertRaises(LimitExceeded, read, f"<ints>{steps}</ints>")

    def test_limit_of_the_message(self) -> None:
        one = '<i enc:offset="[600]"><i>1</i></i>'
        limits = Limits(array_items=1_000)
        read(f"<lists>{one}</lists>", limits=limits)
        self.assertRaises(LimitExceeded, read, f"<lists>{one}{one}</lists>", limits=limits)


class DimensionsTests(SynchronousTestCase):
    """Arrays of several dimensions, and arrays of arrays."""

    def test_row_major(self) -> None:
        call = read(f'<table enc:arrayType="xsd:int[2,3]">{items(6)}</table>')
        self.assertEqual(call.table, [[0, 1, 2], [3, 4, 5]])

    def test_open_first_size(self) -> None:
        call = read(f'<table enc:arrayType="xsd:int[,3]">{items(6)}</table>')
        self.assertEqual(call.table, [[0, 1, 2], [3, 4, 5]])
        call = read(f'<table enc:itemType="xsd:int" enc:arraySize="* 3">{items(6)}</table>')
        self.assertEqual(call.table, [[0, 1, 2], [3, 4, 5]])

    def test_last_row(self) -> None:
        """A row that was begun is filled up; rows that were not are not made up."""
        call = read(f'<table enc:arrayType="xsd:int[9,2]">{items(3)}</table>')
        self.assertEqual(call.table, [[0, 1], [2, None]])

    def test_rows_as_elements(self) -> None:
        """Item in item, whatever the outer one says."""
        rows = f"<r>{items(2)}</r><r>{items(2)}</r>"
        row = f'<r xsi:type="enc:Array" enc:arrayType="xsd:int[2]">{items(2)}</r>'
        for table in (
            f"<table>{rows}</table>",
            f'<table enc:arrayType="xsd:int[2,2]">{rows}</table>',
            f'<table enc:arrayType="enc:Array[2]">{row}{row}</table>',
            f'<table enc:arrayType="xsd:int[][2]">{row}{row}</table>',
        ):
            self.assertEqual(read(table).table, [[0, 1], [0, 1]], table)

    def test_rows_of_one_item(self) -> None:
        """Items that hold something are told from rows by what they say of themselves."""
        one = f'<i xsi:type="enc:Array" enc:arrayType="xsd:int[1]">{items(1)}</i>'
        table = f'<table enc:arrayType="xsd:int[2,1]">{one}{one}</table>'
        self.assertEqual(read(table).table, [[0], [0]])
        call = read(f'<thing enc:arrayType="xsd:int[][2,1]">{one}{one}</thing>')
        self.assertEqual(call.thing, [[[0]], [[0]]])
        person = '<i xsi:type="t:Person"><name>Ada</name></i>'
        call = read(f'<thing enc:arrayType="t:Person[2,1]">{person}{person}</thing>')
        self.assertEqual(call.thing, [[Person(name="Ada")], [Person(name="Ada")]])

    def test_sizes_unknown(self) -> None:
        error = self.assertRaises(StructureError, read, f"<table>{items(4)}</table>")
        self.assertIn("sizes of the array's dimensions are not said", str(error))

    def test_empty(self) -> None:
        for said in ("[0,0]", "[0,3]"):
            self.assertEqual(read(f'<table enc:arrayType="xsd:int{said}"/>').table, [])

    def test_arrays_of_arrays(self) -> None:
        inner = f'<i xsi:type="enc:Array" enc:arrayType="xsd:int[2]">{items(2)}</i>'
        call = read(f'<lists enc:arrayType="xsd:int[][2]">{inner}<i>{items(1)}</i></lists>')
        self.assertEqual(call.lists, [[0, 1], [0]])

    def test_shared_rows(self) -> None:
        call = read('<lists><i href="#r"/><i href="#r"/></lists>', f'<m id="r">{items(2)}</m>')
        self.assertEqual(call.lists, [[0, 1], [0, 1]])
        self.assertIs(call.lists[0], call.lists[1])

    def test_anything(self) -> None:
        call = read(f'<thing enc:arrayType="xsd:int[2,2]">{items(4)}</thing>')
        self.assertEqual(call.thing, [[0, 1], [2, 3]])
        row = f'<i enc:arrayType="xsd:int[1]">{items(1)}</i>'
        call = read(f'<thing enc:arrayType="xsd:int[][2]">{row}<i>{items(2)}</i></thing>')
        self.assertEqual(call.thing, [[0], [0, 1]])


class WritingTests(SynchronousTestCase):
    """What goes out says its types and sizes."""

    def test_one_dimension(self) -> None:
        self.assertIn(
            '<ints xsi:type="soapenc:Array" soapenc:arrayType="xsd:int[2]">'
            '<item xsi:type="xsd:int">1</item><item xsi:nil="true"></item></ints>',
            written(Call(ints=[1, TC.NIL])),
        )

    def test_soap12(self) -> None:
        self.assertIn(
            '<table xsi:type="soapenc:Array" soapenc:itemType="xsd:int" soapenc:arraySize="2 1">',
            written(Call(table=[[1], [2]]), SOAP12),
        )

    def test_arrays_of_arrays(self) -> None:
        text = written(Call(lists=[[1], []]))
        self.assertIn('soapenc:arrayType="xsd:int[][2]"', text)
        self.assertIn('soapenc:arrayType="xsd:int[1]"', text)

    def test_structs(self) -> None:
        text = written(Call(people=[Person(name="Ada")]))
        self.assertIn('soapenc:arrayType="ns2:Person[1]"><item xsi:type="ns2:Person">', text)

    def test_anything(self) -> None:
        text = written(Call(things=[1, 2], thing=["x", 1]))
        self.assertIn('<things xsi:type="soapenc:Array" soapenc:arrayType="xsd:int[2]">', text)
        self.assertIn('<thing xsi:type="soapenc:Array" soapenc:arrayType="xsd:anyType[2]">', text)

    def test_refused(self) -> None:
        for value, path in (
            ({"ints": [1, "x"]}, "/call/ints/item[2]"),
            ({"ints": 5}, "a list"),
            ({"ints": "12"}, "a list"),
            ({"table": [[1], [1, 2]]}, "rows of one length"),
            ({"table": [1]}, "a list"),
            ({"people": [Person(name="a", boss=Person())]}, "/call/people/item[1]/boss"),
        ):
            error = self.assertRaises(EvaluateException, written, Call(**value))
            self.assertIn(path, str(error))


class LiteralTests(SynchronousTestCase):
    """Array types in literal messages: items as children."""

    def setUp(self) -> None:
        self.registry = Registry("literal arrays", namespaces=("urn:l",), public=False)
        self.registry.array(("urn:l", "Ints"), item=(XSD, "int"), item_name=("urn:l", "n"))
        self.registry.array(("urn:l", "Table"), item=(XSD, "int"), dimensions="[,]")

        class Root(TC.Compound, element=("urn:l", "root"), registry=self.registry):
            """An element with arrays."""

            ints: Any = TC.element("ints", ("urn:l", "Ints"))
            table: Any = TC.element("table", ("urn:l", "Table"), default=None)

        self.cls = Root

    def parse(self, inside: str) -> Any:
        text = envelope(f'<l:root xmlns:l="urn:l">{inside}</l:root>')
        return ParsedSoap(text).Parse(self.cls)

    def test_read(self) -> None:
        self.assertEqual(self.parse("<ints><n>1</n><m>2</m></ints>").ints, [1, 2])
        self.assertEqual(self.parse('<ints enc:arrayType="xsd:int[1]"><n>1</n></ints>').ints, [1])

    def test_write(self) -> None:
        text = written(self.cls(ints=[1, 2], table=[[1], [2]]))
        self.assertIn("<ints><ns1:n>1</ns1:n><ns1:n>2</ns1:n></ints>", text)
        self.assertIn('<table soapenc:arrayType="xsd:int[2,1]"><item>1</item>', text)
        self.assertEqual(ParsedSoap(text).Parse(self.cls).table, [[1], [2]])

    def test_in_any_type(self) -> None:
        """An array in a literal anyType is a list too."""

        class Anything(TC.Compound, element=("urn:l", "any"), registry=self.registry):
            """An element with anything in it."""

            value: Any = TC.element("value", (XSD, "anyType"))

        for value in ([1, 2], [], ["a", 1.5, [True]], {"a": {"b": [1]}}):
            text = written(Anything(value=value))
            self.assertEqual(ParsedSoap(text).Parse(Anything).value, value)
        named = TC.TypedValue([1], TC.ExpandedName("urn:l", "Ints"))
        text = written(Anything(value=named))
        self.assertEqual(ParsedSoap(text).Parse(Anything).value, named)


class TypeTests(SynchronousTestCase):
    """The types themselves."""

    def test_look_up(self) -> None:
        self.assertIs(lookup((SOAP11_ENC, "Array"), REGISTRY), ARRAY)
        self.assertEqual(str(lookup((TYPES, "Ints"), REGISTRY)), f"{{{TYPES}}}Ints")
        self.assertEqual(str(ARRAY.item_type), "xsd:anyType")


tables = st.integers(0, 3).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(-9, 9), min_size=width, max_size=width), min_size=1, max_size=4
    )
)


class RoundTripTests(SynchronousTestCase):
    """Whatever is written is read again."""

    @given(
        st.lists(st.integers(-(2**31), 2**31 - 1) | st.just(TC.NIL)),
        st.sampled_from((SOAP11, SOAP12)),
    )
    @settings(deadline=None)
    def test_ints(self, value: list[Any], version: Any) -> None:
        self.assertEqual(again(Call(ints=value), version).ints, value)

    @given(tables, st.sampled_from((SOAP11, SOAP12)))
    @settings(deadline=None)
    def test_tables(self, value: list[list[int]], version: Any) -> None:
        found = again(Call(table=value), version).table
        self.assertEqual(found, value if value[0] else [])

    @given(st.lists(st.lists(st.integers(0, 9))), st.sampled_from((SOAP11, SOAP12)))
    @settings(deadline=None)
    def test_lists(self, value: list[list[int]], version: Any) -> None:
        self.assertEqual(again(Call(lists=value), version).lists, value)

    @given(
        st.recursive(
            st.integers(-9, 9)
            | st.text(st.characters(codec="ascii", exclude_categories=["C"]))
            | st.booleans(),
            lambda inner: (
                st.lists(inner, max_size=4)
                | st.dictionaries(st.text("abc", min_size=1), inner, max_size=3)
            ),
        ),
        st.sampled_from((SOAP11, SOAP12)),
    )
    @settings(deadline=None)
    def test_anything(self, value: Any, version: Any) -> None:
        self.assertEqual(again(Call(thing=value), version).thing, value)
