"""Reading SOAP encoding: accessors, types said or not, what is lenient and what is refused.

Covers: ZSI.TC.encoded, ZSI.TC.multiref
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ZSI import TC, ParsedSoap
from ZSI.errors import (
    DataEncodingUnknown,
    EvaluateException,
    LimitExceeded,
    StructureError,
    ValueRefused,
)
from ZSI.limits import Limits
from ZSI.names import SOAP11_ENC, XSD
from ZSI.TC.multiref import NESTED
from ZSI.versions import SOAP12

from .encoding import NS, TYPES, Call, CallResponse, Employee, Person, Reading, envelope, read


def tenfold(level: int) -> str:
    """Ten references to one level of a bomb."""
    return f'<a href="#l{level}"/>' * 10


class AccessorsTests(SynchronousTestCase):
    """Members of structs, the call itself being one (SOAP 1.1 section 7.1)."""

    def test_any_order(self) -> None:
        call = read("<person><age>3</age><name>Ada</name></person><number>1</number>")
        self.assertEqual((call.person, call.number), (Person(name="Ada", age=3), 1))

    def test_by_local_name(self) -> None:
        """Qualified or not."""
        call = read("<t:person><t:name>Ada</t:name></t:person><c:number>1</c:number>")
        self.assertEqual((call.person, call.number), (Person(name="Ada"), 1))

    def test_omitted(self) -> None:
        """An omitted accessor is nil where that may be (section 5.6)."""
        call = read("<number>1</number>")
        self.assertIs(call.person, TC.NIL)

    def test_required(self) -> None:
        error = self.assertRaises(StructureError, read, "<person><age>1</age></person>")
        self.assertIn("accessor name is missing", str(error))
        self.assertIn("/Envelope/Body/call/person", str(error))

    def test_unknown(self) -> None:
        error = self.assertRaises(StructureError, read, "<nunber>1</nunber>")
        self.assertIn("unexpected element nunber: expected colour or", str(error))

    def test_twice(self) -> None:
        error = self.assertRaises(StructureError, read, "<number>1</number><number>2</number>")
        self.assertIn("number stands twice", str(error))

    def test_text_between(self) -> None:
        error = self.assertRaises(StructureError, read, "<person>x<name>Ada</name></person>")
        self.assertIn("text 'x'", str(error))

    def test_choice(self) -> None:
        """The content model counts, but not its order."""
        call = read("<either><more>1</more><right>x</right><more>2</more></either>")
        self.assertEqual((call.either.right, call.either.more), ("x", [1, 2]))
        self.assertRaises(StructureError, read, "<either><right>x</right><left>1</left></either>")
        self.assertRaises(StructureError, read, "<either><more>1</more></either>")

    def test_facets(self) -> None:
        error = self.assertRaises(ValueRefused, read, "<colour>blue</colour>")
        self.assertIn("/call/colour", str(error))

    def test_nil(self) -> None:
        for said in ('xsi:nil="1"', 'xsi:nil="true"'):
            self.assertIs(read(f"<number {said}/>").number, TC.NIL)
        self.assertRaises(StructureError, read, '<person><name xsi:nil="1"/></person>')


class TypesTests(SynchronousTestCase):
    """``xsi:type`` on everything, on some, on nothing."""

    def test_said(self) -> None:
        call = read(
            '<number xsi:type="xsd:int">1</number><person xsi:type="t:Person">'
            '<name xsi:type="enc:string">Ada</name></person>'
        )
        self.assertEqual((call.number, call.person), (1, Person(name="Ada")))

    def test_derived(self) -> None:
        call = read('<person xsi:type="t:Employee"><salary>1.50</salary><name>Ada</name></person>')
        self.assertEqual(call.person, Employee(name="Ada", salary=Decimal("1.50")))

    def test_unrelated(self) -> None:
        error = self.assertRaises(StructureError, read, '<person xsi:type="t:Either"/>')
        self.assertIn("may not stand here", str(error))

    def test_guessed(self) -> None:
        """Senders without a contract guess types from values: the declared one decides."""
        reading = Reading('<person><name xsi:type="xsd:int">42</name></person>')
        self.assertEqual(reading.value.person.name, "42")
        self.assertEqual(reading.rules, ["xsi:type"])
        self.assertRaises(ValueRefused, read, '<number xsi:type="xsd:string">many</number>')

    def test_derived_simple(self) -> None:
        """A type below the declared one changes nothing: the declared one's value comes."""
        reading = Reading('<person><name xsi:type="t:Colour">red</name></person>')
        self.assertEqual((reading.value.person.name, reading.rules), ("red", []))

    def test_unknown(self) -> None:
        reading = Reading('<person xsi:type="c:Man"><name>Ada</name></person>')
        self.assertEqual(reading.value.person, Person(name="Ada"))
        self.assertEqual(reading.rules, ["xsi:type"])

    def test_pedantic(self) -> None:
        self.assertRaises(StructureError, read, '<number xsi:type="c:no">1</number>', pedantic=True)

    def test_undeclared_prefix(self) -> None:
        self.assertRaises(ValueRefused, read, '<number xsi:type="x:int">1</number>')


