"""Decoding: elements become typed values, checked while they are read.

For each complex type one closure, compiled once. The content model is checked by the automaton
(`ZSI.TC.model`): one look-up a child gives the next state, the field and how to read it.
An error says where: line, path, value, rule and what would be right.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from ZSI.errors import EvaluateException, StructureError, ValueRefused, where_of
from ZSI.names import QName
from ZSI.TC.anytype import read_any, read_wild
from ZSI.TC.leaf import (
    XSI_ATTRIBUTES,
    XSI_NIL,
    XSI_TYPE,
    DecodeContext,
    check_fixed,
    expand,
    foreign_attribute,
    read_simple,
)
from ZSI.TC.resolve import ANY_TYPE, lookup, resolve
from ZSI.TC.simple import SimpleType
from ZSI.TC.values import NIL, Text

if TYPE_CHECKING:
    from lxml import etree

    from ZSI.schema import Registry
    from ZSI.TC.complextype import ComplexType
    from ZSI.TC.fields import Field
    from ZSI.TC.model import Leaf

Reader: TypeAlias = "Callable[[etree._Element, DecodeContext], Any]"
Decoder: TypeAlias = "Callable[[etree._Element, DecodeContext, Any], Any]"

_TRUE = frozenset(("true", "1"))
_FALSE = frozenset(("false", "0"))


def reader(use: Field, registry: Registry, pyclass: Any = None) -> Reader:
    """Compile the reading of an element use: nil, ``xsi:type``, default, fixed, and its type.

    Args:
        use: the element's field.
        registry: where its type's name is looked up.
        pyclass: the class for values of a complex type; None: the type's own.
    """
    declared = resolve(use.type, registry)
    custom = getattr(use.type, "read", None)
    if custom is not None and not isinstance(use.type, type):
        own: Reader = custom
        return own

    def read(elt: etree._Element, context: DecodeContext) -> Any:
        actual: Any = declared
        if elt.keys():
            named = elt.get(XSI_TYPE)
            if elt.get(XSI_NIL) is not None and is_nil(elt, use, declared, context):
                return NIL
            if named is not None and declared is not ANY_TYPE:
                actual = substitute(elt, named, declared, context)
        if actual is ANY_TYPE:
            return read_any(elt, context)
        if isinstance(actual, SimpleType):
            return read_simple(elt, actual, use, context)
        cls = pyclass if actual is declared and pyclass is not None else actual.pyclass
        if actual.abstract:
            raise StructureError(
                f"type {actual} is abstract: expected xsi:type with a type derived from it",
                rule="abstract", where=where_of(elt),
            )  # fmt: skip
        if actual.text is not None and (use.fixed is not None or use.xsd_default is not None):
            return _read_defaulted(elt, actual, use, context, cls)
        return actual.decode(elt, context, cls)

    return read


def _read_defaulted(
    elt: etree._Element, actual: ComplexType, use: Field, context: DecodeContext, cls: Any
) -> Any:
    """Simple content of an element that has a default or fixed value."""
    if not elt.text and not len(elt):
        elt.text = use.fixed or use.xsd_default
    value = actual.decode(elt, context, cls)
    if use.fixed is not None and actual.text is not None:
        simple = resolve(actual.text.type, actual.registry)
        assert isinstance(simple, SimpleType)
        try:
            check_fixed(simple, simple.parse(elt.text or "", elt.nsmap), use.fixed, elt.text or "")
        except ValueRefused as refusal:
            raise refusal.at(where_of(elt)) from None
    return value


def is_nil(elt: etree._Element, use: Field, declared: Any, context: DecodeContext) -> bool:
    """Whether the element is nil, and may be (cvc-elt.3)."""
    said = (elt.get(XSI_NIL) or "").strip()
    if said in _FALSE:
        return False
    if said not in _TRUE:
        raise ValueRefused("xsi:nil", "true, false, 1 or 0", said, where=where_of(elt))
    if not use.nillable:
        if declared is not ANY_TYPE:
            raise StructureError(
                f"element {elt.tag} is nil but not nillable: expected a value",
                rule="nil", where=where_of(elt),
            )  # fmt: skip
        context.unusual(elt, "nil", f"element {elt.tag} is nil but not declared nillable")
    if len(elt) or elt.text:
        raise StructureError(
            f"element {elt.tag} is nil but not empty: expected no content",
            rule="nil", where=where_of(elt),
        )  # fmt: skip
    if use.fixed is not None:
        raise StructureError(
            f"element {elt.tag} is nil but has a fixed value", rule="nil", where=where_of(elt)
        )
    for name in elt.keys():
        if name not in XSI_ATTRIBUTES:
            attributes = getattr(declared, "attributes", {})
            if name not in attributes and getattr(declared, "any_attribute", None) is None:
                foreign_attribute(elt, str(name), tuple(attributes), context)
    return True


def substitute(elt: etree._Element, named: str, declared: Any, context: DecodeContext) -> Any:
    """The type that ``xsi:type`` announces, if it may stand for the declared one (cvc-elt.4).

    Raises:
        StructureError: it is unknown, not derived from the declared type, or blocked.
    """
    name = expand(elt, named)
    actual = lookup(name, context.registry)
    if actual is None:
        raise StructureError(
            f"xsi:type {named} is not known: expected {declared} or a type derived from it",
            rule="xsi:type", where=where_of(elt),
        )  # fmt: skip
    if actual is declared:
        return actual
    if isinstance(actual, SimpleType) and isinstance(declared, SimpleType):
        if actual.derives_from(declared):
            return actual
    elif not isinstance(actual, SimpleType) and hasattr(actual, "steps_from"):
        steps = actual.steps_from(declared)
        if steps is not None and not steps & getattr(declared, "block", frozenset()):
            return actual
    raise StructureError(
        f"xsi:type {named} may not stand here: expected {declared} or a type derived from it",
        rule="xsi:type", where=where_of(elt),
    )  # fmt: skip


def binder(ctype: ComplexType) -> Callable[[Leaf, str], tuple[Any, ...]]:
    """What the automaton's transitions carry: key, many, parse, read.

    ``parse`` turns the text of a plain leaf into its value; None where the element needs more.
    """
    fields, registry = ctype.fields, ctype.registry

    def bind(leaf: Leaf, tag: str) -> tuple[Any, ...]:
        field = fields[leaf.key]
        if leaf.wildcard is not None:
            process = leaf.wildcard.process
            return field.key, field.many, None, lambda elt, ctx: read_wild(elt, ctx, process)
        if tag != leaf.tag:
            return field.key, field.many, None, _other_name(field, registry, tag)
        read = reader(field, registry)
        declared = resolve(field.type, registry)
        plain = (
            isinstance(declared, SimpleType)
            and not declared.needs_namespaces
            and field.fixed is None
            and field.xsd_default is None
            and getattr(field.type, "read", None) is None
        )
        parse = declared.parse if plain and isinstance(declared, SimpleType) else None
        return field.key, field.many, parse, _refuse_abstract(field, registry, read)

    return bind


def _refuse_abstract(field: Field, registry: Registry, read: Reader) -> Reader:
    """An abstract element may not appear itself (cvc-elt.2)."""
    declared = registry.elements.get(field.name or ("", "")) if field.ref else None
    if declared is None or not declared.element_declaration().abstract:
        return read

    def refuse(elt: etree._Element, context: DecodeContext) -> Any:
        raise StructureError(
            f"element {elt.tag} is abstract: expected a member of its substitution group",
            rule="abstract", where=where_of(elt),
        )  # fmt: skip

    return refuse


def _other_name(field: Field, registry: Registry, tag: str) -> Reader:
    """Reading for a member of a substitution group, or an unqualified child taken leniently."""
    member = registry.elements.get(QName.from_clark(tag)) if field.ref else None
    if member is not None:
        return _substituting_reader(member, field, registry)
    inner = reader(field, registry)

    def read(elt: etree._Element, context: DecodeContext) -> Any:
        expected = field.name.clark if field.name else ""
        context.unusual(elt, "unqualified", f"element {tag} is unqualified: expected {expected}")
        return inner(elt, context)

    return read


def _substituting_reader(member: Any, field: Field, registry: Registry) -> Reader:
    """Reading for a member of a substitution group, within what block allows (3.3.6)."""
    declaration = member.element_declaration()
    head = registry.elements.get(field.name or ("", ""))
    blocked = head.element_declaration().block if head is not None else frozenset()
    steps: frozenset[str] = frozenset()
    if head is not None and hasattr(member, "complex_type"):
        wanted = resolve(head.element_declaration().use.type, registry)
        steps = member.complex_type().steps_from(wanted) or frozenset()

    def read(elt: etree._Element, context: DecodeContext) -> Any:
        if declaration.abstract or "substitution" in blocked or steps & blocked:
            raise StructureError(
                f"element {elt.tag} may not stand for {field.shown}: substitution is blocked "
                "or it is abstract", rule="substitution", where=where_of(elt),
            )  # fmt: skip
        return member.read_element(elt, context)

    return read


def compile_decoder(ctype: ComplexType) -> Decoder:
    """The decoder of a complex type."""
    automaton_start = ctype.automaton.start
    attributed = bool(ctype.attributes)
    ordered, mixed, text_field = ctype.ordered, ctype.mixed, ctype.text
    new = object.__new__
    native = hasattr(ctype.pyclass, "complex_type")
    if text_field is not None:
        return _simple_content_decoder(ctype)

    def decode(elt: etree._Element, context: DecodeContext, cls: Any) -> Any:
        if native:
            made = new(cls)
            values = made.__dict__
        else:
            made = values = {}
        state = automaton_start
        child: Any = elt
        try:
            if attributed or elt.keys():
                read_attributes(ctype, elt, values, context)
            for child in elt:
                state, key, many, parse, read = state[child.tag]
                if parse is None or child.keys() or len(child):
                    value = read(child, context)
                else:
                    value = parse(child.text or "")
                if not many:
                    values[key] = value
                elif key in values:
                    values[key].append(value)
                else:
                    values[key] = [value]
            if not state.accepting:
                child = elt
                raise StructureError(state.shortage, rule="missing", expected=state.expected)
        except EvaluateException as error:
            if error.where is None:
                error.where = where_of(child)
            raise
        if ordered:
            values["_content"] = content_of(elt, ctype, mixed, context)
        elif context.tails and stray_text(elt):
            refuse_text(elt, ctype)
        return made if native else build(cls, made)

    return decode


def _simple_content_decoder(ctype: ComplexType) -> Decoder:
    """The decoder of a type with simple content: text and attributes."""
    text_field = ctype.text
    assert text_field is not None
    simple = resolve(text_field.type, ctype.registry)
    assert isinstance(simple, SimpleType)
    key, native = text_field.key, hasattr(ctype.pyclass, "complex_type")

    def decode(elt: etree._Element, context: DecodeContext, cls: Any) -> Any:
        made: Any = object.__new__(cls) if native else {}
        values = made.__dict__ if native else made
        if len(elt):
            raise StructureError(
                f"element {elt[0].tag} stands where only text may: expected a value of {simple}",
                rule="simple-content", where=where_of(elt[0]),
            )  # fmt: skip
        try:
            read_attributes(ctype, elt, values, context)
            values[key] = simple.parse(
                elt.text or "", elt.nsmap if simple.needs_namespaces else None
            )
        except EvaluateException as error:
            if error.where is None:
                error.where = where_of(elt)
            raise
        return made if native else build(cls, values)

    return decode


def build(cls: Any, values: dict[str, Any]) -> Any:
    """A value of a user's own class (or a dict): made without arguments, then filled."""
    if cls is None:
        return values
    made = cls()
    for key, value in values.items():
        setattr(made, key, value)
    return made


