"""Apache's maps: dicts both ways."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ZSI import TC
from ZSI.errors import EvaluateException, StructureError
from ZSI.names import APACHE
from ZSI.TC.maps import MAP
from ZSI.TC.resolve import lookup

from .encoding import REGISTRY, Call, Person, again, read, written


def entry(key: str, value: str) -> str:
    """One entry of strings."""
    return f'<item><key xsi:type="xsd:string">{key}</key>{value}</item>'


def mapped(*entries: str) -> Any:
    """The dict that a message holds."""
    return read(f'<thing xsi:type="a:Map">{"".join(entries)}</thing>').thing


class ReadingTests(SynchronousTestCase):
    """Entries become items."""

    def test_entries(self) -> None:
        found = mapped(entry("a", '<value xsi:type="xsd:int">1</value>'), entry("b", "<value/>"))
        self.assertEqual((found["a"], str(found["b"])), (1, ""))

    def test_empty(self) -> None:
        self.assertEqual(mapped(), {})

    def test_nil(self) -> None:
        found = mapped(entry("a", '<value xsi:nil="true"/>'), entry("b", ""))
        self.assertEqual(found, {"a": TC.NIL, "b": TC.NIL})

    def test_nested(self) -> None:
        empty = entry("b", '<value enc:arrayType="xsd:int[0]"/>')
        inner = f'<value xsi:type="a:Map">{empty}</value>'
        self.assertEqual(mapped(entry("a", inner)), {"a": {"b": []}})

    def test_references(self) -> None:
        """Axis refers to the values of maps."""
        found = read(
            '<thing href="#m"/>',
            '<multiRef id="m" xsi:type="a:Map"><item><key href="#k"/><value href="#m"/></item>'
            '</multiRef><multiRef id="k" xsi:type="enc:string">self</multiRef>',
        ).thing
        self.assertIs(found["self"], found)

    def test_keys(self) -> None:
        error = self.assertRaises(StructureError, mapped, "<item><value/></item>")
        self.assertIn("has no key", str(error))
        key = '<item><key xsi:type="t:Person"><name>x</name></key><value/></item>'
        error = self.assertRaises(StructureError, mapped, key)
        self.assertIn("a map's key is a compound value", str(error))


class WritingTests(SynchronousTestCase):
    """Dicts become entries."""

    def test_form(self) -> None:
        text = written(Call(thing={"a": 1}))
        self.assertIn(
            '<thing xsi:type="n1:Map"><item><key xsi:type="xsd:string">a</key>'
            '<value xsi:type="xsd:int">1</value></item></thing>',
            text,
        )
        self.assertIn(f'xmlns:n1="{APACHE}"', text)

    def test_values(self) -> None:
        value = {"a": [1, {"b": None}], 2: Person(name="Ada"), True: "x"}
        found = again(Call(thing=value)).thing
        self.assertEqual(found, {**value, "a": [1, {"b": TC.NIL}]})

    def test_refused(self) -> None:
        self.assertRaises(EvaluateException, written, Call(thing={"a": object()}))
        self.assertRaises(EvaluateException, MAP.encoder(None), [1], "x", "", print, None)

    def test_look_up(self) -> None:
        self.assertIs(lookup((APACHE, "Map"), REGISTRY), MAP)
