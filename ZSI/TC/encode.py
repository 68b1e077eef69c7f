"""Encoding: typed values become XML text, checked while it is written, without a tree.

For each complex type and set of prefixes one closure, compiled once, that appends pieces of text
to a list. Empty elements are written as a pair of tags, as Canonical XML has them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from ZSI.errors import EvaluateException, StructureError, ValueRefused, Where
from ZSI.names import XSD, QName
from ZSI.TC.anytype import plain_type
from ZSI.TC.anyxml import AnyXML
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.order import element_name
from ZSI.TC.resolve import ANY_TYPE, container_type, lookup, resolve
from ZSI.TC.simple import SimpleType
from ZSI.TC.values import NIL, UNSET, TypedValue
from ZSI.xmlio import escape_attribute, escape_text

if TYPE_CHECKING:
    from ZSI.schema import Registry
    from ZSI.TC.complextype import ComplexType
    from ZSI.TC.fields import Field
    from ZSI.TC.prefixes import Prefixes

Out: TypeAlias = "Callable[[str], None]"
#: Writes one element: ``write(value, out, context)``.
Writer: TypeAlias = "Callable[[Any, Out, EncodeContext], None]"

#: Primitive types whose lexical forms hold no character that XML would have to escape.
_SAFE = frozenset(
    ["boolean", "decimal", "float", "double", "dateTime", "time", "date", "gYear", "gYearMonth", "gMonthDay", "gDay", "gMonth", "duration", "hexBinary", "base64Binary"]
)


class EncodeContext:
    """What one message carries along while it is written.

    Args:
        prefixes: the table that compiled encoders took their tags from.
        registry: where names of types and elements are looked up.
        reserved: namespace -> prefix for what the envelope declares anyway.

    Attributes:
        sharing: in SOAP-encoded messages, which objects occur more than once
            (`ZSI.TC.multiref.Sharing`); None in literal ones.
        siblings: elements may be put beside the root, as in a Body.
    """

    __slots__ = ("extra", "mask", "prefixes", "registry", "reserved", "sharing", "siblings")

    def __init__(
        self, prefixes: Prefixes, registry: Registry, reserved: Mapping[str, str] | None = None
    ) -> None:
        self.prefixes = prefixes
        self.registry = registry
        self.reserved = reserved or {}
        self.mask = 0
        self.extra: dict[str, str] = {}
        self.sharing: Any = None
        self.siblings = True

    def encoder(self, actual: Any) -> Callable[..., None]:
        """The writer of a complex type as this message has it written: literal or encoded."""
        if self.sharing is None:
            return actual.encoder(self.prefixes)  # type: ignore[no-any-return]  # a ComplexType
        return actual.encoded_encoder(self.prefixes)  # type: ignore[no-any-return]  # the same

    def prefix_for(self, namespace: str) -> str:
        """The prefix of a namespace that shows only while writing; it will be declared.

        Those that the table does not have live as long as the message: n1, n2 …
        """
        known = self.prefixes.known(namespace)
        if known is not None:
            self.mask |= self.prefixes.bit(namespace)
            return known
        if namespace in self.reserved:
            return self.reserved[namespace]
        return self.extra.setdefault(namespace, f"n{len(self.extra) + 1}")

    def qname(self, name: tuple[str | None, str]) -> str:
        """A name with its prefix."""
        return f"{self.prefix_for(name[0])}:{name[1]}" if name[0] else name[1]

    def declarations(self) -> str:
        """All ``xmlns:`` attributes that the text written so far needs."""
        extra = (
            f' xmlns:{prefix}="{escape_attribute(uri)}"' for uri, prefix in self.extra.items()
        )
        return self.prefixes.declarations(self.mask) + "".join(extra)


def is_safe(simple: SimpleType) -> bool:
    """Whether the type's text never needs escaping."""
    if simple.variety == "list":
        return simple.item is not None and is_safe(simple.item)
    return simple.variety == "atomic" and simple.primitive in _SAFE


def text_writer(simple: SimpleType) -> Callable[[Any], str]:
    """``format`` with escaping where the type may need it; for types without QNames."""
    form = simple.format
    if is_safe(simple):
        return form
    return lambda value: escape_text(form(value))


