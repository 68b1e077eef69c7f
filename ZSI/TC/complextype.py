"""Complex types: fields, content model and derivation, worked out once and then only read.

XSD 1.0 part 1, 3.4. A `ComplexType` is made from a generated class or a hand-written typecode;
its decoder and encoders are compiled when first used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import combinations
from types import EllipsisType
from typing import TYPE_CHECKING, Any

from ZSI.errors import ValueRefused
from ZSI.names import QName
from ZSI.schema import Registry
from ZSI.TC.attributes import AttributesReader, attributes_reader
from ZSI.TC.content import compile_encoder
from ZSI.TC.decode import IGNORED, Decoder, binder, compile_decoder
from ZSI.TC.encode import Encoder
from ZSI.TC.encoded import StructNode
from ZSI.TC.encoded_write import EncodedStruct
from ZSI.TC.fields import Field, Item, Particles
from ZSI.TC.model import (
    AllOf,
    Automaton,
    Choice,
    Leaf,
    Model,
    Repeat,
    Sequence,
    all_of,
    choice,
    leaves,
    relaxed,
    repeat,
    sequence,
)
from ZSI.TC.resolve import AnyType, resolve
from ZSI.TC.rows import Rows
from ZSI.TC.simple import SimpleType
from ZSI.TC.substitution import substitutes
from ZSI.TC.usual import Usual

if TYPE_CHECKING:
    from ZSI.TC.encode import EncodeContext
    from ZSI.TC.multiref import Node
    from ZSI.TC.prefixes import Prefixes

#: ``maxOccurs`` above this is counted after the fact instead of by states.
COUNTED_ABOVE = 64


class ComplexType:
    """One complex type.

    Args:
        name: its name; None for anonymous ones and for messages.
        pyclass: makes its values: a compound class, any class of the user's, or None for dicts.
        fields: its own fields, in order; those of ``base`` come before them if it extends.
        particles: the content model over the fields' keys; None: the element fields in sequence.
        base, derivation: the type that it extends or restricts.
        mixed, abstract, block: as in XSD.
        inorder: false for ZSI's hand-written structs, whose children come in any order.
        registry: where names of types and elements are looked up.
    """

    #: Whether a value, written as an ``anyType``, gets the same ``xsi:type`` again.
    plain = True

    def __init__(
        self,
        *,
        name: QName | None,
        pyclass: Any,
        fields: Iterable[Field],
        particles: Particles | None = None,
        base: ComplexType | None = None,
        derivation: str = "extension",
        mixed: bool = False,
        abstract: bool = False,
        block: Iterable[str] = (),
        inorder: bool = True,
        registry: Registry,
    ) -> None:
        self.name = name
        self.pyclass = pyclass
        self.base = base
        self.derivation = derivation
        self.mixed = mixed
        self.abstract = abstract
        self.block = frozenset(block)
        self.inorder = inorder
        self.registry = registry
        self.particles = particles
        self.own = tuple(fields)
        inherited = base.fields.values() if base and derivation == "extension" else ()
        self.fields: dict[str, Field] = {f.key: f for f in (*inherited, *self.own)}
        for key, most in _most_by_key(self.model).items():
            self.fields[key].many = most is None or most > 1

    @cached_property
    def attributes(self) -> dict[str, Field]:
        """The attribute fields by tag."""
        return {f.name.clark: f for f in self.fields.values() if f.kind == "attribute" and f.name}

    @cached_property
    def any_attribute(self) -> Field | None:
        """The field for attributes that a wildcard admits, if there is one."""
        return next((f for f in self.fields.values() if f.kind == "any_attribute"), None)

    @cached_property
    def text(self) -> Field | None:
        """The field for the text of simple content, if that is what the type has."""
        return next((f for f in self.fields.values() if f.kind == "text"), None)

    @cached_property
    def children(self) -> tuple[Field, ...]:
        """The fields that become child elements, in the order of their declaration."""
        return tuple(f for f in self.fields.values() if f.kind in ("element", "any"))

    @cached_property
    def model(self) -> Model:
        """The content model, the base's before its own where it extends (3.4.2)."""
        own = self._own_model()
        if self.base is not None and self.derivation == "extension":
            return sequence(self.base.model, own)
        return own

    @cached_property
    def _relaxed(self) -> tuple[Model, dict[str, tuple[int, int | None]]]:
        return relaxed(self.model, COUNTED_ABOVE)

    @property
    def counted(self) -> dict[str, tuple[int, int | None]]:
        """Bounds by key that the automaton leaves to whoever counts the items afterwards."""
        return self._relaxed[1]

    @cached_property
    def automaton(self) -> Automaton:
        """The checker of the content model; its transitions carry what decoding needs."""
        return Automaton(self._relaxed[0], binder(self), IGNORED)

    @cached_property
    def ordered(self) -> bool:
        """Whether the fields alone do not tell the document order, so that it is recorded."""
        return self.mixed or (self.inorder and _loses_order(self.model))

    @cached_property
    def flat(self) -> dict[str, tuple[int, int | None]] | None:
        """The bounds by key where writing the fields in order, each within them, is right.

        None where the model says more than that: choices, repeated groups, mixed content.
        """
        joined = isinstance(self.model, Sequence | AllOf)
        items = self.model.items if isinstance(self.model, Sequence | AllOf) else (self.model,)
        bounds: dict[str, tuple[int, int | None]] = {}
        for item in items:
            least, most = (item.least, item.most) if isinstance(item, Repeat) else (1, 1)
            leaf = item.item if isinstance(item, Repeat) else item
            if not isinstance(leaf, Leaf) or leaf.key in bounds:
                return None
            bounds[leaf.key] = (least, most)
        in_order = isinstance(self.model, AllOf) or list(bounds) == [f.key for f in self.children]
        plain = joined or len(bounds) == 1
        return bounds if plain and in_order and not self.mixed else None

    @cached_property
    def usual(self) -> Usual | None:
        """What the last elements were like; None where that says not enough for the next."""
        each_once = not (self.ordered or self.counted or any(f.many for f in self.children))
        native = self.text is None and hasattr(self.pyclass, "complex_type")
        return Usual(self.automaton.start) if native and each_once else None

    @cached_property
    def rows(self) -> Rows | None:
        """What reads long runs of alike children; None where there are none that it could."""
        return Rows(self) if any(f.many for f in self.children) and not self.ordered else None

    @cached_property
    def read_attributes(self) -> AttributesReader:
        """Reads an element's attributes into a dict of values by field."""
        return attributes_reader(self)

    @cached_property
    def decode(self) -> Decoder:
        """Reads one element of this type: ``decode(element, context, pyclass)``."""
        return compile_decoder(self)

    @cached_property
    def _encoders(self) -> dict[int, tuple[Prefixes, Encoder]]:
        return {}

    def encoder(self, prefixes: Prefixes) -> Encoder:
        """The writer of this type's elements with these prefixes, compiled once for each."""
        known = self._encoders.get(id(prefixes))
        if known is None:
            known = self._encoders[id(prefixes)] = (prefixes, compile_encoder(self, prefixes))
        return known[1]

    @cached_property
    def node(self) -> Node:
        """Reads values of this type in SOAP-encoded messages."""
        return StructNode(self)

    def encoded_encoder(self, prefixes: Prefixes) -> Encoder:
        """The writer of this type's content in SOAP-encoded messages."""
        return self.encoded_struct.encoder(prefixes)

    @cached_property
    def encoded_struct(self) -> EncodedStruct:
        """The encoders for SOAP-encoded messages."""
        return EncodedStruct(self)

    def values_of(self, value: Any) -> Mapping[str, Any]:
        """The fields of a value: an object of a class of ours or of the user's, or a dict.

        Where there is text with attributes, a plain value is the text.

        Raises:
            ValueRefused: it is neither, or a dict with keys that are no fields.
        """
        if isinstance(value, Mapping):
            foreign = next(
                (key for key in value if key not in self.fields and key != "_content"), None
            )
            if foreign is not None:
                raise ValueRefused("type", f"keys of {self}: {', '.join(self.fields)}", foreign)
            return value
        if hasattr(self.pyclass, "complex_type"):
            if hasattr(value, "complex_type"):
                values: Mapping[str, Any] = value.__dict__
                return values
            if self.text is not None:
                return {self.text.key: value}
        elif hasattr(value, "__dict__") or hasattr(value, "__slots__"):
            return {key: getattr(value, key) for key in self.fields if hasattr(value, key)}
        raise ValueRefused("type", f"a value of {self}", value)

    def announced(self, context: EncodeContext) -> str:
        """The ``xsi:type`` attribute of values of this type; empty without a name."""
        return f' xsi:type="{context.qname(self.name)}"' if self.name is not None else ""

    def accepts(self, actual: Any) -> bool:
        """Whether a value that a sender says to be of another type is one of this all the same."""
        return actual is self

    def is_like(self, other: Any) -> bool:
        """Whether an object read as the other type may be used where this one is declared."""
        return other is self or (
            self.name is not None and self.name == getattr(other, "name", None)
        )

    def steps_from(self, ancestor: Any) -> frozenset[str] | None:
        """The kinds of derivation between an ancestor and this type; None if it is not one.

        Args:
            ancestor: a complex type, a simple type that simple content extends, or anyType.
        """
        kinds: set[str] = set()
        step = self
        while True:
            named = step.name is not None and step.name == ancestor.name
            if step is ancestor or (named and step.registry is getattr(ancestor, "registry", None)):
                return frozenset(kinds)
            if step.base is None:
                break
            kinds.add(step.derivation)
            step = step.base
        kinds.add("restriction" if step.text is None else "extension")
        if isinstance(ancestor, AnyType):
            return frozenset(kinds)
        if isinstance(ancestor, SimpleType) and step.text is not None:
            simple = resolve(step.text.type, step.registry)
            if isinstance(simple, SimpleType) and simple.derives_from(ancestor):
                return frozenset(kinds if simple is ancestor else kinds | {"restriction"})
        return None

    def _own_model(self) -> Model:
        own = [f for f in self.own if f.kind in ("element", "any")]
        if self.particles is not None:
            return self._from_particles(self.particles)
        parts = [self._leaf(f, f.least, f.most) for f in own]
        return sequence(*parts) if self.inorder else all_of(parts)

    def _leaf(self, field: Field, least: int, most: int | None) -> Model:
        if field.wildcard is not None:
            leaf = Leaf(field.key, wildcard=field.wildcard)
        else:
            assert field.name is not None
            leaf = Leaf(field.key, tag=field.name.clark)
            if field.ref:
                name, registry = field.name, self.registry
                leaf.substitutes = lambda: substitutes(name, registry)
        return repeat(leaf, least, most)

    def _from_particles(self, item: Item) -> Model:
        if isinstance(item, str):
            field = self.fields[item]
            return self._leaf(field, field.least, field.most)
        if isinstance(item, tuple):
            key, least, most = item
            return self._leaf(self.fields[key], least, most)
        parts: list[Model] = []
        for part in item.items:
            inner = (part,) if not isinstance(part, EllipsisType) else self._own_keys()
            parts += map(self._from_particles, inner)
        combine = {"sequence": sequence, "choice": choice}.get(item.kind)
        return repeat(combine(*parts) if combine else all_of(parts), item.min, item.max)

    def _own_keys(self) -> tuple[str, ...]:
        return tuple(f.key for f in self.own if f.kind in ("element", "any"))

    def __str__(self) -> str:
        return self.name.clark if self.name is not None else "an anonymous type"

    def __repr__(self) -> str:
        return f"<ComplexType {self}>"


