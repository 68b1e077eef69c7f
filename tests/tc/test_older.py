"""Messages in the words of XML Schema's drafts."""

from __future__ import annotations

import datetime

from twisted.trial.unittest import SynchronousTestCase

from ZSI import TC, ParsedSoap
from ZSI.names import XSD, XSD_1999, XSD_2000
from ZSI.TC.older import modern_name

from .encoding import Call, Person, envelope


class DraftsTests(SynchronousTestCase):
    """1999 and 2000."""

    def read(self, parts: str, draft: str, beside: str = "") -> Call:
        text = envelope(f"<c:call>{parts}</c:call>{beside}").replace(XSD, draft)
        found: Call = ParsedSoap(text).Parse(Call)
        return found

    def test_types(self) -> None:
        for draft in (XSD_1999, XSD_2000):
            call = self.read(
                '<number xsi:type="xsd:int">1</number>'
                '<person xsi:type="t:Person"><name xsi:type="xsd:string">Ada</name></person>'
                '<thing xsi:type="xsd:timeInstant">2026-11-23T10:00:00</thing>',
                draft,
            )
            self.assertEqual((call.number, call.person), (1, Person(name="Ada")))
            self.assertEqual(call.thing, datetime.datetime(2026, 11, 23, 10))

    def test_null(self) -> None:
        call = self.read('<person xsi:null="1"/><number href="#n"/>', XSD_1999,
                         '<m id="n" xsi:type="xsd:int">7</m>')  # fmt: skip
        self.assertEqual((call.person, call.number), (TC.NIL, 7))

    def test_arrays(self) -> None:
        items = '<i xsi:type="xsd:int">1</i>'
        call = self.read(f'<things enc:arrayType="xsd:ur-type[1]">{items}</things>', XSD_1999)
        self.assertEqual(call.things, [1])
        call = self.read('<ints enc:arrayType="xsd:int[1]"><i>1</i></ints>', XSD_1999)
        self.assertEqual(call.ints, [1])

    def test_names(self) -> None:
        self.assertEqual(modern_name((XSD_1999, "int")), (XSD, "int"))
        self.assertEqual(modern_name(("urn:x", "timeInstant")), ("urn:x", "timeInstant"))
