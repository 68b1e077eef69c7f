"""Attributes of complex types, both ways: tables made once for each type.

XSD 1.0 part 1, 3.4.4 (cvc-complex-type, clauses 3 and 4), 3.5.4 (Attribute Use), 3.10.4
(wildcards).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from typing import TYPE_CHECKING, Any, TypeAlias

from ZSI.errors import EvaluateException, StructureError, ValueRefused, Where, where_of
from ZSI.names import QName
from ZSI.TC.leaf import (
    XSI_ATTRIBUTES,
    DecodeContext,
    check_fixed,
    foreign_attribute,
    id_role,
)
from ZSI.TC.leaves import PlainLeaf, RunWriter, is_safe, run_writer
from ZSI.TC.resolve import resolve
from ZSI.TC.simple import SimpleType
from ZSI.TC.values import UNSET
from ZSI.xmlio import escape_attribute

if TYPE_CHECKING:
    from lxml import etree

    from ZSI.schema import Registry
    from ZSI.TC.complextype import ComplexType
    from ZSI.TC.encode import EncodeContext
    from ZSI.TC.fields import Field
    from ZSI.TC.prefixes import Prefixes

#: Reads an element's attributes into the values of its fields.
AttributesReader: TypeAlias = "Callable[[etree._Element, dict[str, Any], DecodeContext], None]"
#: The attributes of a value as text, each with a space before it.
AttributesWriter: TypeAlias = "Callable[[Mapping[str, Any], EncodeContext], str]"


def simple_of(field: Field, registry: Registry) -> SimpleType:
    """The type of an attribute, or of the text of simple content."""
    simple = resolve(field.type, registry)
    assert isinstance(simple, SimpleType), f"{field.shown} has a type that is not simple"
    return simple


def default_value(field: Field, registry: Registry) -> Any:
    """What an attribute has that is not there: its fixed or default value, or None."""
    given = field.fixed if field.fixed is not None else field.xsd_default
    return None if given is None else simple_of(field, registry).parse(given, {})


# --------------------------------------------------------------------------- reading


def attributes_reader(ctype: ComplexType) -> AttributesReader:
    """Compile the reading of a type's attributes: known ones typed, wild ones as text."""
    registry = ctype.registry
    known: dict[str, tuple[str, Callable[[str], Any] | None, Field]] = {}
    required: list[Field] = []
    defaults: list[tuple[str, Any]] = []
    for tag, field in ctype.attributes.items():
        simple = simple_of(field, registry)
        plain = field.fixed is None and not simple.needs_namespaces and id_role(simple) is None
        known[tag] = (field.key, simple.parse if plain else None, field)
        if field.least:
            required.append(field)
        elif (default := default_value(field, registry)) is not None:
            defaults.append((field.key, default))

    def read(elt: etree._Element, values: dict[str, Any], context: DecodeContext) -> None:
        for name, text in elt.items():
            entry = known.get(name)
            if entry is None:
                _read_unknown(elt, str(name), str(text), values, ctype, context)
                continue
            key, parse, field = entry
            try:
                if parse is not None:
                    values[key] = parse(text)
                else:
                    values[key] = _read_special(elt, field, str(text), registry, context)
            except ValueRefused as refusal:
                raise refusal.at(place_of(elt, field.shown)) from None
        for field in required:
            if field.key not in values:
                raise StructureError(
                    f"attribute {field.shown} is missing: expected a value",
                    rule="missing", where=where_of(elt),
                )  # fmt: skip
        for key, value in defaults:
            if key not in values:
                values[key] = copy(value)

    return read


def place_of(elt: etree._Element, shown: str) -> Where:
    """The place of an attribute."""
    place = where_of(elt)
    return Where(place.file, place.line, f"{place.path}/{shown}")


def _read_special(
    elt: etree._Element, field: Field, text: str, registry: Registry, context: DecodeContext
) -> Any:
    """An attribute with a fixed value, of a QName, of an ID or IDREF."""
    simple = simple_of(field, registry)
    value = simple.parse(text, context.around(elt) if simple.needs_namespaces else None)
    if field.fixed is not None:
        check_fixed(simple, value, field.fixed, text)
    role = id_role(simple)
    if role is not None:
        context.note_ids(elt, role, value)
    return value


def _read_unknown(
    elt: etree._Element,
    name: str,
    text: str,
    values: dict[str, Any],
    ctype: ComplexType,
    context: DecodeContext,
) -> None:
    """An attribute that the type does not name: xsi's, a wildcard's, or one too many."""
    if name in XSI_ATTRIBUTES:
        return
    wild = ctype.any_attribute
    if wild is None or wild.wildcard is None or not wild.wildcard.admits_tag(name):
        foreign_attribute(elt, name, tuple(ctype.attributes), context)
        return
    judge_attribute(elt, name, text, wild.wildcard.process, context)
    values.setdefault(wild.key, {})[name] = text