def stray_text(elt: etree._Element) -> bool:
    """Whether there is text other than white space directly in the element."""
    if elt.text is not None and not elt.text.isspace():
        return True
    return any(child.tail is not None and not child.tail.isspace() for child in elt)


def refuse_text(elt: etree._Element, ctype: ComplexType) -> None:
    """Refuse text in element-only or empty content (cvc-complex-type.2.1, 2.3)."""
    texts = [elt.text or "", *(child.tail or "" for child in elt)]
    stray = next(text for text in texts if text.strip())
    raise StructureError(
        f"text {stray.strip()[:40]!r} stands where only elements may: "
        f"expected {' or '.join(ctype.automaton.start.expected) or 'nothing'}",
        rule="text", where=where_of(elt),
    )  # fmt: skip


def content_of(
    elt: etree._Element, ctype: ComplexType, mixed: bool, context: DecodeContext
) -> tuple[str, ...]:
    """The document order of children by field key, with the text between them if mixed."""
    if not mixed and context.tails and stray_text(elt):
        refuse_text(elt, ctype)
    state = ctype.automaton.start
    content: list[str] = []
    if mixed and elt.text:
        content.append(Text(elt.text))
    for child in elt:
        state, key, *_ = state[str(child.tag)]
        content.append(key)
        if mixed and child.tail:
            content.append(Text(child.tail))
    return tuple(content)


