"""Encoding: typed values become XML text, checked while it is written, without a tree.

For each complex type and set of prefixes one closure, compiled once, that appends pieces of text
to a list. Empty elements are written as a pair of tags, as Canonical XML has them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from ZSI.errors import EvaluateException, StructureError, ValueRefused, Where
from ZSI.limits import DEFAULT_LIMITS
from ZSI.names import XSD, QName
from ZSI.TC.anytype import PLAIN, plain_type
from ZSI.TC.anyxml import AnyXML
from ZSI.TC.attributes import attributes_writer, simple_of
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.leaf import check_fixed
from ZSI.TC.leaves import is_safe
from ZSI.TC.order import element_name
from ZSI.TC.resolve import AnyType, container_type, lookup, resolve
from ZSI.TC.simple import SimpleType
from ZSI.TC.substitution import may_replace, substitutes
from ZSI.TC.values import NIL, UNSET, TypedValue
from ZSI.xmlio import escape_attribute, escape_text, find_special

if TYPE_CHECKING:
    from ZSI.schema import Registry
    from ZSI.TC.fields import Field
    from ZSI.TC.prefixes import Prefixes

Out: TypeAlias = "Callable[[str], object]"
#: Writes one element: ``write(value, out, context)``.
Writer: TypeAlias = "Callable[[Any, Out, EncodeContext], None]"
#: Writes an element of one complex type: ``encode(value, tag, attribute, out, context)``.
Encoder: TypeAlias = "Callable[[Any, str, str, Out, EncodeContext], None]"
#: Writes what stands between the tags: ``write(values by field, out, context)``.
ContentWriter: TypeAlias = "Callable[[Mapping[str, Any], Out, EncodeContext], None]"


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

    # what most messages never touch is in the class: one of these is made for each message
    mask = 0
    #: Characters that may still be written of elements that no declaration describes.
    room = 4 * DEFAULT_LIMITS.body_bytes
    extra: Mapping[str, str] = MappingProxyType({})
    sharing: Any = None
    siblings = True

    def __init__(
        self, prefixes: Prefixes, registry: Registry, reserved: Mapping[str, str] | None = None
    ) -> None:
        self.prefixes = prefixes
        self.registry = registry
        self.reserved: Mapping[str, str] = reserved or {}

    def encoder(self, actual: Any) -> Encoder:
        """The writer of a complex type as this message has it written: literal or encoded."""
        made: Encoder
        if self.sharing is None:
            made = actual.encoder(self.prefixes)
        else:
            made = actual.encoded_encoder(self.prefixes)
        return made

    def spend(self, size: int) -> None:
        """Count what is written of elements that no declaration describes.

        Each is written with the declarations in scope, so that many small ones under a long
        declaration would become more than any memory holds.

        Raises:
            ValueRefused: it is more than `room`.
        """
        self.room -= size
        if self.room < 0:
            raise ValueRefused(
                "length", "elements with fewer or shorter namespaces in scope", "an answer"
            )

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
        if namespace not in self.extra:
            self.extra = {**self.extra, namespace: f"n{len(self.extra) + 1}"}
        return self.extra[namespace]

    def qname(self, name: tuple[str | None, str]) -> str:
        """A name with its prefix."""
        return f"{self.prefix_for(name[0])}:{name[1]}" if name[0] else name[1]

    def namespace_of(self, prefix: str) -> str | None:
        """What a prefix means in this message; None if it is free."""
        for table in (self.reserved, self.extra):
            for uri, known in table.items():
                if known == prefix:
                    return uri
        return self.prefixes.namespace(prefix)

    def declarations(self) -> str:
        """All ``xmlns:`` attributes that the text written so far needs."""
        declared = self.prefixes.declared.get(self.mask)
        if declared is None:
            declared = self.prefixes.declarations(self.mask)
        if not self.extra:
            return declared
        return declared + "".join(
            f' xmlns:{prefix}="{escape_attribute(uri)}"' for uri, prefix in self.extra.items()
        )


def text_writer(simple: SimpleType) -> Callable[[Any], str]:
    """``format`` with escaping where the type may need it; for types without QNames."""
    form = simple.format
    if is_safe(simple):
        return form

    def write(value: Any) -> str:
        text = form(value)
        return text if find_special(text) is None else escape_text(text)

    def write_string(value: Any) -> str:
        # the same for what most texts are: nothing that is special is printable but these three
        if (
            type(value) is str
            and value.isprintable()
            and not ("&" in value or "<" in value or ">" in value)
        ):
            return value
        return write(value)

    return write_string if simple is BUILTIN["string"] else write


# --------------------------------------------------------------------------- element uses


def own_writer(use: Field) -> Callable[[Field, Prefixes], Writer] | None:
    """What makes the writer of a hand-written typecode; None for types."""
    if isinstance(use.type, type | tuple | SimpleType):
        return None
    made: Callable[[Field, Prefixes], Writer] | None = getattr(use.type, "write", None)
    return made


def global_writer(declaration: Any, registry: Registry, prefixes: Prefixes) -> Writer:
    """`element_writer` of a global element, which may be abstract."""
    use = declaration.use
    if not declaration.abstract:
        return element_writer(use, registry, prefixes)

    def refuse(value: Any, out: Out, context: EncodeContext) -> NoReturn:
        """An abstract element may not appear itself (cvc-elt.2)."""
        members = substitutes(use.name, registry).items()
        concrete = (tag for tag, member in members if not member.element_declaration().abstract)
        expected = tuple(sorted(concrete))
        shown = " or ".join(expected[:5]) or "nothing: no element stands for it"
        raise StructureError(
            f"element {use.name.clark} is abstract: expected {shown}",
            rule="abstract", expected=expected,
        )  # fmt: skip

    return refuse


def element_writer(use: Field, registry: Registry, prefixes: Prefixes) -> Writer:
    """Compile the writing of an element use under its own name: nil, type, substitutes.

    The value must be one; absence and occurrence are the caller's business.
    """
    custom = own_writer(use)
    if custom is not None:
        return custom(use, prefixes)
    assert use.name is not None
    if use.ref and use.name in registry.elements:
        return global_writer(registry.elements[use.name].element_declaration(), registry, prefixes)
    assert use.name is not None
    tag = prefixes.tag(*use.name)
    bit = prefixes.bit(use.name.namespace)
    declared = resolve(use.type, registry)
    plain: Mapping[type, tuple[str, Callable[[Any], str], str]] = {}
    if isinstance(declared, AnyType):
        by_type: Callable[..., None] = _write_any
        plain = plain_writers(tag, prefixes)
    else:
        by_type = _write_simple if isinstance(declared, SimpleType) else _write_complex
    native = getattr(declared, "pyclass", None)
    direct = native is not None and not use.typed and not getattr(declared, "abstract", False)
    encode: Encoder | None = None  # of the declared type; made late, as types may hold themselves

    def write(value: Any, out: Out, context: EncodeContext) -> None:
        context.mask |= bit
        kind = type(value)
        if direct and kind is native and "_nil" not in value.__dict__:
            if context.sharing is None:
                nonlocal encode
                if encode is None:
                    encode = context.encoder(declared)
                encode(value, tag, "", out, context)
            else:
                context.encoder(declared)(value, tag, "", out, context)
        elif kind in plain:
            opening, text, closing = plain[kind]
            out(f"{opening}{text(value)}{closing}")
        elif value is NIL:
            write_nil(tag, use, declared, out, context)
        elif value is UNSET or value is None:
            raise StructureError(f"{use.shown} is not set: expected a value", rule="missing")
        else:
            by_type(tag, value, declared, use, out, context)

    return write


def plain_writers(
    tag: str, prefixes: Prefixes
) -> Mapping[type, tuple[str, Callable[[Any], str], str]]:
    """By class, how `write_any` writes values whose class alone says their ``xsi:type``."""
    xsd = prefixes.known(XSD)
    if xsd is None or prefixes.bit(XSD):  # to be declared where it is used
        return {}
    return {
        kind: (f'<{tag} xsi:type="{xsd}:{name}">', text_writer(BUILTIN[name]), f"</{tag}>")
        for kind, name in PLAIN.items()
    }


def write_nil(
    tag: str,
    use: Field,
    declared: Any,
    out: Out,
    context: EncodeContext,
    value: Any = None,
    attribute: str = "",
) -> None:
    """An element without content that says so (XSD 1.0 part 1, 2.6.2).

    Args:
        value: an object marked as nil, for its attributes.
        attribute: ``xsi:type``, if it has to be said.
    """
    if not use.nillable and not isinstance(declared, AnyType):
        raise StructureError(f"{use.shown} is not nillable: expected a value", rule="nil")
    if use.fixed is not None:
        raise StructureError(f"{use.shown} has a fixed value: expected that", rule="nil")
    writer = None
    if hasattr(declared, "attributes"):
        writer = attributes_writer(declared, context.prefixes)
    if writer is not None:
        try:
            attribute += writer({} if value is None else value.__dict__, context)
        except EvaluateException as error:
            place(error, f"/{use.shown}")
            raise
    out(f'<{tag} xsi:nil="true"{attribute}></{tag}>')


def _write_any(
    tag: str, value: Any, declared: Any, use: Field, out: Out, context: EncodeContext
) -> None:
    write_any(tag, value, out, context)


def _write_simple(
    tag: str, value: Any, declared: SimpleType, use: Field, out: Out, context: EncodeContext
) -> None:
    attribute = ""
    if hasattr(value, "complex_type"):  # simple content that extends the declared type
        _write_complex(tag, value, declared, use, out, context)
        return
    if isinstance(value, TypedValue):
        actual = lookup(value.type, context.registry)
        if not isinstance(actual, SimpleType) or not may_replace(actual, declared, use.block):
            raise ValueRefused("xsi:type", f"{declared} or a type derived from it", value)
        declared, value = actual, value.value
        attribute = f' xsi:type="{context.qname(actual.name or ("", ""))}"'
    elif use.typed and declared.name is not None:
        attribute = f' xsi:type="{context.qname(declared.name)}"'
    text = declared.format(value, context.prefix_for)
    if use.fixed is not None:
        check_fixed(declared, declared.coerce(value), use.fixed, value)
    out(f"<{tag}{attribute}>{text if is_safe(declared) else escape_text(text)}</{tag}>")


def _write_complex(
    tag: str, value: Any, declared: Any, use: Field, out: Out, context: EncodeContext
) -> None:
    """An element of complex type, or of a type derived from it, which is then announced."""
    actual: Any = declared
    attribute = ""
    made_by = getattr(type(value), "complex_type", None)
    if made_by is not None and (own := made_by()) is not declared:
        if own.name is None or not may_replace(own, declared, use.block):
            raise ValueRefused(
                "type", f"a value of {declared} or of a type derived from it", type(value).__name__
            )
        actual = own
        attribute = f' xsi:type="{context.qname(own.name)}"'
    elif use.typed:
        attribute = declared.announced(context)
    if actual.abstract:
        raise ValueRefused("abstract", f"a value of a type derived from {actual}", value)
    if getattr(value, "_nil", False):
        write_nil(tag, use, actual, out, context, value, attribute)
        return
    if use.fixed is not None and actual.text is not None:
        simple = simple_of(actual.text, actual.registry)
        given = getattr(value, actual.text.key, None)
        check_fixed(simple, simple.coerce(given), use.fixed, given)
    context.encoder(actual)(value, tag, attribute, out, context)


def write_any(tag: str, value: Any, out: Out, context: EncodeContext) -> None:
    """An element declared as ``xsd:anyType``: the value says its type."""
    if isinstance(value, AnyXML):
        out(value.under(tag, context))
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
        context.encoder(own)(value, tag, own.announced(context), out, context)
        return
    elif (container := container_type(value)) is not None:
        context.encoder(container)(value, tag, container.announced(context), out, context)
        return
    else:
        name = plain_type(value)
        if name is None:
            raise ValueRefused(
                "xsd:anyType",
                "a plain value, list, dict, TypedValue, AnyXML or typed object",
                value,
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
            text = value.outer()
            context.spend(len(text))
            out(text)
        else:
            write_named(name, value, out, context)

    return write


def write_named(name: QName, value: Any, out: Out, context: EncodeContext) -> None:
    """A value that knows which global element it is."""
    found = context.registry.find("elements", name)
    if found is not None:
        found[0].write_element(value, out, context)
    else:  # of another package, or with a typecode by hand
        value.typecode.write_root(value, out, context)


def place(error: EvaluateException, step: str) -> None:
    """Put a step in front of the error's path."""
    path = error.where.path if error.where is not None and error.where.path else ""
    error.where = Where(path=f"{step}{path}")