class AnyTypeTests(SynchronousTestCase):
    """The value model for what is declared as anything."""

    def thing(self, xml: str, beside: str = "") -> Any:
        return read(xml, beside).thing

    def test_plain(self) -> None:
        self.assertEqual(self.thing('<thing xsi:type="xsd:string">x</thing>'), "x")
        self.assertEqual(self.thing('<thing xsi:type="enc:int">1</thing>'), 1)

    def test_typed(self) -> None:
        value = self.thing('<thing xsi:type="xsd:long">1</thing>')
        self.assertEqual(value, TC.TypedValue(1, TC.ExpandedName(XSD, "long")))
        value = self.thing('<thing xsi:type="t:Colour">red</thing>')
        self.assertEqual(value, TC.TypedValue("red", TC.ExpandedName(TYPES, "Colour")))

    def test_struct(self) -> None:
        value = self.thing('<thing xsi:type="t:Person"><name>Ada</name></thing>')
        self.assertEqual(value, Person(name="Ada"))

    def test_list(self) -> None:
        value = self.thing(
            '<thing xsi:type="enc:Array" enc:arrayType="xsd:int[2]"><i>1</i><i>2</i></thing>'
        )
        self.assertEqual(value, [1, 2])
        value = self.thing('<thing enc:arrayType="xsd:long[1]"><i>1</i></thing>')
        self.assertEqual(value, [TC.TypedValue(1, TC.ExpandedName(XSD, "long"))])

    def test_named_list(self) -> None:
        value = self.thing('<thing xsi:type="t:Ints"><i>1</i></thing>')
        self.assertEqual(value, TC.TypedValue([1], TC.ExpandedName(TYPES, "Ints")))

    def test_map(self) -> None:
        entry = '<item><key xsi:type="xsd:string">k</key><value xsi:type="xsd:int">1</value></item>'
        self.assertEqual(self.thing(f'<thing xsi:type="a:Map">{entry}</thing>'), {"k": 1})

    def test_untyped(self) -> None:
        value = self.thing("<thing><a>1</a><b>2</b></thing>")
        self.assertIsInstance(value, TC.AnyXML)
        self.assertEqual([str(child) for child in value], ["1", "2"])

    def test_unknown_struct(self) -> None:
        """soapenc:Struct, or a type that nobody knows: kept as it came."""
        for said in ("enc:Struct", "c:Nobody"):
            reading = Reading(f'<thing xsi:type="{said}"><a>1</a></thing>')
            self.assertIsInstance(reading.value.thing, TC.AnyXML)
            self.assertEqual(reading.rules, ["xsi:type"])

    def test_element_name_as_type(self) -> None:
        """Independent elements are named by their type (section 5.4.1)."""
        value = self.thing('<thing href="#a"/>', '<enc:int id="a">42</enc:int>')
        self.assertEqual(value, 42)

    def test_references_in_untyped(self) -> None:
        """What is kept as it came holds what its references mean."""
        value = self.thing(
            '<thing><a href="#x"/><b href="#x"/></thing>',
            '<m id="x" enc:root="0"><c p="q">deep</c></m>',
        )
        expected = TC.AnyXML.xml('<thing><a><c p="q">deep</c></a><b><c p="q">deep</c></b></thing>')
        self.assertEqual(value, expected)

    def test_circle_in_untyped(self) -> None:
        error = self.assertRaises(
            StructureError, read, '<thing><a href="#x"/></thing>', '<m id="x"><b href="#x"/></m>'
        )
        self.assertIn("leads into itself", str(error))

    def test_chain_in_untyped(self) -> None:
        """References nest what they lead to, as deep as elements may."""
        chain = "".join(f'<m id="n{n}"><a href="#n{n + 1}"/></m>' for n in range(1_000))
        error = self.assertRaises(
            LimitExceeded, read, '<thing><a href="#n0"/></thing>', chain + '<m id="n1000">x</m>'
        )
        self.assertEqual(error.limit, "depth")

    def test_bomb_in_untyped(self) -> None:
        levels = "".join(f'<m id="l{n}">{tenfold(n + 1)}</m>' for n in range(9))
        self.assertRaises(
            LimitExceeded, read, '<thing><a href="#l0"/></thing>', levels + '<m id="l9">x</m>'
        )


