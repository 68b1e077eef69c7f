"""Modules that ``wsdl2py -x`` makes of a schema, used as ZSI's users and tests use theirs.

Covers: ZSI.TC.plain_value
"""

from __future__ import annotations

import importlib
import sys
import tempfile
import time
import types
from functools import cache
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ZSI import TC, EvaluateException, ParsedSoap, SoapWriter, generate
from ZSI.generate.commands import wsdl2py
from ZSI.schema import GED, GTD
from ZSI.wsdl.model import ContractError

NS = "urn:legacy:shapes"
SCHEMA = Path(__file__).parent / "shapes.xsd"


@cache
def generated() -> Any:
    """The module, made once."""
    with tempfile.TemporaryDirectory() as folder:
        (made,) = wsdl2py(["-x", "-b", "-q", "-o", folder, str(SCHEMA)])
        assert made.endswith("shapes_xsd_types.py")
        sys.path.insert(0, folder)
        try:
            return importlib.import_module("shapes_xsd_types")
        finally:
            sys.path.remove(folder)


def again(pyobj: Any, typecode: Any = None) -> Any:
    """What comes back of an object that is sent."""
    sw = SoapWriter()
    sw.serialize(pyobj, typecode)
    sw.close()
    return ParsedSoap(str(sw)).Parse(typecode or pyobj.typecode)


def new(name: str, *args: Any) -> Any:
    """An object of a global element."""
    return GED(NS, name).pyclass(*args)


