"""Fields and their specifiers."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ZSI.names import XSD, QName
from ZSI.TC.fields import (
    Field,
    any_attributes,
    any_element,
    attribute,
    element,
    in_any_order,
    in_sequence,
    one_of,
    text,
)
from ZSI.TC.values import UNSET

INT = (XSD, "int")


class Holder:
    """A class with fields and nothing else."""

    required = element("a", INT, ns="urn:x")
    optional = element("b", INT, default=None)
    fewest = element("c", INT, min=0)
    many = element("d", INT, max=None, default_factory=list)
    attribute_ = attribute("e", INT)
    must = attribute("f", INT, required=True)
    wild = any_element(min=0)


class FieldTests(SynchronousTestCase):
    """What a specifier says."""

    def test_absence(self) -> None:
        holder = Holder()
        self.assertIs(holder.required, UNSET)
        self.assertIs(holder.must, UNSET)
        for key in ("optional", "fewest", "attribute_", "wild"):
            self.assertIsNone(getattr(holder, key), key)
        self.assertEqual(holder.many, [])
        self.assertIs(holder.many, holder.many)
        self.assertIsInstance(Holder.required, Field)

    def test_values_live_in_the_instance(self) -> None:
        holder = Holder()
        holder.required = 5
        self.assertEqual((holder.required, holder.__dict__), (5, {"required": 5}))

    def test_occurrence(self) -> None:
        for key, bounds in (
            ("required", (1, 1)), ("optional", (0, 1)), ("many", (0, None)), ("fewest", (0, 1)),
            ("must", (1, 1)), ("attribute_", (0, 1)),
        ):  # fmt: skip
            field = Holder.__dict__[key]
            self.assertEqual((field.least, field.most), bounds, key)
        self.assertEqual(element("x", INT, min=1, default=None).least, 1)

    def test_names(self) -> None:
        field = Holder.__dict__["required"]
        self.assertEqual((field.key, field.name), ("required", QName("urn:x", "a")))
        self.assertEqual(field.shown, "a")
        self.assertEqual(Holder.__dict__["must"].shown, "@f")
        self.assertEqual(Holder.__dict__["wild"].shown, "wild")
        self.assertEqual(repr(field), "<Field required: element a>")

    def test_copy(self) -> None:
        field = element("a", INT, nillable=True, block=("extension",))
        twin = field.copy(typed=True)
        self.assertEqual((twin.typed, twin.nillable, twin.block), (True, True, {"extension"}))
        self.assertFalse(field.typed)

    def test_others(self) -> None:
        self.assertEqual(text(INT).kind, "text")
        self.assertEqual(any_attributes("##local").wildcard.namespaces, (None,))
        group = in_sequence("a", one_of("b", ("c", 0, 2), max=None), in_any_order("d"), min=0)
        self.assertEqual((group.kind, group.min, group.max), ("sequence", 0, 1))
        self.assertEqual([getattr(i, "kind", i) for i in group.items], ["a", "choice", "all"])