class ReferencesTests(SynchronousTestCase):
    """``href`` and ``id`` in three layouts, cycles, and what they may cost."""

    PAIR = '<people><i href="#a"/><i href="#a"/></people>'
    ADA = "<name>Ada</name>"

    def test_siblings(self) -> None:
        call = read(
            self.PAIR, f'<multiRef id="a" enc:root="0" xsi:type="t:Person">{self.ADA}</multiRef>'
        )
        self.assertEqual(call.people, [Person(name="Ada")] * 2)
        self.assertIs(call.people[0], call.people[1])

    def test_at_first_use(self) -> None:
        call = read(f'<person id="a">{self.ADA}</person>{self.PAIR}')
        self.assertIs(call.people[0], call.person)

    def test_before_the_target(self) -> None:
        call = read(f'{self.PAIR}<person id="a">{self.ADA}</person>')
        self.assertIs(call.people[1], call.person)
        self.assertEqual(call.person.name, "Ada")

    def test_nested(self) -> None:
        call = read(f'<person><name>Bo</name><boss id="a">{self.ADA}</boss></person>{self.PAIR}')
        self.assertIs(call.people[0], call.person.boss)

    def test_soap12(self) -> None:
        call = read(
            f'<person enc:id="a">{self.ADA}</person><people><i enc:ref="a"/></people>',
            version=SOAP12,
        )
        self.assertIs(call.people[0], call.person)

    def test_integers(self) -> None:
        """Axis refers even to these."""
        call = read(
            '<number href="#n"/><ints><i href="#n"/></ints>', '<m id="n" xsi:type="xsd:int">7</m>'
        )
        self.assertEqual((call.number, call.ints), (7, [7]))

    def test_nil_target(self) -> None:
        self.assertIs(read('<person href="#n"/>', '<m id="n" xsi:nil="1"/>').person, TC.NIL)

    def test_circle(self) -> None:
        call = read(
            '<person href="#a"/>',
            f'<m id="a">{self.ADA}<boss href="#b"/></m>'
            '<m id="b"><name>Bo</name><boss href="#a"/></m>',
        )
        self.assertEqual((call.person.name, call.person.boss.name), ("Ada", "Bo"))
        self.assertIs(call.person.boss.boss, call.person)
        self.assertIn("...", repr(call))

    def test_own_boss(self) -> None:
        call = read(f'<person id="a">{self.ADA}<boss href="#a"/></person>')
        self.assertIs(call.person.boss, call.person)

    def test_circle_of_arrays(self) -> None:
        call = read('<things id="a"><i href="#a"/></things>')
        self.assertIs(call.things[0], call.things)

    def test_friends(self) -> None:
        """Each a friend of all the others."""
        everyone = range(20)
        people = "".join(
            f'<m id="p{n}"><name>{n}</name><friends>'
            + "".join(f'<i href="#p{other}"/>' for other in everyone if other != n)
            + "</friends></m>"
            for n in everyone
        )
        first = read('<person href="#p0"/>', people).person
        last = next(person for person in first.friends if person.name == "19")
        self.assertIn(first, [person for person in last.friends if person is first])

    def test_long_chain(self) -> None:
        """A list of Java's, node by node: longer than the stack is deep."""
        count = 5_000
        nodes = "".join(
            f'<m id="n{n}"><name>{n}</name><boss href="#n{n + 1}"/></m>' for n in range(count)
        )
        person = read(
            '<person href="#n0"/>', f'{nodes}<m id="n{count}"><name>end</name></m>'
        ).person
        for _ in range(count):
            person = person.boss
        self.assertEqual(person.name, "end")

    def test_deep_nesting(self) -> None:
        depth = NESTED + 20
        inside = "<name>end</name>"
        for n in range(depth):
            inside = f"<name>{n}</name><boss>{inside}</boss>"
        person = read(f"<person>{inside}</person>").person
        for _ in range(depth):
            person = person.boss
        self.assertEqual(person.name, "end")

    def test_chain_of_references(self) -> None:
        call = read('<number href="#a"/>', '<m id="a" href="#b"/><m id="b">7</m>')
        self.assertEqual(call.number, 7)

    def test_dangling(self) -> None:
        error = self.assertRaises(StructureError, read, '<person href="#nobody"/>')
        self.assertIn("'#nobody' dangles", str(error))
        self.assertIn("/Envelope/Body/call/person", str(error))

    def test_not_local(self) -> None:
        for href in ("http://example.org/x", "cid:part1", "file:///etc/hostname", "nobody"):
            error = self.assertRaises(StructureError, read, f'<person href="{href}"/>')
            self.assertIn("is not local", str(error))

    def test_ambiguous(self) -> None:
        error = self.assertRaises(
            StructureError, read, '<number href="#a"/>', '<m id="a">1</m><m id="a">2</m>'
        )
        self.assertIn("ambiguous", str(error))

    def test_to_itself(self) -> None:
        error = self.assertRaises(
            StructureError,
            read,
            '<number href="#a"/>',
            '<m id="a" href="#b"/><m id="b" href="#a"/>',
        )
        self.assertIn("back to itself", str(error))
        self.assertRaises(StructureError, read, '<number id="a" href="#a"/>')

    def test_with_content(self) -> None:
        error = self.assertRaises(
            StructureError, read, '<number href="#a">2</number>', '<m id="a">1</m>'
        )
        self.assertIn("has content as well", str(error))

    def test_budget(self) -> None:
        limits = Limits(references=10)
        beside = '<m id="a">1</m>'
        read("<ints>" + '<i href="#a"/>' * 10 + "</ints>", beside, limits=limits)
        error = self.assertRaises(
            LimitExceeded, read, "<ints>" + '<i href="#a"/>' * 11 + "</ints>", beside, limits=limits
        )
        self.assertEqual(error.limit, "references")

    def test_fans(self) -> None:
        """Ten levels of ten: a hundred references, not ten thousand million values."""
        levels = "".join(
            f'<m id="l{n}" xsi:type="enc:Array">{tenfold(n + 1)}</m>' for n in range(10)
        )
        value = read('<thing href="#l0"/>', levels + '<m id="l10" xsi:type="xsd:int">1</m>').thing
        for _ in range(10):
            self.assertIs(value[0], value[9] if isinstance(value[9], list) else value[0])
            value = value[0]
        self.assertEqual(value, 1)

    def test_long_text_by_reference(self) -> None:
        """A text to which many refer is read once."""
        text = "x" * 100_000
        call = read(
            "<things>" + '<i href="#t"/>' * 2_000 + "</things>",
            f'<m id="t" xsi:type="xsd:string">{text}</m>',
        )
        self.assertEqual(call.things[0], text)
        self.assertEqual(len({id(thing) for thing in call.things}), 1)

    def test_untyped_by_reference(self) -> None:
        """So is what nothing says the type of, however many refer to it."""
        content = "<a/>" * 10_000
        call = read(
            "<things>" + '<i href="#t"/>' * 10_000 + "</things>", f'<m id="t">{content}</m>'
        )
        self.assertEqual(len({id(thing) for thing in call.things}), 1)

    def test_same_value_as_another_type(self) -> None:
        """An accessor of anyType takes the object that another has read."""
        call = read(f'<person id="a">{self.ADA}</person><thing href="#a"/>')
        self.assertIs(call.thing, call.person)


