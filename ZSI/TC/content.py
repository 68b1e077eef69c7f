"""Encoding complex types: attributes, and what stands between the tags.

For each complex type and set of prefixes one closure, compiled once. Neighbouring plain leaves of
a sequence are written together (`ZSI.TC.leaves`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from ZSI.errors import EvaluateException, StructureError, ValueRefused, Where
from ZSI.TC.attributes import attributes_writer, simple_of
from ZSI.TC.encode import (
    ContentWriter,
    EncodeContext,
    Encoder,
    Out,
    Writer,
    element_writer,
    own_writer,
    place,
    plain_writers,
    text_writer,
    write_named,
    write_wild,
)
from ZSI.TC.leaves import PlainLeaf, RunWriter, is_safe, run_writer
from ZSI.TC.order import arrange, check_count, element_name, listed
from ZSI.TC.resolve import AnyType, resolve
from ZSI.TC.simple import SimpleType
from ZSI.TC.substitution import substitutes
from ZSI.TC.values import NIL, UNSET, Text
from ZSI.xmlio import escape_text

if TYPE_CHECKING:
    from ZSI.TC.complextype import ComplexType
    from ZSI.TC.fields import Field
    from ZSI.TC.prefixes import Prefixes


def compile_encoder(ctype: ComplexType, prefixes: Prefixes) -> Encoder:
    """The encoder of a complex type."""
    attributes = attributes_writer(ctype, prefixes)
    native = ctype.pyclass if hasattr(ctype.pyclass, "complex_type") else None
    if ctype.text is not None:
        content = _text_content(ctype, ctype.text)
    elif ctype.flat is not None:
        return _flat_encoder(ctype, prefixes, ctype.flat)
    else:
        content = _arranged_content(ctype, prefixes)

    def encode(value: Any, tag: str, attribute: str, out: Out, context: EncodeContext) -> None:
        try:
            values = value.__dict__ if type(value) is native else ctype.values_of(value)
            if attributes is not None:
                attribute += attributes(values, context)
            out(f"<{tag}{attribute}>")
            content(values, out, context)
            out(f"</{tag}>")
        except EvaluateException as error:
            place(error, f"/{tag.rpartition(':')[2]}")
            raise

    return encode


def _text_content(ctype: ComplexType, field: Field) -> ContentWriter:
    """Simple content."""
    simple = simple_of(field, ctype.registry)
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
        own: Writer | None = getattr(field.wildcard, "write", None)  # hand-written: a choice
        return own or write_wild(field)
    plain = element_writer(field, ctype.registry, prefixes)
    if not field.ref or field.name is None:
        return plain
    members = substitutes(field.name, ctype.registry)

    def write(value: Any, out: Out, context: EncodeContext) -> None:
        name = element_name(value)
        if name is not None and name != field.name and name.clark in members:
            write_named(name, value, out, context)
        else:
            plain(value, out, context)

    return write


#: Leaves side by side that are written in one go; fewer are faster alone.
_FEWEST = 2


class _Run(NamedTuple):
    """Neighbours among the children of a sequence.

    Attributes:
        write: writes all of them at once, if it can; None where they are no plain leaves.
        children: each for itself, see `_Child`.
    """

    write: RunWriter | None
    children: tuple[_Child, ...]


class _Child(NamedTuple):
    """How one child of a sequence is written.

    Attributes:
        key, field: the field.
        leaf: of a plain leaf, how it is written.
        plain: of a child that may be anything, by class; see `plain_writers`.
        write: writes whatever the value is, and says why it cannot.
        required: it must be there.
    """

    key: str
    leaf: PlainLeaf | None
    plain: Mapping[type, tuple[str, Callable[[Any], str], str]]
    write: Writer
    field: Field
    required: bool


def _children(
    ctype: ComplexType, prefixes: Prefixes, bounds: dict[str, tuple[int, int | None]], mask: int
) -> Iterator[_Child]:
    for field in ctype.children:
        child = child_writer(field, ctype, prefixes)
        if field.many:
            child = _items_writer(field, child, *bounds[field.key], ctype, prefixes)
        required = bounds[field.key][0] > 0
        leaf = _leaf(field, ctype, prefixes, mask, required)
        plain = _plain_any(field, ctype, prefixes, mask)
        yield _Child(field.key, leaf, plain, child, field, required)


def _runs(children: Iterable[_Child]) -> Iterator[_Run]:
    others: list[_Child] = []
    for _, group in groupby(children, lambda child: child.leaf is not None):
        neighbours = list(group)
        leaves = [child.leaf for child in neighbours if child.leaf is not None]
        if len(leaves) < _FEWEST:
            others += neighbours
            continue
        if others:
            yield _Run(None, tuple(others))
            others = []
        yield _Run(run_writer(leaves), tuple(neighbours))
    if others:
        yield _Run(None, tuple(others))


def _flat_encoder(
    ctype: ComplexType, prefixes: Prefixes, bounds: dict[str, tuple[int, int | None]]
) -> Encoder:
    """A sequence of elements, each within its bounds: the common case, and the fast one."""
    attributes = attributes_writer(ctype, prefixes)
    native = ctype.pyclass if hasattr(ctype.pyclass, "complex_type") else None
    mask = _common_bit(ctype, prefixes)
    runs = tuple(_runs(_children(ctype, prefixes, bounds, mask)))

    def encode(value: Any, tag: str, attribute: str, out: Out, context: EncodeContext) -> None:
        field = None
        try:
            values = value.__dict__ if type(value) is native else ctype.values_of(value)
            if attributes is not None:
                attribute += attributes(values, context)
            text = f"<{tag}{attribute}>"
            context.mask |= mask
            for write, children in runs:
                if write is not None and (run := write(values)) is not None:
                    text += run
                    continue
                out(text)
                text = ""
                for key, leaf, plain, child, field, required in children:
                    value = values.get(key)
                    if value is None or value is UNSET:
                        if required:
                            _write_absent(field, child, out, context)
                    elif leaf is not None:
                        try:
                            out(f"{leaf.opening}{leaf.text(value)}{leaf.closing}")
                        except ValueRefused:
                            child(value, out, context)  # nil, a typed value, or the full reason
                    elif type(value) in plain:
                        start, form, end = plain[type(value)]
                        out(f"{start}{form(value)}{end}")
                    else:
                        child(value, out, context)
            out(f"{text}</{tag}>")
        except EvaluateException as error:
            if error.where is None and field is not None:
                error.where = Where(path=f"/{field.shown}")
            place(error, f"/{tag.rpartition(':')[2]}")
            raise

    write_all = runs[0].write if len(runs) == 1 and attributes is None else None
    if native is None or write_all is None:
        return encode

    def encode_leaves(
        value: Any, tag: str, attribute: str, out: Out, context: EncodeContext
    ) -> None:
        # a type that is nothing but plain leaves: the innermost and most frequent
        if type(value) is native and (text := write_all(value.__dict__)) is not None:
            context.mask |= mask
            out(f"<{tag}{attribute}>{text}</{tag}>")
        else:
            encode(value, tag, attribute, out, context)

    return encode_leaves


def _common_bit(ctype: ComplexType, prefixes: Prefixes) -> int:
    """The bit of the namespace that most children have; declared whenever the type is written."""
    spaces = Counter(f.name.namespace for f in ctype.children if f.name and f.name.namespace)
    return prefixes.bit(spaces.most_common(1)[0][0]) if spaces else 0


def _leaf(
    field: Field, ctype: ComplexType, prefixes: Prefixes, mask: int, required: bool
) -> PlainLeaf | None:
    """A child that is a plain leaf; None where it needs more."""
    if field.many or field.name is None or own_writer(field) is not None:
        return None
    simple = resolve(field.type, ctype.registry)
    tag = prefixes.tag(*field.name)
    bit = prefixes.bit(field.name.namespace)
    special = field.ref or field.fixed is not None or bit & ~mask
    if not isinstance(simple, SimpleType) or simple.needs_namespaces or special:
        return None
    said = ""
    if field.typed and simple.name is not None:
        prefix = prefixes.known(simple.name.namespace or "")
        if prefix is None or prefixes.bit(simple.name.namespace):
            return None  # to be declared where it is used
        said = f' xsi:type="{prefix}:{simple.name.localname}"'
    nil = f'<{tag} xsi:nil="true"></{tag}>' if field.nillable else ""
    text = text_writer(simple)
    return PlainLeaf(field.key, f"<{tag}{said}>", f"</{tag}>", text, required, nil)


def _plain_any(
    field: Field, ctype: ComplexType, prefixes: Prefixes, mask: int
) -> Mapping[type, tuple[str, Callable[[Any], str], str]]:
    """`plain_writers` of a child that may be anything, under its own name; none for others."""
    if field.many or field.ref or field.name is None or own_writer(field) is not None:
        return {}
    if not isinstance(resolve(field.type, ctype.registry), AnyType):
        return {}
    if prefixes.bit(field.name.namespace) & ~mask:
        return {}
    return plain_writers(prefixes.tag(*field.name), prefixes)


def _write_absent(field: Field, child: Writer, out: Out, context: EncodeContext) -> None:
    """A required field that is not there: nil if it may be, else an error that names it."""
    if field.nillable and not field.many:
        child(NIL, out, context)
        return
    raise StructureError(f"{field.shown} is not set: expected a value", rule="missing")


def _items_writer(
    field: Field,
    child: Writer,
    least: int,
    most: int | None,
    ctype: ComplexType,
    prefixes: Prefixes,
) -> Writer:
    """The items of a list, counted against the occurrence bounds."""
    declared = _native_type(field, ctype)
    native = declared.pyclass if declared is not None else None
    tag, bit = "", 0
    if field.name is not None:
        tag, bit = prefixes.tag(*field.name), prefixes.bit(field.name.namespace)

    def write(items: Any, out: Out, context: EncodeContext) -> None:
        count = 0
        encode: Encoder | None = None  # what `child` does for objects of the declared type
        if declared is not None and context.sharing is None:
            encode = context.encoder(declared)
        try:
            for item in listed(items, field):
                count += 1
                if encode is not None and type(item) is native and "_nil" not in item.__dict__:
                    encode(item, tag, "", out, context)
                    context.mask |= bit
                else:
                    child(NIL if item is None else item, out, context)
        except EvaluateException as error:
            if error.where is None:
                error.where = Where(path=f"/{field.shown}")
            if count:
                first, slash, rest = (error.where.path or "")[1:].partition("/")
                error.where = Where(path=f"/{first}[{count}]{slash}{rest}")
            raise
        check_count(field, count, least, most)

    return write


def _native_type(field: Field, ctype: ComplexType) -> Any:
    """The type of items of a generated class that need nothing but to be written."""
    if field.name is None or field.ref or field.typed or own_writer(field) is not None:
        return None
    declared = resolve(field.type, ctype.registry)
    if isinstance(declared, SimpleType | AnyType) or declared.abstract:
        return None
    return declared if hasattr(declared.pyclass, "complex_type") else None


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
                if error.where is None:
                    error.where = Where(path=f"/{field.shown}")
                raise

    return write