def judge_attribute(
    elt: etree._Element, name: str, text: str, process: str, context: DecodeContext
) -> None:
    """Judge an attribute that a wildcard admits by its declaration, if it has one (3.10.4).

    Raises:
        StructureError: it has none and the wildcard is strict.
        ValueRefused: it breaks its type.
    """
    if process == "skip":
        return
    declared = context.registry.attributes.get(QName.from_clark(name))
    if declared is not None:
        simple = resolve(declared, context.registry)
        assert isinstance(simple, SimpleType)
        try:
            value = simple.parse(text, context.around(elt))
        except ValueRefused as refusal:
            raise refusal.at(place_of(elt, "@" + name.rpartition("}")[2])) from None
        role = id_role(simple)
        if role is not None:
            context.note_ids(elt, role, value)
    elif process == "strict":
        raise StructureError(
            f"attribute {name} is not declared: expected a global attribute of the schema",
            rule="wildcard", where=where_of(elt),
        )  # fmt: skip


# --------------------------------------------------------------------------- writing


def attributes_writer(ctype: ComplexType, prefixes: Prefixes) -> AttributesWriter | None:
    """Compile the writing of a type's attributes; None where it has none."""
    wild = ctype.any_attribute
    if not ctype.attributes and wild is None:
        return None
    plan = []
    for field in ctype.attributes.values():
        assert field.name is not None
        namespace, local = field.name
        tag = local if namespace is None else prefixes.tag(namespace, local)
        simple = simple_of(field, ctype.registry)
        plan.append((field.key, field, simple, f' {tag}="', prefixes.bit(namespace)))
    plain = _plain_writer(plan)

    def write(values: Mapping[str, Any], context: EncodeContext) -> str:
        if plain is not None and (text := plain(values)) is not None:
            if wild is not None and values.get(wild.key):
                text += "".join(_write_wild(wild, values[wild.key], context))
            return text
        pieces = []
        for key, field, simple, opening, bit in plan:
            value = values.get(key)
            if value is not None and value is not UNSET:
                pieces.append(f'{opening}{_text(field, simple, value, context)}"')
                context.mask |= bit
            elif field.least:
                if field.fixed is None:
                    raise StructureError(
                        f"attribute {field.shown} is not set: expected a value", rule="missing",
                        where=Where(path=f"/{field.shown}"),
                    )  # fmt: skip
                pieces.append(f'{opening}{escape_attribute(field.fixed)}"')
                context.mask |= bit
        if wild is not None and values.get(wild.key):
            pieces.extend(_write_wild(wild, values[wild.key], context))
        return "".join(pieces)

    return write


def _plain_writer(plan: Iterable[tuple[str, Field, SimpleType, str, int]]) -> RunWriter | None:
    """Writes all attributes at once; None where one of them is more than its text."""
    leaves = []
    for key, field, simple, opening, bit in plan:
        if bit or field.fixed is not None or simple.needs_namespaces:
            return None
        leaves.append(PlainLeaf(key, opening, '"', _escaped(simple), bool(field.least)))
    return run_writer(leaves)


def _escaped(simple: SimpleType) -> Callable[[Any], str]:
    """The text of an attribute's value."""
    form = simple.format
    return form if is_safe(simple) else lambda value: escape_attribute(form(value))


def _text(field: Field, simple: SimpleType, value: Any, context: EncodeContext) -> str:
    try:
        if simple.needs_namespaces:
            text = simple.format(value, context.prefix_for)
        else:
            text = simple.format(value)
        if field.fixed is not None:
            check_fixed(simple, simple.coerce(value), field.fixed, value)
        return escape_attribute(text)
    except EvaluateException as refusal:
        refusal.where = Where(path=f"/{field.shown}")
        raise


def _write_wild(wild: Field, given: Any, context: EncodeContext) -> Iterator[str]:
    if not isinstance(given, Mapping):
        raise ValueRefused("attribute", "a dict from names in Clark notation to text", given)
    for name, text in given.items():
        qname = QName.from_clark(name)
        if wild.wildcard is None or not wild.wildcard.admits(qname.namespace):
            expected = wild.wildcard.shown("attribute") if wild.wildcard else "no attribute"
            raise StructureError(
                f"attribute {name} is not admitted: expected {expected}",
                rule="attribute", where=Where(path=f"/@{qname.localname}"),
            )  # fmt: skip
        yield f' {context.qname(qname)}="{escape_attribute(str(text))}"'