def element_writer(use: Field, registry: Registry, prefixes: Prefixes) -> Writer:
    """Compile the writing of an element use under its own name: nil, type, substitutes.

    The value must be one; absence and occurrence are the caller's business.
    """
    custom = getattr(use.type, "write", None)
    if custom is not None and not isinstance(use.type, type):
        own: Writer = custom(use, prefixes)
        return own
    assert use.name is not None
    tag = prefixes.tag(*use.name)
    bit = prefixes.bit(use.name.namespace)
    declared = resolve(use.type, registry)

    def write(value: Any, out: Out, context: EncodeContext) -> None:
        context.mask |= bit
        if value is NIL:
            _write_nil(tag, use, declared, out)
        elif value is UNSET or value is None:
            raise StructureError(f"{use.shown} is not set: expected a value", rule="missing")
        elif declared is ANY_TYPE:
            write_any(tag, value, out, context)
        elif isinstance(declared, SimpleType):
            _write_simple(tag, value, declared, use, out, context)
        else:
            _write_complex(tag, value, declared, use, out, context)

    return write


def _write_nil(tag: str, use: Field, declared: Any, out: Out) -> None:
    """An element without content that says so (XSD 1.0 part 1, 2.6.2)."""
    if not use.nillable and declared is not ANY_TYPE:
        raise StructureError(f"{use.shown} is not nillable: expected a value", rule="nil")
    out(f'<{tag} xsi:nil="true"></{tag}>')


def _write_simple(
    tag: str, value: Any, declared: SimpleType, use: Field, out: Out, context: EncodeContext
) -> None:
    attribute = ""
    if isinstance(value, TypedValue):
        actual = lookup(value.type, context.registry)
        if not isinstance(actual, SimpleType) or not actual.derives_from(declared):
            raise ValueRefused("xsi:type", f"{declared} or a type derived from it", value)
        declared, value = actual, value.value
        attribute = f' xsi:type="{context.qname(actual.name or value.type)}"'
    elif use.typed and declared.name is not None:
        attribute = f' xsi:type="{context.qname(declared.name)}"'
    text = declared.format(value, context.prefix_for)
    if use.fixed is not None and value != declared.parse(use.fixed, {}):
        raise ValueRefused("fixed", f"the fixed value {use.fixed!r}", value)
    out(f"<{tag}{attribute}>{text if is_safe(declared) else escape_text(text)}</{tag}>")


def _write_complex(
    tag: str, value: Any, declared: ComplexType, use: Field, out: Out, context: EncodeContext
) -> None:
    """An element of complex type, or of a type derived from it, which is then announced."""
    actual: Any = declared
    attribute = ""
    made_by = getattr(type(value), "complex_type", None)
    if made_by is not None and (own := made_by()) is not declared:
        steps = own.steps_from(declared)
        if steps is None:
            raise ValueRefused("type", f"a value of {declared}", type(value).__name__)
        if own.name is None:
            raise ValueRefused("type", f"a value of a named type derived from {declared}", value)
        actual = own
        attribute = f' xsi:type="{context.qname(own.name)}"'
    elif use.typed:
        attribute = declared.announced(context)
    if actual.abstract:
        raise ValueRefused("abstract", f"a value of a type derived from {actual}", value)
    context.encoder(actual)(value, f"{tag}", attribute, out, context)


def write_any(tag: str, value: Any, out: Out, context: EncodeContext) -> None:
    """An element declared as ``xsd:anyType``: the value says its type."""
    if isinstance(value, AnyXML):
        attributes, content = value.inner(context.prefix_for)
        out(f"<{tag}{attributes}>{content}</{tag}>")
        return
    if isinstance(value, TypedValue):
        actual = lookup(value.type, context.registry)
        if hasattr(actual, "announced"):
            attribute = f' xsi:type="{context.qname(value.type)}"'
            context.encoder(actual)(value.value, tag, attribute, out, context)
            return
        if not isinstance(actual, SimpleType):
            raise ValueRefused("xsi:type", "a type that the contract knows", value.type[1])
        text = actual.format(value.value, context.prefix_for)
        shown = context.qname(value.type)
    elif (made_by := getattr(type(value), "complex_type", None)) is not None:
        own = made_by()
        attribute = f' xsi:type="{context.qname(own.name)}"' if own.name is not None else ""
        context.encoder(own)(value, tag, attribute, out, context)
        return
    elif (container := container_type(value)) is not None:
        context.encoder(container)(value, tag, container.announced(context), out, context)
        return
    else:
        name = plain_type(value)
        if name is None:
            raise ValueRefused(
                "xsd:anyType", "a plain value, list, dict, TypedValue, AnyXML or typed object", value
            )
        text = BUILTIN[name].format(value, context.prefix_for)
        shown = context.qname((XSD, name))
    out(f'<{tag} xsi:type="{shown}">{escape_text(text)}</{tag}>')


