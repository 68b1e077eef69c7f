"""Leaves written in one go and leaves written one by one: the same text, the same refusals."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any
from unittest import mock

from hypothesis import HealthCheck, given, settings
from twisted.trial.unittest import SynchronousTestCase

from tests.tc.contracts import Package, schema_text
from tests.tc.schemas import Case, cases
from ZSI.errors import ZSIException, quote
from ZSI.names import XSD, QName
from ZSI.TC import attributes, content, leaves
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.leaves import PlainLeaf, RunWriter, run_writer
from ZSI.TC.simple import list_of
from ZSI.TC.times import DateTime
from ZSI.TC.values import NIL, UNSET, TypedValue
from ZSI.xmlio import find_special


class Colour(Enum):
    """An Enum member stands for its value."""

    RED = "red"
    ONE = 1


class Shout(str):
    """A str that is none exactly."""


#: Values for any leaf: right ones of each type, and what programs hand over by mistake.
VALUES: tuple[Any, ...] = (
    None, NIL, UNSET, True, False, 0, 1, -1, 127, 128, -(2**31), 2**31, 2**63, 10**30, 10**5000,
    "", "a", "a b", " a ", "a  b", "a & b", "<a>", 'a "b"', "a\tb", "a\nb", "a\r\n", "\x00",
    "\ud800", "\ufffe", "é\u00a0€", "%s %d", "{urn:x}a", Shout("a"), Shout("<"), b"", b"ab",
    bytearray(b"ab"), 1.5, 0.1, 1e300, float("nan"), float("inf"), Decimal("1.50"), Decimal("1E+3"),
    Decimal("NaN"),
    Decimal("-Infinity"), Decimal(7), Decimal("0E-5000"), Colour.RED, Colour.ONE,
    datetime(2026, 11, 23, 10, 20, 30), datetime(2026, 11, 23, 10, 20, 30, 1500),
    datetime(999, 1, 1), datetime(2026, 1, 1, tzinfo=UTC),
    datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=2))),
    datetime(2026, 1, 1, tzinfo=timezone(timedelta(seconds=30))), date(2026, 11, 23),
    time(10, 20, 30), time(10, 20, 30, 5, UTC), DateTime(2026, 11, 23, 24), timedelta(days=1),
    TypedValue(1, QName(XSD, "int")), QName("urn:x", "a"), [], ["a", "b"], [1], {}, object,
)  # fmt: skip

TYPES = """
<xs:element name="r" type="R"/>
<xs:complexType name="R"><xs:sequence>
  <xs:element name="first" type="xs:int"/>
  <xs:element name="must" type="%(type)s"/>
  <xs:element name="may" type="%(type)s" minOccurs="0"/>
  <xs:element name="nil" type="%(type)s" nillable="true"/>
  <xs:element name="both" type="%(type)s" nillable="true" minOccurs="0"/>
  <xs:element name="last" type="xs:string"/>
</xs:sequence>
<xs:attribute name="must_a" type="%(type)s" use="required"/>
<xs:attribute name="may_a" type="%(type)s"/></xs:complexType>
"""
FACETS = """
<xs:simpleType name="Code"><xs:restriction base="xs:string">
  <xs:pattern value="[a-z]+"/><xs:maxLength value="3"/></xs:restriction></xs:simpleType>
<xs:simpleType name="Ints"><xs:list itemType="xs:int"/></xs:simpleType>
<xs:simpleType name="Either"><xs:union memberTypes="xs:int Code"/></xs:simpleType>
"""


def _never(plain: Iterable[PlainLeaf]) -> RunWriter:
    return lambda values: None


@contextmanager
def one_by_one() -> Iterator[None]:
    """Encoders that are compiled in here write every leaf for itself."""
    with (
        mock.patch.object(content, "run_writer", _never),
        mock.patch.object(attributes, "run_writer", _never),
    ):
        yield


def written(made: Package, value: Any) -> str:
    """The text of a value, or why there is none."""
    try:
        return made.text(value)
    except ZSIException as refusal:
        return f"{type(refusal).__name__}: {refusal}"


class BothWaysTests(SynchronousTestCase):
    """Values of all kinds in places of all types."""

    def test_every_type(self) -> None:
        """Each built-in type, and types with facets, lists and unions."""
        texts = refusals = 0
        for name in (*(f"xs:{name}" for name in BUILTIN), "Code", "Ints", "Either"):
            schema = schema_text(FACETS + TYPES % {"type": name})
            quick, careful = Package(main=schema), Package(main=schema)
            good = next(filter(None, map(_fitting(quick), VALUES)), None)
            if good is None:
                continue  # NOTATION
            for key in ("first", "must", "may", "nil", "both", "last", "must_a", "may_a"):
                for value in VALUES:
                    fields = {"first": 1, "last": "z", **good, key: value}
                    text = written(quick, quick.element("r")(**fields))
                    with one_by_one():
                        other = written(careful, careful.element("r")(**fields))
                    self.assertEqual(text, other, f"{name} {key} {quote(value)}")
                    texts, refusals = texts + (text[0] == "<"), refusals + (text[0] != "<")
        self.assertGreater(texts, 3_000)
        self.assertGreater(refusals, 3_000)

    @settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
    @given(cases())
    def test_drawn(self, case: Case) -> None:
        """Schemas and documents that hypothesis draws."""
        quick, careful = Package(main=case.schema), Package(main=case.schema)
        for document in (*case.valid, *case.mutants):
            try:
                values = quick.read(document), careful.read(document)
            except ZSIException:
                continue
            text = written(quick, values[0])
            with one_by_one():
                self.assertEqual(text, written(careful, values[1]))


def _fitting(made: Package) -> Any:
    """What makes of a value the required fields of it, or None if it does not fit."""

    def fields(value: Any) -> dict[str, Any] | None:
        if value is None or value is NIL or value is UNSET:
            return None
        found = {"must": value, "nil": value, "must_a": value}
        text = written(made, made.element("r")(first=1, last="z", **found))
        return found if text[0] == "<" else None

    return fields


class RunWriterTests(SynchronousTestCase):
    """`run_writer` itself."""

    def test_any_number(self) -> None:
        """Runs of one leaf to eleven."""
        for count in range(1, 12):
            write = run_writer(
                PlainLeaf(f"k{i}", f"<e{i}>", f"</e{i}>", str, required=True) for i in range(count)
            )
            text = write({f"k{i}": i for i in range(count)})
            self.assertEqual(text, "".join(f"<e{i}>{i}</e{i}>" for i in range(count)))

    def test_what_is_printable_needs_no_escape(self) -> None:
        """The short look at strings is never wrong."""
        for code in range(sys.maxunicode + 1):
            character = chr(code)
            if find_special(character) and character.isprintable():
                self.assertIn(character, "&<>")

    def test_none_is_refused(self) -> None:
        """No text of a built-in type takes None: what is required must be there."""
        for simple in BUILTIN.values():
            write = run_writer([PlainLeaf("k", "<e>", "</e>", simple.format, required=True)])
            self.assertIsNone(write({}))

    def test_safe(self) -> None:
        """Lists are as safe as their items."""
        for name in ("int", "string"):
            safe = name == "int"
            self.assertIs(leaves.is_safe(BUILTIN[name]), safe)
            self.assertIs(leaves.is_safe(list_of(BUILTIN[name])), safe)
