"""Writing SOAP encoding: types on everything, objects that occur twice by reference."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ZSI import TC, ParsedSoap, SoapWriter
from ZSI.errors import EvaluateException, ValueRefused
from ZSI.names import SOAP11_ENC, SOAP12_ENC
from ZSI.versions import SOAP11, SOAP12
from ZSI.xmlio import parse_document

from .encoding import Call, Either, Employee, Person, again, written


def body(value: Any, version: Any = SOAP11, **how: Any) -> str:
    """What stands in the Body."""
    return SoapWriter(version=version, **how).serialize(value).body


class TypesTests(SynchronousTestCase):
    """``xsi:type`` on everything."""

    def test_everything(self) -> None:
        text = body(Call(number=1, person=Person(name="Ada"), thing="x", colour="red"))
        for piece in (
            f'<ns1:call soapenv:encodingStyle="{SOAP11_ENC}">',
            '<number xsi:type="xsd:int">1</number>',
            '<person xsi:type="ns2:Person"><name xsi:type="xsd:string">Ada</name></person>',
            '<thing xsi:type="xsd:string">x</thing>',
            '<colour xsi:type="ns2:Colour">red</colour>',
        ):
            self.assertIn(piece, text)

    def test_derived(self) -> None:
        text = body(Call(person=Employee(name="Ada", salary=Decimal(1))))
        self.assertIn('<person xsi:type="ns2:Employee"><name', text)

    def test_nil(self) -> None:
        """A part that is not given is nil, a member only where it may be."""
        text = body(Call(number=TC.NIL))
        self.assertIn('<number xsi:nil="true"></number><person xsi:nil="true"></person>', text)
        error = self.assertRaises(EvaluateException, body, Call(person=Person()))
        self.assertIn("/call/person/name", str(error))

    def test_choice(self) -> None:
        text = body(Call(either=Either(right="x", more=[1])))
        self.assertIn('<right xsi:type="xsd:string">x</right><more xsi:type="xsd:int">', text)

    def test_soap12(self) -> None:
        text = body(Call(number=1), SOAP12)
        self.assertIn(f'<ns1:call soapenv:encodingStyle="{SOAP12_ENC}">', text)

    def test_other_prefix(self) -> None:
        """The envelope's prefix is the style's too."""
        for prefix in ("soap", ""):
            text = written(Call(number=1), prefix=prefix)
            root = parse_document(text)[-1][0]
            name = "{http://schemas.xmlsoap.org/soap/envelope/}encodingStyle"
            self.assertEqual(root.get(name), SOAP11_ENC)
            self.assertEqual(ParsedSoap(text).Parse(Call).number, 1)

    def test_style_given_twice(self) -> None:
        """ZSI's clients say the style to the writer as well."""
        text = written(Call(number=1), encodingStyle=SOAP11_ENC)
        self.assertEqual(text.count("encodingStyle"), 1)

    def test_wrong_class(self) -> None:
        self.assertRaises(ValueRefused, Call.typecode.write_root, Person(name="x"), print, None)

    def test_literal_is_untouched(self) -> None:
        """The same classes in a literal message say no types."""

        class Plain(TC.Compound, element=("urn:e", "plain"), registry=Call._registry):
            """An element that holds a person."""

            person: Any = TC.element("person", Person)

        text = body(Plain(person=Person(name="Ada")))
        self.assertEqual(text, "<ns1:plain><person><name>Ada</name></person></ns1:plain>")


