"""Complex types: fields, content model and derivation, worked out once and then only read.

XSD 1.0 part 1, 3.4. A `ComplexType` is made from a generated class or a hand-written typecode;
its decoder and encoders are compiled when first used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ZSI.names import QName
from ZSI.schema import Registry
from ZSI.TC.encoded import StructNode
from ZSI.TC.encoded_write import EncodedStruct
from ZSI.TC.fields import Field, Item, Particles
from ZSI.TC.model import (
    EMPTY,
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
    repeat,
    sequence,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from ZSI.TC.decode import Decoder
    from ZSI.TC.encode import EncodeContext
    from ZSI.TC.multiref import Node
    from ZSI.TC.prefixes import Prefixes


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
        counts = self._most_by_key(self.model)
        for key, most in counts.items():
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
    def automaton(self) -> Automaton:
        """The checker of the content model; its transitions carry what decoding needs."""
        from ZSI.TC.decode import binder

        return Automaton(self.model, binder(self))

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
    def decode(self) -> Decoder:
        """Reads one element of this type: ``decode(element, context, pyclass)``."""
        from ZSI.TC.decode import compile_decoder

        return compile_decoder(self)

    @cached_property
    def _encoders(self) -> dict[int, tuple[Prefixes, Any]]:
        return {}

    def encoder(self, prefixes: Prefixes) -> Callable[..., None]:
        """The writer of this type's content with these prefixes, compiled once for each."""
        known = self._encoders.get(id(prefixes))
        if known is None:
            from ZSI.TC.encode import compile_encoder

            known = self._encoders[id(prefixes)] = (prefixes, compile_encoder(self, prefixes))
        made: Callable[..., None] = known[1]
        return made

    @cached_property
    def node(self) -> Node:
        """Reads values of this type in SOAP-encoded messages."""
        return StructNode(self)

    def encoded_encoder(self, prefixes: Prefixes) -> Callable[..., None]:
        """The writer of this type's content in SOAP-encoded messages."""
        return self.encoded_struct.encoder(prefixes)

    @cached_property
    def encoded_struct(self) -> EncodedStruct:
        """The encoders for SOAP-encoded messages."""
        return EncodedStruct(self)

    def announced(self, context: EncodeContext) -> str:
        """The ``xsi:type`` attribute of values of this type; empty without a name."""
        return f' xsi:type="{context.qname(self.name)}"' if self.name is not None else ""

    def accepts(self, actual: Any) -> bool:
        """Whether a value that a sender says to be of another type is one of this all the same."""
        return actual is self

    def steps_from(self, ancestor: Any) -> frozenset[str] | None:
        """The kinds of derivation between an ancestor and this type; None if it is not one."""
        kinds: set[str] = set()
        step: ComplexType | None = self
        while step is not None:
            if step is ancestor or (step.name is not None and step.name == ancestor.name):
                return frozenset(kinds)
            kinds.add(step.derivation)
            step = step.base
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
                leaf.substitutes = lambda: registry.substitutes(name)
        return repeat(leaf, least, most)

    def _from_particles(self, item: Item) -> Model:
        if isinstance(item, str):
            field = self.fields[item]
            return self._leaf(field, field.least, field.most)
        if isinstance(item, tuple):
            key, least, most = item
            return self._leaf(self.fields[key], least, most)
        parts = [self._from_particles(part) for part in item.items]
        combine = {"sequence": sequence, "choice": choice}.get(item.kind)
        return repeat(combine(*parts) if combine else all_of(parts), item.min, item.max)

    def _most_by_key(self, model: Model) -> Counter[str] | dict[str, int | None]:
        """How often each field may occur at most; None for unbounded."""
        found: dict[str, int | None] = {}

        def count(part: Model, times: int | None) -> None:
            if isinstance(part, Leaf):
                before = found.get(part.key, 0)
                found[part.key] = None if before is None or times is None else before + times
            elif isinstance(part, Repeat):
                most = None if times is None or part.most is None else times * part.most
                count(part.item, most)
            elif isinstance(part, Choice):
                self._count_choice(part, times, count, found)
            else:
                for item in part.items:
                    count(item, times)

        count(model, 1)
        return found

    @staticmethod
    def _count_choice(
        part: Choice,
        times: int | None,
        count: Callable[[Model, int | None], None],
        found: dict[str, int | None],
    ) -> None:
        """Branches exclude one another: a field counts as often as its greediest branch."""
        before = dict(found)
        most = dict(found)
        for item in part.items:
            found.clear()
            found.update(before)
            count(item, times)
            for key, value in found.items():
                old = most.get(key, 0)
                most[key] = None if value is None or old is None else max(value, old)
        found.clear()
        found.update(most)

    def __repr__(self) -> str:
        return f"<ComplexType {self.name.clark if self.name else 'anonymous'}>"


def _loses_order(model: Model) -> bool:
    """Whether two documents with the same fields could differ in the order of children."""
    match model:
        case Leaf():
            return False
        case AllOf():
            return False
        case Repeat():
            many = model.most is None or model.most > 1
            keys = {leaf.key for leaf in leaves(model.item)}
            return (many and len(keys) > 1) or _loses_order(model.item)
        case Choice():
            return any(map(_loses_order, model.items))
        case Sequence():
            seen: set[str] = set()
            for item in model.items:
                keys = {leaf.key for leaf in leaves(item)}
                if seen & keys or _loses_order(item):
                    return True
                seen |= keys
            return False
    return model != EMPTY