class MessagesTests(SynchronousTestCase):
    """The operation element."""

    def test_encoding_style(self) -> None:
        body = '<c:call e:encodingStyle="{}"><number>1</number></c:call>'
        for style in (SOAP11_ENC, f"{SOAP11_ENC}more urn:x", ""):
            call = ParsedSoap(envelope(body.format(style))).Parse(Call)
            self.assertEqual(call.number, 1)
        error = self.assertRaises(
            DataEncodingUnknown, ParsedSoap(envelope(body.format("urn:other"))).Parse, Call
        )
        self.assertIn("'urn:other' is not known", str(error))

    def test_other_operation(self) -> None:
        self.assertRaises(EvaluateException, ParsedSoap(envelope("<c:cull/>")).Parse, Call)

    def test_result_by_any_name(self) -> None:
        """Neither the response's name nor its result's is significant (section 7.1)."""
        ps = ParsedSoap(envelope("<c:answer><c:out>1</c:out></c:answer>"))
        self.assertEqual(ps.Parse(CallResponse).result, 1)
        self.assertEqual([finding.rule for finding in ps.findings], ["result"])

    def test_rpc_result(self) -> None:
        """SOAP 1.2 names the result's accessor in a child that is none itself."""
        rpc = "http://www.w3.org/2003/05/soap-rpc"
        body = (
            f'<c:callResponse><r:result xmlns:r="{rpc}">return</r:result>'
            "<return>1</return></c:callResponse>"
        )
        self.assertEqual(ParsedSoap(envelope(body, SOAP12)).Parse(CallResponse).result, 1)

    def test_root_attribute(self) -> None:
        """``soapenc:root`` tells the operation from what stands before it (section 5.6)."""
        text = envelope(
            '<m id="a" enc:root="0">7</m><c:call enc:root="1"><number href="#a"/></c:call>'
        )
        self.assertEqual(ParsedSoap(text).Parse(Call).number, 7)

    def test_typecode_parse(self) -> None:
        """A typecode may be asked without a message around."""
        ps = ParsedSoap(envelope("<c:call><number>1</number></c:call>"))
        self.assertEqual(Call.typecode.parse(ps.body_root, ps).number, 1)

    def test_namespace_of_the_operation(self) -> None:
        self.assertEqual(Call.typecode.name, (NS, "call"))