class ReferencesTests(SynchronousTestCase):
    """Objects that occur more than once."""

    def test_siblings(self) -> None:
        ada = Person(name="Ada")
        text = body(Call(person=ada, people=[ada]))
        self.assertIn('<person href="#id0"></person>', text)
        self.assertIn('<item href="#id0"></item>', text)
        self.assertIn(
            '</ns1:call><multiRef id="id0" soapenc:root="0" '
            f'soapenv:encodingStyle="{SOAP11_ENC}" xsi:type="ns2:Person"><name',
            text,
        )
        found = again(Call(person=ada, people=[ada]))
        self.assertIs(found.person, found.people[0])

    def test_equal_is_not_same(self) -> None:
        text = body(Call(person=Person(name="Ada"), people=[Person(name="Ada")]))
        self.assertNotIn("href", text)

    def test_in_place(self) -> None:
        """SOAP 1.2 has no siblings; neither has a message without envelope."""
        ada = Person(name="Ada")
        call = Call(person=ada, people=[ada])
        text = body(call, SOAP12)
        self.assertIn('<person xsi:type="ns2:Person" soapenc:id="id0">', text)
        self.assertIn('<item soapenc:ref="id0"></item>', text)
        bare = str(SoapWriter(envelope=False).serialize(call))
        found = ParsedSoap(bare, envelope=False).Parse(Call)
        self.assertIs(found.person, found.people[0])

    def test_circles(self) -> None:
        for version in (SOAP11, SOAP12):
            ada, bo = Person(name="Ada"), Person(name="Bo")
            ada.boss, bo.boss = bo, ada
            found = again(Call(person=ada, people=[bo]), version)
            self.assertEqual(found.person.boss.name, "Bo")
            self.assertIs(found.person.boss.boss, found.person)
            self.assertIs(found.people[0], found.person.boss)

    def test_circle_of_arrays(self) -> None:
        for version in (SOAP11, SOAP12):
            things: list[Any] = [1]
            things.append(things)
            found = again(Call(things=things), version).things
            self.assertIs(found[1], found)

    def test_maps(self) -> None:
        shared = {"a": 1}
        found = again(Call(things=[shared, {"b": shared}])).things
        self.assertIs(found[0], found[1]["b"])

    def test_empty_ones(self) -> None:
        """Two empty lists are two, even if Python has made one of them."""
        empty: list[Any] = []
        self.assertNotIn("href", body(Call(things=[empty, empty])))

    def test_plain_values(self) -> None:
        """Python makes one object of equal texts: that is no sharing."""
        text = "twice"
        self.assertNotIn("href", body(Call(things=[text, text], thing={"a": text, "b": text})))
        message = TC.Struct(None, [TC.Any("x")], ("urn:m", "m"), encoded="urn:m")
        value = {"x": {"a": text, "b": text, "c": [text, text]}}
        written_text = str(SoapWriter().serialize(value, message))
        self.assertNotIn("href", written_text)
        self.assertEqual(ParsedSoap(written_text).Parse(message), value)

    def test_ids_say_nothing(self) -> None:
        """Numbered, not taken from memory: the same message every time."""
        ada = Person(name="Ada")
        texts = {body(Call(person=ada, people=[ada, Person(name="Ada")])) for _ in range(3)}
        self.assertEqual(len(texts), 1)
        self.assertEqual(set(re.findall(r'id="(.*?)"', texts.pop())), {"id0"})

    def test_fan(self) -> None:
        """Ten levels of ten are a hundred references, not as many values."""
        level: Any = "end"
        for _ in range(10):
            level = [level] * 10
        self.assertLess(len(body(Call(thing=level))), 20_000)
        found = again(Call(thing=level)).thing
        for _ in range(10):
            found = found[9]
        self.assertEqual(found, "end")

    def test_long_chain(self) -> None:
        """Longer than the stack, and than receivers' parsers are deep."""
        first = last = Person(name="0")
        for n in range(1, 3_000):
            last.boss = Person(name=str(n))
            last = last.boss
        found = again(Call(person=first)).person
        for _ in range(1, 3_000):
            found = found.boss
        self.assertEqual(found.name, "2999")

    def test_long_chain_in_place(self) -> None:
        """Where nothing can be put beside it, it is refused."""
        first = last = Person(name="0")
        for n in range(1, 500):
            last.boss = Person(name=str(n))
            last = last.boss
        error = self.assertRaises(EvaluateException, body, Call(person=first), SOAP12)
        self.assertIn("nested", str(error))


@st.composite
def graphs(draw: st.DrawFn) -> Person:
    """People with bosses and friends among themselves."""
    count = draw(st.integers(1, 6))
    people = [Person(name=str(n)) for n in range(count)]
    one = st.integers(0, count - 1)
    for person in people:
        if draw(st.booleans()):
            person.boss = people[draw(one)]
        if draw(st.booleans()):
            person.friends = [people[n] for n in draw(st.lists(one, max_size=4))]
    return people[0]


def shape(person: Any, seen: dict[int, int]) -> Any:
    """A graph as a value that can be compared: objects by the order in which they are met."""
    if person in (None, TC.NIL):
        return None
    if id(person) in seen:
        return seen[id(person)]
    seen[id(person)] = len(seen)
    friends = [shape(friend, seen) for friend in person.friends or ()]
    return (person.name, shape(person.boss, seen), friends)


class GraphsTests(SynchronousTestCase):
    """Any graph of objects comes back as it was."""

    @given(graphs(), st.sampled_from((SOAP11, SOAP12)))
    @settings(deadline=None)
    def test_round_trip(self, person: Person, version: Any) -> None:
        found = again(Call(person=person), version).person
        self.assertEqual(shape(found, {}), shape(person, {}))
