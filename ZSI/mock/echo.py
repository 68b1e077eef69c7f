"""Samples that answer: request values of the same name and type come back in the reply.

Only direct fields that do not repeat are echoed, and only where the sample has the field: a
branch of a choice that the sample did not take stays out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ZSI.mock.lookup import Type
from ZSI.mock.nodes import clone
from ZSI.mock.world import World
from ZSI.TC.complextype import ComplexType
from ZSI.TC.fields import Field
from ZSI.TC.resolve import resolve
from ZSI.TC.simple import SimpleType
from ZSI.TC.values import NIL, UNSET


@dataclass(frozen=True, slots=True)
class Echo:
    """Which fields of a request come back: pairs of keys, and the name in the reply.

    ``nillable`` tells which of them may come back as nil.
    """

    pairs: tuple[tuple[str, str, str], ...] = ()
    nillable: frozenset[str] = frozenset()

    @classmethod
    def between(cls, request: ComplexType | None, response: ComplexType) -> Echo:
        """The fields that two types have in common."""
        if request is None:
            return cls()
        asked = {_shape(field, request): field for field in request.fields.values()}
        pairs = []
        nillable = set()
        for field in response.fields.values():
            same = asked.get(_shape(field, response))
            if same is None or same.many or field.many or field.name is None:
                continue
            if field.fixed is None:
                pairs.append((same.key, field.key, field.shown))
                if field.nillable:
                    nillable.add(field.key)
        return cls(tuple(pairs), frozenset(nillable))

    def onto(self, sample: Any, request: Any, world: World) -> Any:
        """The sample with what the request says; noted as ``echo``. The sample stays as it is."""
        if request is None or not self.pairs:
            return sample
        made = None
        for key, target, shown in self.pairs:
            value = request.__dict__.get(key)
            if value is None or value is UNSET or target not in sample.__dict__:
                continue
            if value is NIL and target not in self.nillable:
                continue
            made = clone(sample) if made is None else made
            made.__dict__[target] = value
            world.note(shown, "echo")
        return sample if made is None else made


def _shape(field: Field, ctype: ComplexType) -> Any:
    """What two fields must share: kind, local name and type."""
    if field.name is None or field.type is None:
        return object()
    return field.kind, field.name.localname, _type_key(resolve(field.type, ctype.registry))


def _type_key(type: Type) -> Any:
    if isinstance(type, SimpleType) and type.name is None:
        return type.builtin, type.variety, type.facets
    return type.name or id(type)
