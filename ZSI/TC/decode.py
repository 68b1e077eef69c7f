"""Decoding: elements become typed values, checked while they are read.

For each complex type one closure, compiled once. The content model is checked by the automaton
(`ZSI.TC.model`): one look-up a child gives the next state, the field and how to read it.
An error says where: line, path, value, rule and what would be right.
XSD 1.0 part 1, 3.3.4 (cvc-elt) and 3.4.4 (cvc-complex-type).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeAlias

from ZSI.errors import EvaluateException, StructureError, ValueRefused, where_of
from ZSI.TC.anytype import any_reader, read_any, read_wild
from ZSI.TC.attributes import simple_of
from ZSI.TC.compare import value_key
from ZSI.TC.identity import checking
from ZSI.TC.leaf import (
    XSI_ATTRIBUTES,
    XSI_NIL,
    XSI_TYPE,
    DecodeContext,
    check_fixed,
    expand,
    foreign_attribute,
    id_role,
    parse_text,
    read_simple,
    text_of,
)
from ZSI.TC.lexical import XML_SPACE
from ZSI.TC.model import EMPTY
from ZSI.TC.resolve import AnyType, lookup, resolve
from ZSI.TC.simple import SimpleType
from ZSI.TC.substitution import may_replace, substitutes
from ZSI.TC.values import NIL, Text, TypedValue

if TYPE_CHECKING:
    from lxml import etree

    from ZSI.schema import Registry
    from ZSI.TC.complextype import ComplexType
    from ZSI.TC.fields import Field
    from ZSI.TC.model import Leaf, State

#: Reads an element: ``read(element, context)``.
Reader: TypeAlias = "Callable[[etree._Element, DecodeContext], Any]"
#: Reads an element of one complex type: ``decode(element, context, class of the value)``; a fourth
#: argument says that the element is known to have no attributes.
Decoder: TypeAlias = "Callable[..., Any]"

_TRUE: Final = frozenset(("true", "1"))
_FALSE: Final = frozenset(("false", "0"))


def _ignore(elt: etree._Element, context: DecodeContext) -> None:
    """A processing instruction or comment."""


#: Fewer children than this are read one by one: the text of a run costs about as much.
RUN_FROM: Final = 32

#: What a transition carries for what is no element: no key, and a list that it never enters.
IGNORED: Final = (None, None, True, _ignore)


# --------------------------------------------------------------------------- element uses


def reader(use: Field, registry: Registry, pyclass: Any = None) -> Reader:
    """Compile the reading of an element use: nil, ``xsi:type``, default, fixed, and its type.

    Args:
        use: the element's field; of a reference, the global declaration counts.
        registry: where its type's name is looked up.
        pyclass: the class for values of a complex type; None: the type's own.
    """
    custom = getattr(use.type, "read", None)
    if custom is not None and not isinstance(use.type, type):
        own: Reader = custom
        return own
    declaration = global_declaration(use, registry)
    if declaration is not None:
        if declaration.abstract:
            return refuse_abstract
        use = declaration.use
    read = _reader(use, resolve(use.type, registry), pyclass)
    return checking(use, read) if use.constraints else read


def _reader(use: Field, declared: Any, pyclass: Any) -> Reader:
    """Reading by the declared type unless attributes say otherwise."""
    plain = _typed_reader(declared, use, pyclass)

    def marked(elt: etree._Element, context: DecodeContext) -> Any:
        """An element with attributes, xsi:type or xsi:nil perhaps among them."""
        actual: Any = declared
        read = plain
        named = elt.get(XSI_TYPE)
        if named is not None and (use.block or not isinstance(declared, AnyType)):
            actual = substitute(elt, named, declared, context, use.block)
            if actual is not declared and not isinstance(declared, AnyType):
                read = _typed_reader(actual, use, None)
        if elt.get(XSI_NIL) is not None and is_nil(elt, use, declared, context):
            return _read_nil(elt, actual, context, pyclass)
        value = read(elt, context)
        if isinstance(actual, SimpleType) and actual is not declared:
            return _typed(value, actual, declared)
        return value

    if isinstance(declared, AnyType) and use.block:
        return marked
    if isinstance(declared, AnyType):
        return any_reader(marked)
    if isinstance(declared, SimpleType):
        return lambda elt, context: marked(elt, context) if elt.keys() else plain(elt, context)
    if declared.abstract or use.fixed is not None or use.xsd_default is not None:
        return marked
    cls = pyclass if pyclass is not None else declared.pyclass

    def read_complex(elt: etree._Element, context: DecodeContext) -> Any:
        # the same with a call less: messages nest
        if elt.keys():
            return marked(elt, context)
        usual = declared.usual
        if usual is not None and elt.text is None and not declared.attributes:
            made = usual.make(elt, cls)
            if made is not None:
                return made
        return declared.decode(elt, context, cls, True)

    return read_complex


def global_declaration(use: Field, registry: Registry) -> Any:
    """The global declaration that a use refers to; None for local elements."""
    declared = registry.elements.get(use.name or ("", "")) if use.ref else None
    return declared.element_declaration() if declared is not None else None


def refuse_abstract(elt: etree._Element, context: DecodeContext) -> NoReturn:
    """An abstract element may not appear itself (cvc-elt.2)."""
    raise StructureError(
        f"element {elt.tag!s} is abstract: expected a member of its substitution group",
        rule="abstract", where=where_of(elt),
    )  # fmt: skip


def _refuse_abstract_type(elt: etree._Element, context: DecodeContext) -> NoReturn:
    """Of an abstract type there are no elements (cvc-type.2)."""
    raise StructureError(
        f"the type of element {elt.tag!s} is abstract: expected xsi:type with a type derived "
        "from it", rule="abstract", where=where_of(elt),
    )  # fmt: skip


def _typed_reader(actual: Any, use: Field, pyclass: Any) -> Reader:
    """Reading by a type, whatever xsi: attributes say."""
    if isinstance(actual, AnyType):
        return read_any
    if isinstance(actual, SimpleType):
        return lambda elt, context: read_simple(elt, actual, use, context)
    if actual.abstract:
        return _refuse_abstract_type
    cls = pyclass if pyclass is not None else actual.pyclass
    if use.fixed is not None or use.xsd_default is not None:
        return lambda elt, context: _read_defaulted(elt, actual, use, context, cls)
    return lambda elt, context: actual.decode(elt, context, cls)


def _typed(value: Any, actual: SimpleType, declared: Any) -> Any:
    """A value read by xsi:type; with its type where the declared one would read it otherwise."""
    if not isinstance(declared, SimpleType) or actual.name is None:
        return value
    try:
        same = declared.parse(actual.format(value))
    except ValueRefused:
        return TypedValue(value, actual.name)
    return same if value_key(same) == value_key(value) else TypedValue(value, actual.name)


def _read_defaulted(
    elt: etree._Element, actual: ComplexType, use: Field, context: DecodeContext, cls: Any
) -> Any:
    """An element of complex type that has a default or fixed value (cvc-elt.5)."""
    given = use.fixed if use.fixed is not None else use.xsd_default or ""
    empty = not elt.text and not len(elt)
    mixed = actual.text is None and use.fixed is not None and not empty
    if mixed and (len(elt) or elt.text != given):
        raise StructureError(
            f"element {elt.tag!s} is fixed: expected {given!r} and no elements",
            rule="fixed", where=where_of(elt),
        )  # fmt: skip
    try:
        if empty:
            elt.text = given  # for the time of reading
        value = actual.decode(elt, context, cls)
        if actual.text is not None and use.fixed is not None:
            simple, text = simple_of(actual.text, actual.registry), text_of(elt, actual)
            check_fixed(simple, simple.parse(text, context.around(elt)), given, text)
    except ValueRefused as refusal:
        if refusal.where is None:
            refusal.where = where_of(elt)
        raise
    finally:
        if empty:
            elt.text = None
    return value


def is_nil(elt: etree._Element, use: Field, declared: Any, context: DecodeContext) -> bool:
    """Whether an element with ``xsi:nil`` is nil, and may be (cvc-elt.3)."""
    said = (elt.get(XSI_NIL) or "").strip(XML_SPACE)
    if said not in _TRUE and said not in _FALSE:
        raise ValueRefused("xsi:nil", "true, false, 1 or 0", said, where=where_of(elt))
    if not use.nillable:
        if said in _TRUE and not isinstance(declared, AnyType):
            raise StructureError(
                f"element {elt.tag!s} is nil but not nillable: expected a value",
                rule="nil", where=where_of(elt),
            )  # fmt: skip
        context.unusual(elt, "nil", f"element {elt.tag!s} has xsi:nil but is not nillable")
    if said in _FALSE:
        return False
    children = any(isinstance(child.tag, str) or child.tail for child in elt)
    if children or elt.text or use.fixed is not None:
        problem = "has a fixed value" if use.fixed is not None else "is not empty"
        raise StructureError(
            f"element {elt.tag!s} is nil but {problem}: expected no content",
            rule="nil", where=where_of(elt),
        )  # fmt: skip
    return True


def _read_nil(elt: etree._Element, actual: Any, context: DecodeContext, pyclass: Any) -> Any:
    """NIL; where the type has attributes and they are there, an object that is marked nil."""
    names = [str(name) for name in elt.keys() if name not in XSI_ATTRIBUTES]  # noqa: SIM118 -- lxml
    if isinstance(actual, AnyType):
        return read_any(elt, context) if names else NIL  # what is kept as it came keeps them
    if isinstance(actual, SimpleType):
        for name in names:
            foreign_attribute(elt, name, (), context)
        return NIL
    values: dict[str, Any] = {}
    actual.read_attributes(elt, values, context)
    if not names:
        return NIL
    values["_nil"] = True
    return build(actual, values, pyclass if pyclass is not None else actual.pyclass)


def substitute(
    elt: etree._Element,
    named: str,
    declared: Any,
    context: DecodeContext,
    blocked: frozenset[str] = frozenset(),
) -> Any:
    """The type that ``xsi:type`` announces, if it may stand for the declared one (cvc-elt.4).

    Args:
        blocked: kinds of derivation that the element's declaration blocks.

    Raises:
        StructureError: it is unknown, not derived from the declared type, or blocked.
    """
    name = expand(elt, named, context)
    if name == declared.name:
        return declared
    actual = lookup(name, context.registry)
    if actual is not None and may_replace(actual, declared, blocked):
        return actual
    problem = "is not known" if actual is None else "may not stand here"
    raise StructureError(
        f"xsi:type {named} {problem}: expected {declared} or a type derived from it",
        rule="xsi:type", where=where_of(elt),
    )  # fmt: skip


# --------------------------------------------------------------------------- transitions


def binder(ctype: ComplexType) -> Callable[[Leaf, str], tuple[Any, ...]]:
    """What the automaton's transitions carry: key, parse, many, read.

    ``parse`` turns the text of a plain leaf into its value; None where the element needs more.
    """
    fields, registry = ctype.fields, ctype.registry

    def bind(leaf: Leaf, tag: str) -> tuple[Any, ...]:
        field = fields[leaf.key]
        if leaf.wildcard is not None:
            process = leaf.wildcard.process
            return field.key, None, field.many, lambda elt, ctx: read_wild(elt, ctx, process)
        if tag != leaf.tag:
            return field.key, None, field.many, _other_name(field, registry, tag)
        plain = plain_type(field, registry)
        parse = plain.parse if plain is not None else None
        return field.key, parse, field.many, reader(field, registry)

    return bind


def plain_type(field: Field, registry: Registry) -> SimpleType | None:
    """The type of a leaf of which nothing but the text counts; None for any other element."""
    if getattr(field.type, "read", None) is not None:
        return None
    declaration = global_declaration(field, registry)
    use = field if declaration is None else declaration.use
    simple = resolve(use.type, registry)
    if (declaration is not None and declaration.abstract) or use.constraints:
        return None
    if not isinstance(simple, SimpleType) or simple.needs_namespaces or id_role(simple):
        return None
    return None if use.fixed is not None or use.xsd_default is not None else simple


def _other_name(field: Field, registry: Registry, tag: str) -> Reader:
    """Reading for a member of a substitution group, or an unqualified child taken leniently."""
    if field.ref and field.name is not None:
        member = substitutes(field.name, registry).get(tag)
        if member is not None:
            read_member: Reader = member.read_element
            return read_member
    inner = reader(field, registry)

    def read(elt: etree._Element, context: DecodeContext) -> Any:
        expected = field.name.clark if field.name else ""
        context.unusual(elt, "unqualified", f"element {tag} is unqualified: expected {expected}")
        return inner(elt, context)

    return read


# --------------------------------------------------------------------------- complex types


def compile_decoder(ctype: ComplexType) -> Decoder:
    """The decoder of a complex type."""
    if ctype.text is not None:
        return _simple_content_decoder(ctype)
    start = ctype.automaton.start
    attributed, ordered, counted = bool(ctype.attributes), ctype.ordered, ctype.counted
    native = hasattr(ctype.pyclass, "complex_type")
    read_attributes, new = ctype.read_attributes, object.__new__
    usual, rows = ctype.usual, ctype.rows

    def decode(elt: etree._Element, context: DecodeContext, cls: Any, bare: bool = False) -> Any:
        made = new(cls) if native else None
        values: dict[Any, Any] = {} if made is None else made.__dict__
        content: list[str] | None = [] if ordered else None
        state = start
        child: Any = elt
        try:
            if attributed or (not bare and elt.keys()):
                read_attributes(elt, values, context)
            text = elt.text
            if text is not None:
                take_text(text, elt, content, ctype, context)
            if rows is not None and (count := len(elt)) >= RUN_FROM:
                children, state = rows.read(elt, count, values, context)
            else:
                children = elt[:]  # at once: half the time, and most have few children
                if usual is not None and text is None and usual.read(children, values):
                    return made
            for child in children:
                state, key, parse, many, read = state[child.tag]
                if parse is None or child.keys() or len(child):
                    value = read(child, context)
                else:
                    value = parse(child.text or "")
                if not many:
                    values[key] = value
                elif key in values:
                    values[key].append(value)
                elif key is not None:
                    values[key] = [value]
                if content is not None and key is not None:
                    content.append(key)
                text = child.tail
                if text is not None:
                    take_text(text, elt, content, ctype, context)
            child = elt
            if counted or not state.accepting:
                _check_end(state, values, ctype)
        except EvaluateException as error:
            if error.where is None:
                error.where = where_of(child)
            raise
        if content is not None:
            values["_content"] = tuple(content)
        if usual is not None:
            usual.learn(children)
        return made if native else build(ctype, values, cls)

    return decode


def stray_text(elt: etree._Element) -> bool:
    """Whether there is text other than white space directly in the element."""
    return any((text or "").strip(XML_SPACE) for text in (elt.text, *(c.tail for c in elt)))


def take_text(
    text: str,
    elt: etree._Element,
    content: list[str] | None,
    ctype: ComplexType,
    context: DecodeContext,
) -> None:
    """Text between elements: kept in mixed content, else white space (cvc-complex-type.2)."""
    if ctype.mixed and content is not None:
        if content and isinstance(content[-1], Text):
            text = content.pop() + text
        content.append(Text(text))
    elif text.strip(XML_SPACE):
        refuse_text(elt, ctype)
    elif ctype.model == EMPTY:
        context.unusual(elt, "text", f"element {elt.tag!s} holds white space: expected nothing")


def refuse_text(elt: etree._Element, ctype: ComplexType) -> NoReturn:
    """Refuse text in element-only or empty content (cvc-complex-type.2.1, 2.3)."""
    texts = [(text or "").strip(XML_SPACE) for text in (elt.text, *(c.tail for c in elt))]
    expected = " or ".join(ctype.automaton.start.expected)
    raise StructureError(
        f"text {next(filter(None, texts), '')[:40]!r} stands where only elements may: "
        f"expected {expected or 'nothing'}", rule="text", where=where_of(elt),
    )  # fmt: skip


def _check_end(state: State, values: dict[Any, Any], ctype: ComplexType) -> None:
    """Check that the content may end here, and the bounds that the automaton leaves out."""
    if not state.accepting:
        raise StructureError(state.shortage, rule="missing", expected=state.expected)
    for key, (least, most) in ctype.counted.items():
        count = len(values.get(key, ()))
        if count and (count < least or (most is not None and count > most)):
            bound = f"at least {least}" if count < least else f"at most {most}"
            raise StructureError(
                f"{ctype.fields[key].shown} occurs {count} times: expected {bound}",
                rule="minOccurs" if count < least else "maxOccurs",
            )


def _simple_content_decoder(ctype: ComplexType) -> Decoder:
    """The decoder of a type with simple content: text and attributes."""
    use = ctype.text
    assert use is not None
    simple = simple_of(use, ctype.registry)
    key, native = use.key, hasattr(ctype.pyclass, "complex_type")
    read_attributes = ctype.read_attributes

    def decode(elt: etree._Element, context: DecodeContext, cls: Any, bare: bool = False) -> Any:
        made: Any = object.__new__(cls) if native else None
        values: dict[str, Any] = made.__dict__ if native else {}
        try:
            read_attributes(elt, values, context)
            text = text_of(elt, simple) if len(elt) else elt.text or ""
            values[key] = parse_text(elt, text, simple, use, context)
        except EvaluateException as error:
            if error.where is None:
                error.where = where_of(elt)
            raise
        return made if native else build(ctype, values, cls)

    return decode


def build(ctype: ComplexType, values: dict[str, Any], cls: Any) -> Any:
    """A value with these fields: of a compound class, of a user's own class, or a dict.

    User's classes are made without arguments, then filled.
    """
    if cls is None:
        return values
    if hasattr(cls, "complex_type"):
        made = object.__new__(cls)
        made.__dict__.update(values)
        return made
    made = cls()
    for key, value in values.items():
        setattr(made, key, value)
    return made