def write_wild(field: Field) -> Writer:
    """The writing of what a wildcard admits: an element with a name of its own."""
    admitted = field.wildcard
    assert admitted is not None

    def write(value: Any, out: Out, context: EncodeContext) -> None:
        name = element_name(value)
        if name is None or not admitted.admits(name.namespace):
            raise ValueRefused("wildcard", str(admitted), value)
        if isinstance(value, AnyXML):
            out(value.outer())
        else:
            type(value).write_element(value, out, context)

    return write


def compile_encoder(ctype: ComplexType, prefixes: Prefixes) -> Callable[..., None]:
    """The encoder of a complex type: ``encode(value, tag, attribute, out, context)``."""
    from ZSI.TC.encode_content import content_writer

    content = content_writer(ctype, prefixes)
    attributes = attributes_writer(ctype, prefixes)
    native = hasattr(ctype.pyclass, "complex_type")

    def encode(
        value: Any, tag: str, attribute: str, out: Out, context: EncodeContext
    ) -> None:
        values = value.__dict__ if native else values_of(value, ctype)
        try:
            if attributes is not None:
                attribute += attributes(values, context)
            out(f"<{tag}{attribute}>")
            content(values, out, context)
            out(f"</{tag}>")
        except EvaluateException as error:
            raise _placed(error, tag) from None

    return encode


def _placed(error: EvaluateException, tag: str) -> EvaluateException:
    """The error with this element put in front of its path."""
    path = error.where.path if error.where is not None and error.where.path else ""
    error.where = Where(path=f"/{tag.rpartition(':')[2]}{path}")
    return error


def values_of(value: Any, ctype: ComplexType) -> Mapping[str, Any]:
    """The fields of a user's own object or of a dict."""
    if isinstance(value, Mapping):
        return value
    if hasattr(value, "__dict__") or hasattr(value, "__slots__"):
        return {key: getattr(value, key) for key in ctype.fields if hasattr(value, key)}
    raise ValueRefused("type", f"a value of {ctype}", value)


def attributes_writer(
    ctype: ComplexType, prefixes: Prefixes
) -> Callable[[Mapping[str, Any], EncodeContext], str] | None:
    """The writing of attributes; None where the type has none."""
    wild = ctype.any_attribute
    if not ctype.attributes and wild is None:
        return None
    plan = []
    for field in ctype.attributes.values():
        assert field.name is not None
        simple = resolve(field.type, ctype.registry)
        assert isinstance(simple, SimpleType)
        namespace = field.name.namespace
        tag = field.shown[1:] if namespace is None else prefixes.tag(*field.name)
        plan.append((field, simple, f' {tag}="', prefixes.bit(namespace)))

    def write(values: Mapping[str, Any], context: EncodeContext) -> str:
        pieces = []
        for field, simple, opening, bit in plan:
            value = values.get(field.key)
            if value is None or value is UNSET:
                if field.fixed is not None and field.least:
                    pieces.append(f'{opening}{escape_attribute(field.fixed)}"')
                elif field.least:
                    raise StructureError(
                        f"attribute {field.shown} is not set", rule="missing",
                        where=Where(path=f"/{field.shown}"),
                    )  # fmt: skip
                continue
            pieces.append(opening + _attribute_text(field, simple, value, context) + '"')
            context.mask |= bit
        if wild is not None and values.get(wild.key):
            pieces.extend(_wild_attributes(wild, values[wild.key], context))
        return "".join(pieces)

    return write


def _attribute_text(
    field: Field, simple: SimpleType, value: Any, context: EncodeContext
) -> str:
    try:
        text = simple.format(value, context.prefix_for)
        if field.fixed is not None and value != simple.parse(field.fixed, {}):
            raise ValueRefused("fixed", f"the fixed value {field.fixed!r}", value)
        return escape_attribute(text)
    except ValueRefused as refusal:
        raise refusal.at(Where(path=f"/{field.shown}")) from None


def _wild_attributes(
    wild: Field, given: Mapping[str, str], context: EncodeContext
) -> Iterator[str]:
    for name, text in given.items():
        qname = QName.from_clark(name)
        if wild.wildcard is None or not wild.wildcard.admits(qname.namespace):
            raise StructureError(
                f"attribute {name} is not admitted: expected {wild.wildcard}", rule="attribute"
            )
        yield f' {context.qname(qname)}="{escape_attribute(text)}"'

