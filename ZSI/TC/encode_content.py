"""Writing the content of complex types: the straight way, and the one with a model to satisfy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from ZSI.errors import EvaluateException, StructureError, ValueRefused, Where
from ZSI.TC.encode import (
    EncodeContext,
    Out,
    Writer,
    element_writer,
    is_safe,
    text_writer,
    write_wild,
)
from ZSI.TC.order import arrange, element_name
from ZSI.TC.resolve import resolve
from ZSI.TC.simple import SimpleType
from ZSI.TC.values import NIL, UNSET, Text
from ZSI.xmlio import escape_text

if TYPE_CHECKING:
    from ZSI.TC.complextype import ComplexType
    from ZSI.TC.fields import Field
    from ZSI.TC.prefixes import Prefixes

ContentWriter: TypeAlias = Callable[[Mapping[str, Any], Out, EncodeContext], None]


def content_writer(ctype: ComplexType, prefixes: Prefixes) -> ContentWriter:
    """The writing of what stands between a complex type's tags."""
    if ctype.text is not None:
        return _text_content(ctype, ctype.text)
    bounds = ctype.flat
    if bounds is not None:
        return _flat_content(ctype, prefixes, bounds)
    return _arranged_content(ctype, prefixes)


def _text_content(ctype: ComplexType, field: Field) -> ContentWriter:
    """Simple content."""
    simple = resolve(field.type, ctype.registry)
    assert isinstance(simple, SimpleType)
    key, safe = field.key, is_safe(simple)

    def write(values: Mapping[str, Any], out: Out, context: EncodeContext) -> None:
        value = values.get(key)
        if value is None or value is UNSET:
            raise StructureError(f"{key} is not set: expected {simple}", rule="missing")
        text = simple.format(value, context.prefix_for)
        out(text if safe else escape_text(text))

    return write


def child_writer(field: Field, ctype: ComplexType, prefixes: Prefixes) -> Writer:
    """The writing of one child: of the field's own name, or of an element that substitutes it."""
    if field.wildcard is not None:
        return write_wild(field)
    plain = element_writer(field, ctype.registry, prefixes)
    if not field.ref:
        return plain
    members = ctype.registry.substitutes(field.name or ("", ""))

    def write(value: Any, out: Out, context: EncodeContext) -> None:
        name = element_name(value)
        if name is not None and name != field.name and name.clark in members:
            type(value).write_element(value, out, context)
        else:
            plain(value, out, context)

    return write


def _flat_content(
    ctype: ComplexType, prefixes: Prefixes, bounds: dict[str, tuple[int, int | None]]
) -> ContentWriter:
    """A sequence of elements, each within its bounds: the common case, and the fast one."""
    mask = _common_bit(ctype, prefixes)
    plan = [
        (
            field.key,
            field.many,
            *bounds[field.key],
            *_leaf_text(field, ctype, prefixes, mask),
            child_writer(field, ctype, prefixes),
            field,
        )
        for field in ctype.children
    ]

    def write(values: Mapping[str, Any], out: Out, context: EncodeContext) -> None:
        context.mask |= mask
        get = values.get
        field = None
        try:
            for key, many, least, most, opening, closing, text, child, field in plan:  # field is for the error
                value = get(key)
                if value is None or value is UNSET:
                    if least:
                        _absent(field, many, child, out, context)
                elif many:
                    _write_items(value, least, most, child, field, out, context)
                elif text is None:
                    child(value, out, context)
                else:
                    try:
                        out(f"{opening}{text(value)}{closing}")
                    except ValueRefused:
                        child(value, out, context)  # nil, a typed value, or the full explanation
        except EvaluateException as error:
            raise _within(error, field) from None

    return write


def _common_bit(ctype: ComplexType, prefixes: Prefixes) -> int:
    """The bit of the namespace that most children have; declared whenever the type is written."""
    spaces = Counter(f.name.namespace for f in ctype.children if f.name and f.name.namespace)
    return prefixes.bit(spaces.most_common(1)[0][0]) if spaces else 0


def _leaf_text(
    field: Field, ctype: ComplexType, prefixes: Prefixes, mask: int
) -> tuple[str, str, Callable[[Any], str] | None]:
    """Opening tag, closing tag and text of a plain leaf; no text where the child needs more."""
    if field.name is None or getattr(field.type, "write", None) is not None:
        return "", "", None
    simple = resolve(field.type, ctype.registry)
    tag = prefixes.tag(*field.name)
    bit = prefixes.bit(field.name.namespace)
    special = field.ref or field.typed or field.fixed is not None or bit & ~mask
    if not isinstance(simple, SimpleType) or simple.needs_namespaces or special:
        return "", "", None
    return f"<{tag}>", f"</{tag}>", text_writer(simple)


def _absent(field: Field, many: bool, child: Writer, out: Out, context: EncodeContext) -> None:
    """A required field that is not there: nil if it may be, else an error that names it."""
    if field.nillable and not many:
        child(NIL, out, context)
        return
    raise StructureError(f"{field.shown} is not set: expected a value", rule="missing")


def _write_items(
    items: Any, least: int, most: int | None, child: Writer, field: Field,
    out: Out, context: EncodeContext,
) -> None:  # fmt: skip
    """The items of a list, counted against the occurrence bounds."""
    if isinstance(items, str | bytes) or not hasattr(items, "__iter__"):
        raise ValueRefused("maxOccurs", f"a list for {field.shown}", items)
    count = 0
    for item in items:
        child(NIL if item is None else item, out, context)
        count += 1
    if count < least or (most is not None and count > most):
        bound = f"at least {least}" if count < least else f"at most {most}"
        raise StructureError(
            f"{field.shown} holds {count} items: expected {bound}",
            rule="minOccurs" if count < least else "maxOccurs",
        )


def _within(error: EvaluateException, field: Field | None) -> EvaluateException:
    """The error with the field in its path, if it does not have it yet."""
    if error.where is None and field is not None:
        error.where = Where(path=f"/{field.shown}")
    return error


def _arranged_content(ctype: ComplexType, prefixes: Prefixes) -> ContentWriter:
    """Choices, repeated groups, mixed content: an order that the model accepts."""
    writers = {f.key: child_writer(f, ctype, prefixes) for f in ctype.children}
    mask = _common_bit(ctype, prefixes)

    def write(values: Mapping[str, Any], out: Out, context: EncodeContext) -> None:
        context.mask |= mask
        for entry in arrange(ctype, values):
            if isinstance(entry, Text):
                if ctype.mixed:
                    out(escape_text(entry))
                continue
            field, item = entry
            try:
                writers[field.key](item, out, context)
            except EvaluateException as error:
                raise _within(error, field) from None

    return write