def read_attributes(
    ctype: ComplexType, elt: etree._Element, values: dict[str, Any], context: DecodeContext
) -> None:
    """Read the attributes (cvc-complex-type.3 and 4): known ones typed, wild ones as text."""
    known, wild = ctype.attributes, ctype.any_attribute
    for raw_name, raw in elt.attrib.items():
        name, text = str(raw_name), str(raw)
        field = known.get(name)
        if field is not None:
            values[field.key] = _attribute_value(elt, field, ctype, text)
        elif name in XSI_ATTRIBUTES:
            continue
        elif wild is not None and wild.wildcard is not None and wild.wildcard.admits_tag(name):
            _judge_wild_attribute(elt, name, text, wild, ctype)
            values.setdefault(wild.key, {})[name] = text
        else:
            foreign_attribute(elt, name, tuple(known), context)
    for field in known.values():
        if field.key in values:
            continue
        if field.least:
            raise StructureError(
                f"attribute {field.shown} is missing", rule="missing", where=where_of(elt)
            )
        given = field.xsd_default if field.fixed is None else field.fixed
        if given is not None:
            values[field.key] = _attribute_value(elt, field, ctype, given)


def _judge_wild_attribute(
    elt: etree._Element, name: str, text: str, wild: Field, ctype: ComplexType
) -> None:
    """An attribute that a wildcard admits: judged where it is declared (3.10.4)."""
    process = wild.wildcard.process if wild.wildcard else "skip"
    if process == "skip":
        return
    declared = ctype.registry.attributes.get(QName.from_clark(name))
    if declared is not None:
        simple = resolve(declared, ctype.registry)
        if isinstance(simple, SimpleType):
            simple.parse(text, elt.nsmap)
    elif process == "strict":
        raise StructureError(
            f"attribute {name} is not declared", rule="attribute", where=where_of(elt)
        )


def _attribute_value(elt: etree._Element, field: Field, ctype: ComplexType, text: str) -> Any:
    simple = resolve(field.type, ctype.registry)
    assert isinstance(simple, SimpleType)
    namespaces = elt.nsmap if simple.needs_namespaces else None
    try:
        value = simple.parse(text, namespaces)
        if field.fixed is not None:
            check_fixed(simple, value, field.fixed, text)
    except ValueRefused as refusal:
        place = where_of(elt)
        raise refusal.at(type(place)(place.file, place.line, f"{place.path}/{field.shown}")) from None
    return value