class GeneratedTests(SynchronousTestCase):
    """One of each shape."""

    def setUp(self) -> None:
        self.types = generated()

    def test_choice(self) -> None:
        easy = new("Easy")
        easy.Rank = 1
        found = again(easy)
        self.assertEqual((found.Rank, found._Rank, found._Name), (1, 1, None))
        other = self.types.ns0.Easy_Dec().pyclass()
        other.set_element_Name("x")
        self.assertEqual(again(other).get_element_Name(), "x")

    def test_choice_that_repeats(self) -> None:
        hard = new("Hard")
        hard.Name, hard.Any, hard._Rank = ["steve", "mark"], ["whatever"], [2, 3]
        found = again(hard)
        self.assertEqual(
            (found.Name, found._Any, found.Rank), (["steve", "mark"], ["whatever"], [2, 3])
        )

    def test_substitution(self) -> None:
        text = (
            f"<holder xmlns='{NS}'><baseElt><base>b</base></baseElt>"
            "<childElt><base>c</base><child>d</child></childElt></holder>"
        )
        holder = ParsedSoap(text, envelope=False).Parse(GED(NS, "holder"))
        base, child = holder.BaseElt
        self.assertEqual((base.Base, child._base, child.Child), ("b", "c", "d"))
        found = again(holder)
        self.assertEqual([type(one) for one in found._baseElt], [type(base), type(child)])
        holder = new("holder")
        holder._baseElt.append(holder.new_baseElt())
        holder._baseElt[0]._base = "x"
        self.assertEqual(again(holder).BaseElt[0].Base, "x")

    def test_derivation(self) -> None:
        child = GTD(NS, "childType")(pname=(NS, "baseElt")).pyclass()
        child._base, child._child = "b", "c"
        holder = new("holder")
        holder._baseElt = [child]
        self.assertEqual(again(holder)._baseElt[0]._child, "c")

    def test_attributes(self) -> None:
        """The dict of ZSI's, its methods and our fields are one thing."""
        child = self.types.ns0.childType_Def(pname="x").pyclass()
        child.set_attribute_attr1("one")
        self.assertEqual(child._attrs, {"attr1": "one"})
        child._attrs["attr1"] = "two"
        self.assertEqual((child.attr1, child.get_attribute_attr1()), ("two", "two"))
        child._attrs = {}
        self.assertEqual((child.attr1, len(child._attrs), repr(child._attrs)), (None, 0, "{}"))
        self.assertRaises(KeyError, child._attrs.__setitem__, "other", 1)
        self.assertRaises(KeyError, child._attrs.__getitem__, "attr1")
        wild = new("Wild")
        wild._a, wild._attrs = 1, {"flag": True}
        found = again(wild)
        self.assertEqual(dict(found._attrs), {"flag": True})
        del found._attrs["flag"]
        self.assertIsNone(found.get_attribute_flag())

    def test_wildcards(self) -> None:
        wild, easy = new("Wild"), new("Easy")
        wild.A, easy.Rank = 1, 2
        wild._any = [easy, new("Plain", "x")]
        first, second = again(wild).Any
        self.assertEqual((first._Rank, second), (2, "x"))

    def test_wildcards_take_what_is_typed_by_hand(self) -> None:
        class Note:
            text = "a"

        Note.typecode = TC.Struct(Note, [TC.String("text")], ("urn:hand", "note"))  # type: ignore[attr-defined]  # ZSI's way
        wild = new("Wild")
        wild.A, wild._any = 1, [Note()]
        text = str(SoapWriter().serialize(wild))
        self.assertRegex(text, r'<ns\d:note><text xsi:type="xsd:string">a</text></ns\d:note>')

    def test_simple_elements(self) -> None:
        """They are used as their values."""
        self.assertEqual(again(new("Plain", "hi")) + "!", "hi!")
        self.assertEqual("<" + new("Plain", "hi").upper(), "<HI")
        self.assertEqual(again(new("Number", 5)) + 1, 6)
        self.assertEqual([1 - new("Number", 5), new("Number", 5) - new("Number", 2)], [-4, 3])
        self.assertEqual((int(new("Number", 5)), f"{new('Number', 5):03d}"), (5, "005"))
        self.assertEqual((-new("Number", 5), abs(new("Number", -5))), (-5, 5))
        self.assertEqual(
            (new("Number", 3) > 2, new("Number", 3) <= new("Number", 2)), (True, False)
        )
        self.assertEqual(float(new("Number", 5)), 5.0)
        self.assertEqual(again(new("Q", ("urn:z", "local")))[1], "local")
        codes = again(new("Codes", [1, 2, 3]))
        self.assertEqual(
            (codes, list(codes), len(codes), 2 in codes), ([1, 2, 3], [1, 2, 3], 3, True)
        )
        self.assertTrue(new("Plain", ""))
        self.assertRaises(AttributeError, getattr, new("Plain", "x"), "nothing")
        self.assertEqual([again(new("Either", value)) for value in ("plop", 5)], ["plop", 5])

    def test_enumeration(self) -> None:
        self.assertEqual(again(new("Colour", "red")), "red")
        self.assertRaises(EvaluateException, again, new("Colour", "green"))

    def test_simple_content(self) -> None:
        measure = new("Measure", 2.5)
        measure.set_attribute_unit("m")
        found = again(measure)
        self.assertEqual((found.value, found.get_attribute_unit()), (2.5, "m"))

    def test_mixed(self) -> None:
        text = f"<Mixed xmlns='{NS}'>hello <b>x</b></Mixed>"
        found = ParsedSoap(text, envelope=False).Parse(GED(NS, "Mixed"))
        self.assertEqual((found.B, found.get_text(), found._text), ("x", "hello ", "hello "))

    def test_nested(self) -> None:
        nested = new("Nested")
        inner, many = nested.new_inner(), nested.new_many()
        inner.Deep, many._base = "d", "b"
        nested.Inner, nested.Many = inner, [many]
        nested.When = time.gmtime(0)
        found = again(nested)
        self.assertEqual((found._inner._deep, found._many[0].Base), ("d", "b"))
        self.assertEqual(found._when.timetuple()[:6], (1970, 1, 1, 0, 0, 0))

    def test_typecodes(self) -> None:
        """What may be asked of a generated class's typecode."""
        typecode = GED(NS, "Nested")
        self.assertIsInstance(typecode, TC.TypeCode)
        self.assertEqual((typecode.nspname, typecode.pname), (NS, "Nested"))
        self.assertEqual((typecode.schema, typecode.literal), (NS, "Nested"))
        self.assertIsNone(typecode.substitutionGroup)
        parts = [
            (part.pname, part.aname, part.minOccurs, part.maxOccurs) for part in typecode.ofwhat
        ]
        self.assertEqual(
            parts,
            [("inner", "_inner", 1, 1), ("many", "_many", 0, "unbounded"), ("when", "_when", 0, 1)],
        )
        self.assertEqual(list(GED(NS, "Wild").attribute_typecode_dict), ["flag"])
        self.assertEqual(GED(NS, "Nested").attribute_typecode_dict, {})
        elt = ParsedSoap(f"<Easy xmlns='{NS}'><Rank>1</Rank></Easy>", envelope=False).body_root
        self.assertEqual(GED(NS, "Easy").parse(elt, None)._Rank, 1)

    def test_subclass(self) -> None:
        class Mine(GED(NS, "Easy").pyclass):  # type: ignore[misc]  # made when the test runs
            """With a method of the user's."""

            def twice(self) -> Any:
                return self._Rank * 2

        mine = Mine()
        mine.Rank = 4
        self.assertEqual((mine.twice(), again(mine).Rank), (8, 4))

    def test_types(self) -> None:
        """Typecodes of named types."""
        for name, value in (("codes", [1, 2]), ("either", 5), ("colour", "red")):
            self.assertEqual(GTD(NS, name).type, (NS, name))
            typecode = GTD(NS, name)(pname="x")
            self.assertEqual(again(value, typecode), value)
        with self.assertRaisesRegex(TypeError, "colour is no class: derive from the generated"):
            type("Mine", types.resolve_bases((GTD(NS, "colour"),)), {})


class ErrorsTests(SynchronousTestCase):
    """ZSI's names for what is wrong with a WSDL."""

    def test_names(self) -> None:
        for name in ("WSDLFormatError", "WsdlGeneratorError", "Wsdl2PythonError", "WSInteropError"):
            self.assertIs(getattr(generate, name), ContractError)
        self.assertRaises(AttributeError, getattr, generate, "nothing")