def _most_by_key(model: Model) -> dict[str, int | None]:
    """How often each field may occur at most; None for unbounded."""
    found: dict[str, int | None] = {}
    match model:
        case Leaf():
            found[model.key] = 1
        case Repeat():
            for key, most in _most_by_key(model.item).items():
                found[key] = None if most is None or model.most is None else most * model.most
        case Sequence() | Choice() | AllOf():
            exclusive = isinstance(model, Choice)  # a field counts as in its greediest branch
            for item in model.items:
                for key, most in _most_by_key(item).items():
                    before = found.get(key, 0)
                    if before is None or most is None:
                        found[key] = None
                    else:
                        found[key] = max(before, most) if exclusive else before + most
    return found


def _loses_order(model: Model) -> bool:
    """Whether two documents with the same fields could differ in the order of children."""
    match model:
        case Leaf() | AllOf():
            return False
        case Repeat():
            many = model.most is None or model.most > 1
            keys = {leaf.key for leaf in leaves(model.item)}
            return (many and len(keys) > 1) or _loses_order(model.item)
        case Choice():
            groups = [{leaf.key for leaf in leaves(item)} for item in model.items]
            groups = [keys for keys in groups if len(keys) > 1]
            shared = any(len(one & other) > 1 for one, other in combinations(groups, 2))
            return shared or any(map(_loses_order, model.items))
        case Sequence():
            seen: set[str] = set()
            for item in model.items:
                keys = {leaf.key for leaf in leaves(item)}
                if seen & keys or _loses_order(item):
                    return True
                seen |= keys
            return False
