"""Complex types: what is worked out of fields and models; see test_decode for messages."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.tc.contracts import package
from ZSI.names import XSD, QName
from ZSI.schema import Registry
from ZSI.TC.complextype import ComplexType
from ZSI.TC.fields import Field, Item, in_any_order, in_sequence, one_of
from ZSI.TC.prefixes import prefixes_of

REGISTRY = Registry("complextype", public=False)


def ctype(*groups: Item, fields: str = "abc", **kw: Any) -> ComplexType:
    """A type over int elements with these one-letter names."""
    made = [Field("element", (None, name), (XSD, "int"), key=name) for name in fields]
    particles = in_sequence(*groups) if groups else None
    return ComplexType(
        name=None, pyclass=None, fields=made, particles=particles, registry=REGISTRY, **kw
    )


class OrderedTests(SynchronousTestCase):
    """Where the fields alone do not tell the document order, it is recorded."""

    def test_ordered(self) -> None:
        for groups, wanted in (
            ((), False), (("a", "b"), False), ((one_of("a", "b"),), False),
            ((one_of("a", "b", max=2),), True), ((in_sequence("a", "b", max=None),), True),
            ((("a", 0, None), "b"), False), (("a", "b", "a"), True),
            ((in_any_order("a", "b"),), False), ((in_sequence("a", max=3),), False),
            ((one_of(in_sequence("a", "b"), in_sequence("b", "a")),), True),
            ((one_of("a", in_sequence("a", "b")),), False),
        ):  # fmt: skip
            self.assertEqual(ctype(*groups).ordered, wanted, groups)
        self.assertTrue(ctype(mixed=True).ordered)
        self.assertFalse(ctype(inorder=False).ordered)

    def test_flat(self) -> None:
        """What can be written field by field."""
        made = ctype("a", ("b", 0, None), fields="ab")
        self.assertEqual(made.flat, {"a": (1, 1), "b": (0, None)})
        made = ctype(in_any_order("a", "b"), fields="ab")
        self.assertEqual(made.flat, {"a": (1, 1), "b": (1, 1)})
        self.assertEqual(ctype(fields="").flat, {})
        for groups in ((one_of("a", "b"),), (in_sequence("a", "b", max=2),), ("b", "a", "c")):
            self.assertIsNone(ctype(*groups).flat, groups)
        self.assertIsNone(ctype(mixed=True).flat)

    def test_lists(self) -> None:
        """A field holds a list where the model says more than one."""
        for groups, many in (
            ((("a", 0, 1), "b"), ""), ((("a", 0, 2),), "a"), ((one_of("a", "b", max=2),), "ab"),
            (("a", "b", "a"), "a"), ((one_of("a", in_sequence("a", "a")),), "a"),
            ((one_of(in_sequence("a", "b"), "a"),), ""),
        ):  # fmt: skip
            made = ctype(*groups)
            self.assertEqual("".join(k for k, f in made.fields.items() if f.many), many, groups)


class DerivationTests(SynchronousTestCase):
    """Extension and restriction."""

    def test_extension_goes_after(self) -> None:
        base = ctype("a", fields="a")
        made = ctype(one_of("b", "c"), fields="bc", base=base)
        self.assertEqual(list(made.fields), ["a", "b", "c"])
        self.assertEqual(made.automaton.start.expected, ("a",))
        self.assertEqual(made.steps_from(base), {"extension"})
        self.assertIsNone(base.steps_from(made))

    def test_restriction_stands_alone(self) -> None:
        base = ctype("a", "b", fields="ab")
        made = ctype("a", fields="a", base=base, derivation="restriction")
        self.assertEqual(list(made.fields), ["a"])
        self.assertEqual(made.steps_from(base), {"restriction"})

    def test_same_name_of_another_registry(self) -> None:
        name = QName("urn:x", "T")
        one = ComplexType(name=name, pyclass=None, fields=(), registry=REGISTRY)
        twin = ComplexType(name=name, pyclass=None, fields=(), registry=REGISTRY)
        other = Registry("another", public=False)
        stranger = ComplexType(name=name, pyclass=None, fields=(), registry=other)
        self.assertEqual(one.steps_from(twin), frozenset())
        self.assertIsNone(one.steps_from(stranger))


class CompilationTests(SynchronousTestCase):
    """Made once."""

    def test_once(self) -> None:
        made = package("""<xs:element name="r"><xs:complexType><xs:sequence>
            <xs:element name="a" type="xs:int" maxOccurs="500"/></xs:sequence>
            <xs:attribute name="b" type="xs:int"/><xs:anyAttribute/></xs:complexType>
            </xs:element>""")
        found = made.element("r").complex_type()
        table = prefixes_of(made.registry)
        self.assertIs(found.decode, found.decode)
        self.assertIs(found.encoder(table), found.encoder(table))
        self.assertEqual(found.counted, {"a": (1, 500)})
        self.assertEqual([f.key for f in found.children], ["a"])
        self.assertEqual(list(found.attributes), ["b"])
        self.assertIsNotNone(found.any_attribute)
        self.assertIsNone(found.text)
        self.assertEqual(
            (str(found), repr(found)), ("an anonymous type", "<ComplexType an anonymous type>")
        )
