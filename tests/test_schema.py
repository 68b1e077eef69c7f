"""Registries, and ZSI's global look-ups through them."""

from __future__ import annotations

import gc
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ZSI.errors import AmbiguousDeclaration, ZSIException
from ZSI.names import XSD, QName
from ZSI.parse import ParsedSoap
from ZSI.schema import FORMAT, GED, GTD, Registry, registries, simple_type
from ZSI.TC import NIL
from ZSI.TC.compound import Compound, SimpleElement
from ZSI.TC.fields import attribute, element
from ZSI.writer import SoapWriter

NS = "urn:test-schema"


def version(name: str, second: str = "int", *, NS: str = NS, **more: Any) -> Registry:
    """One version of a contract: an element, its type, and what that refers to."""
    registry = Registry(name, namespaces=(NS,))
    registry.simple((NS, "Code"), base=(XSD, "token"), maxLength=more.get("length", 5))
    registry.attribute((NS, "mark"), (XSD, "int"))

    class Part(Compound, type=(NS, "Part"), registry=registry):
        code = element("code", (NS, "Code"), ns=NS)
        size = element("size", (XSD, second), ns=NS, default=None)

    class Whole(Compound, element=(NS, "whole"), registry=registry):
        part = element("part", (NS, "Part"), ns=NS, max=None, default_factory=list)
        note = attribute("note", simple_type(base=(XSD, "string"), maxLength=3), default=None)

    class Count(SimpleElement, element=(NS, "count"), simple=(XSD, "int"), registry=registry):
        pass

    return registry


class RegistryTests(SynchronousTestCase):
    """One registry."""

    def test_formats(self) -> None:
        Registry("old", format=FORMAT - 1, public=False)
        for other in (FORMAT + 1, FORMAT - 2):
            with self.assertRaisesRegex(ZSIException, f"in format {other}.*wsdl2py"):
                Registry("x", format=other)

    def test_declarations(self) -> None:
        registry = version("one")
        self.assertEqual(set(registry.types), {(NS, "Code"), (NS, "Part")})
        self.assertEqual(set(registry.elements), {(NS, "whole"), (NS, "count")})
        self.assertEqual(repr(registry), "<Registry one: 2 types, 2 elements>")

    def test_substitution_closure(self) -> None:
        """Through any number of steps, in circles too; new members count."""
        registry = Registry("s", public=False)
        for name, head in (("b", "a"), ("c", "b"), ("a", "c")):
            registry.define_element((NS, name), object(), (NS, head))
        head = (NS, "a")
        self.assertEqual(set(registry.substitutes(head)), {f"{{{NS}}}b", f"{{{NS}}}c"})
        registry.define_element((NS, "d"), object(), (NS, "c"))
        self.assertIn(f"{{{NS}}}d", registry.substitutes(head))

    def test_public_ones_are_seen_while_they_live(self) -> None:
        registry = Registry("seen")
        hidden = Registry("hidden", public=False)
        self.assertIn(registry, list(registries()))
        self.assertNotIn(hidden, list(registries()))
        del registry
        gc.collect()
        self.assertNotIn("seen", [each.name for each in registries()])


class GlobalTests(SynchronousTestCase):
    """GED and GTD."""

    def setUp(self) -> None:
        self.ns = self.id()  # registries live as long as somebody holds them

    def version(self, name: str, **more: Any) -> Registry:
        return version(name, NS=self.ns, **more)

    def test_elements(self) -> None:
        registry = self.version("m")
        typecode = GED(self.ns, "whole")
        self.assertIs(typecode, registry.elements[self.ns, "whole"].typecode)
        self.assertIs(typecode.pyclass, registry.elements[self.ns, "whole"])
        self.assertEqual((typecode.nspname, typecode.pname), (self.ns, "whole"))
        self.assertIs(typecode(), typecode)
        self.assertIsNone(GED(self.ns, "nobody"))
        self.assertIsNone(GTD(self.ns, "nobody"))

    def test_references(self) -> None:
        registry = self.version("m")
        made = GED(self.ns, "whole", isref=True)(minOccurs=0, maxOccurs="unbounded")
        use = made.use()
        self.assertEqual((use.name, use.ref), (QName(self.ns, "whole"), True))
        self.assertEqual((use.least, use.most), (0, None))
        self.assertIs(made.pyclass, registry.elements[self.ns, "whole"])

    def test_types(self) -> None:
        registry = self.version("m")
        typecode = GTD(self.ns, "Part")(pname=("urn:x", "the-part"), minOccurs=0, nillable=True)
        value = typecode.pyclass()
        self.assertIsInstance(value, registry.types[self.ns, "Part"])
        value.code = "abc"
        text = str(SoapWriter(envelope=False).serialize(value, typecode))
        self.assertIn("the-part", text)
        self.assertEqual(ParsedSoap(text, envelope=False).Parse(typecode), value)
        nil = str(SoapWriter(envelope=False).serialize(NIL, typecode))
        self.assertIs(ParsedSoap(nil, envelope=False).Parse(typecode), NIL)

    def test_simple_types(self) -> None:
        registry = self.version("m")
        self.assertIsNotNone(registry)
        typecode = GTD(self.ns, "Code")(pname="code")
        text = str(SoapWriter(envelope=False).serialize("abc", typecode))
        self.assertEqual(ParsedSoap(text, envelope=False).Parse(typecode), "abc")
        self.assertRaises(ZSIException, SoapWriter().serialize, "abcdef", typecode)

    def test_two_that_say_the_same(self) -> None:
        """A client and a server package of one contract."""
        one, other = self.version("one"), self.version("other")
        self.assertIs(GED(self.ns, "whole").pyclass, one.elements[self.ns, "whole"])
        self.assertIs(GTD(self.ns, "Part").pyclass, one.types[self.ns, "Part"])
        self.assertIsNotNone(GTD(self.ns, "Code"))
        self.assertIsNotNone(other)

    def test_two_that_differ(self) -> None:
        one, other = self.version("one"), self.version("other", second="long")
        with self.assertRaisesRegex(AmbiguousDeclaration, "by one and, differently, by other"):
            GTD(self.ns, "Part")
        with self.assertRaisesRegex(AmbiguousDeclaration, "whole"):
            GED(self.ns, "whole")  # it says the same itself, but its type does not
        self.assertIsNotNone(GED(self.ns, "count"), "and this one says the same")
        self.assertIsNotNone((one, other))

    def test_difference_far_away(self) -> None:
        one, other = self.version("one"), self.version("other", length=6)
        self.assertRaises(AmbiguousDeclaration, GTD, self.ns, "Code")
        self.assertRaises(AmbiguousDeclaration, GED, self.ns, "whole")
        self.assertIsNotNone((one, other))

    def test_two_versions_in_one_process(self) -> None:
        """Each decodes by its own types, xsi:type included."""
        one, other = self.version("one"), self.version("other", second="long")
        text = f'<whole xmlns="{self.ns}"><part><code>a</code><size>{2**40}</size></part></whole>'
        value = ParsedSoap(text, envelope=False).Parse(other.elements[self.ns, "whole"].typecode)
        self.assertIs(type(value.part[0]), other.types[self.ns, "Part"])
        ps = ParsedSoap(text, envelope=False)
        self.assertRaises(ZSIException, ps.Parse, one.elements[self.ns, "whole"].typecode)
        foreign = one.elements[self.ns, "whole"](part=[value.part[0]])
        self.assertRaises(ZSIException, SoapWriter().serialize, foreign)
