"""What an array says of itself: item type, ranks, sizes, offset and positions.

SOAP 1.1 section 5.4.2 (``soapenc:arrayType="xsd:int[2,3]"``, ``offset``, ``position``), SOAP 1.2
part 2, 3.1.6 (``enc:itemType``, ``enc:arraySize``). Attributes count in whatever namespace they
stand. Sizes are claims: nothing is allocated for them.

>>> split_dimensions("[,][]")
['[,]', '[]']
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any, Final

from ZSI.errors import StructureError, ValueRefused, quote, where_of
from ZSI.names import QName
from ZSI.TC.leaf import XSI_TYPE, expand
from ZSI.TC.multiref import references

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml import etree

    from ZSI.TC.leaf import DecodeContext

#: Dimensions, and arrays in arrays, that a message may name: lists nest as deep.
MOST_DIMENSIONS: Final = 32
#: ``atype`` and ``asize`` of SOAP 1.1 section 5.4.2; a size has nine digits at most.
_ARRAY_TYPE = re.compile(r"\s*([^\s\[\]]+)\s*((?:\[[\d\s,]*\]\s*)*)").fullmatch
_BRACKETS = re.compile(r"\[[^\[\]]*\]")
_POINT = re.compile(r"\s*+\[?\s*+((?:\d{1,9}\s*+,\s*+)*+\d{1,9})\s*+\]?\s*+").fullmatch
_SIZE = re.compile(r"\d{1,9}|\*|").fullmatch


@dataclass(frozen=True, slots=True)
class Shape:
    """What the attributes of one array element say.

    Attributes:
        item: the type of its items; None if it is not said.
        inner: ranks of arrays that are its items, ``"[]"`` in ``int[][2]``.
        sizes: one for each dimension, None where it is open; empty if nothing is said.
        offset: index of the first item in row-major order; set for partial arrays.
    """

    item: QName | None = None
    inner: str = ""
    sizes: tuple[int | None, ...] = ()
    offset: tuple[int, ...] = ()


def split_dimensions(text: str) -> list[str]:
    """The bracket groups of ``[,][]``, innermost first."""
    return _BRACKETS.findall(re.sub(r"[\s\d]", "", text))


def shape_of(elt: etree._Element, context: DecodeContext, known: bool = False) -> Shape:
    """What an array element says of itself.

    Args:
        elt: the element.
        context: of the message.
        known: a typecode says what the items are: an arrayType whose prefix nobody has declared,
            as in ZSI's samples, is only unusual.

    Raises:
        ValueRefused: an attribute is not what SOAP says.
    """
    said = {str(name).rpartition("}")[2]: str(value) for name, value in elt.attrib.items()}
    offset = _point(elt, "offset", said["offset"]) if "offset" in said else ()
    if "arrayType" in said:
        match = _ARRAY_TYPE(said["arrayType"])
        if match is None:
            raise ValueRefused(
                "soapenc:arrayType", "a type and its sizes, as in xsd:int[3]", said["arrayType"],
                where=where_of(elt),
            )  # fmt: skip
        *inner, sizes = _BRACKETS.findall(match[2]) or [""]
        _check_rank(elt, len(inner), said["arrayType"])
        parsed = _sizes(elt, "soapenc:arrayType", sizes[1:-1].split(",")) if sizes else ()
        ranks = "".join(re.sub(r"[\s\d]", "", group) for group in inner)
        return Shape(_item_type(elt, match[1], context, known), ranks, parsed, offset)
    item = expand(elt, said["itemType"], context) if "itemType" in said else None
    sizes12 = _sizes(elt, "soapenc:arraySize", said.get("arraySize", "").split())
    return Shape(item, "", sizes12, offset)


def _item_type(elt: etree._Element, text: str, context: DecodeContext, known: bool) -> QName | None:
    """The type of the items; None where its prefix means nothing, and they are known."""
    try:
        return expand(elt, text, context)
    except ValueRefused as error:
        if not known:
            raise
        context.unusual(elt, "arrayType", f"{error.str}: the items are read as declared")
        return None


def _check_rank(elt: etree._Element, rank: int, text: str) -> None:
    if rank > MOST_DIMENSIONS:
        raise ValueRefused(
            "soapenc:arrayType", f"up to {MOST_DIMENSIONS} dimensions", text, where=where_of(elt)
        )


def _sizes(elt: etree._Element, rule: str, words: list[str]) -> tuple[int | None, ...]:
    _check_rank(elt, len(words), ",".join(words))
    sizes = []
    for word in (word.strip() for word in words):
        if not _SIZE(word):
            raise ValueRefused(rule, "sizes of up to nine digits", word, where=where_of(elt))
        sizes.append(int(word) if word.isdigit() else None)
    return tuple(sizes)


def _point(elt: etree._Element, rule: str, text: str) -> tuple[int, ...]:
    match = _POINT(text)
    if match is None:
        raise ValueRefused(
            f"soapenc:{rule}", "indexes as in [2] or [0,3]", text, where=where_of(elt)
        )
    return tuple(int(word) for word in match[1].split(","))


def position_of(elt: etree._Element) -> tuple[int, ...] | None:
    """Where a member of a sparse array says that it stands; None if it does not."""
    for name in elt.keys():  # noqa: SIM118 -- an lxml element iterates over its children
        if str(name).endswith("}position"):
            return _point(elt, "position", str(elt.get(name)))
    return None


def read_items(
    elt: etree._Element,
    sizes: tuple[int | None, ...],
    offset: tuple[int, ...],
    read: Callable[[etree._Element, DecodeContext], Any],
    context: DecodeContext,
    fill: Any = None,
) -> list[Any]:
    """The items of an array as nested lists, one level for each dimension.

    Gaps of sparse and partial arrays hold ``fill``; they are bounded by
    `ZSI.TC.multiref.References.allow_gaps`. What a claimed size promises beyond the last item is
    not made up, but for the rest of that item's row.

    Args:
        sizes: of each dimension; None where open.

    Raises:
        StructureError: items outside the sizes, or no way to tell rows.
        LimitExceeded: gaps out of proportion.
    """
    rank = len(sizes) or 1
    if rank > 1 and not offset and _is_nested(elt, sizes, context):
        return [
            read_items(row, sizes[1:], shape_of(row, context).offset, read, context, fill)
            for row in elt
            if isinstance(row.tag, str)
        ]
    strides = _strides(elt, sizes)
    flat = _flat_items(elt, sizes, strides, offset, read, context, fill)
    if rank == 1:
        claimed = sizes[0] if sizes else None
        if claimed is not None and claimed != len(flat):
            context.unusual(
                elt, "arrayType", f"the array says that it has {claimed} items: {len(flat)} came"
            )
        return flat
    row = strides[0]
    missing = -len(flat) % row if row else 0
    if missing:
        references(elt, context).allow_gaps(missing, len(flat) - len(elt), elt)
        flat.extend([fill] * missing)
    return _rows(flat, [size or 0 for size in sizes[1:]])


def _rows(flat: list[Any], sizes: list[int]) -> list[Any]:
    """Items in row-major order as nested lists; ``sizes`` without the first dimension.

    >>> _rows([1, 2, 3, 4], [2])
    [[1, 2], [3, 4]]
    """
    for size in reversed(sizes):
        flat = [flat[start : start + size] for start in range(0, len(flat), size)] if size else []
    return flat


def _is_nested(elt: etree._Element, sizes: tuple[int | None, ...], context: DecodeContext) -> bool:
    """Whether rows stand as elements of their own (zeep) instead of one item after another."""
    children = [child for child in elt if isinstance(child.tag, str)]
    if not children or any(position_of(child) is not None for child in children):
        return False
    known = [size for size in sizes if size is not None]
    flat = prod(known) if len(known) == len(sizes) else None
    if flat != len(children):
        return all(len(child) or shape_of(child, context) != Shape() for child in children)
    inner = shape_of(elt, context).inner
    return flat == sizes[0] and all(_is_row(child, inner, context) for child in children)


def _is_row(child: etree._Element, inner: str, context: DecodeContext) -> bool:
    """Whether a child is a row of one item, and not that item.

    Args:
        inner: ranks of arrays that the table says to be its items.
    """
    shape = shape_of(child, context)
    if shape.sizes or shape.item is not None:
        return shape.inner == inner
    return len(child) > 0 and child.get(XSI_TYPE) is None


def _strides(elt: etree._Element, sizes: tuple[int | None, ...]) -> list[int]:
    """How far apart neighbours of each dimension stand in row-major order."""
    strides = [1]
    for size in reversed(sizes[1:]):
        if size is None:
            raise StructureError(
                "the sizes of the array's dimensions are not said: expected arrayType with them, "
                "as in xsd:int[2,3]", rule="arrayType", where=where_of(elt),
            )  # fmt: skip
        strides.insert(0, strides[0] * size)
    return strides


def _flat_items(
    elt: etree._Element,
    sizes: tuple[int | None, ...],
    strides: list[int],
    offset: tuple[int, ...],
    read: Callable[[etree._Element, DecodeContext], Any],
    context: DecodeContext,
    fill: Any,
) -> list[Any]:
    """The items in row-major order, each at its place."""
    flat: list[Any] = []
    gaps = 0
    index = _index(elt, offset, sizes, strides) if offset else 0
    for child in elt:
        if not isinstance(child.tag, str):
            continue
        if child.keys():
            position = position_of(child)
            if position is not None:
                index = _index(child, position, sizes, strides)
        value = read(child, context)
        if index == len(flat):
            flat.append(value)
        elif index > len(flat):
            gap = index - len(flat)
            references(elt, context).allow_gaps(gap, gaps, elt)
            gaps += gap
            flat.extend([fill] * gap)
            flat.append(value)
        else:
            flat[index] = value
        index += 1
    return flat


def _index(
    elt: etree._Element, point: tuple[int, ...], sizes: tuple[int | None, ...], strides: list[int]
) -> int:
    """The place of a point in row-major order."""
    if len(point) == 1 and len(strides) > 1:  # some number all items in one row
        return point[0]
    inside = len(point) == len(strides) and all(
        size is None or at < size for at, size in zip(point, sizes or (None,), strict=True)
    )
    if not inside:
        shown = ",".join(map(str, point))
        raise StructureError(
            f"index {quote(f'[{shown}]')} is outside of the array: expected "
            f"{len(strides)} number{'s' if len(strides) > 1 else ''} within its sizes",
            rule="position", where=where_of(elt),
        )  # fmt: skip
    return sum(at * stride for at, stride in zip(point, strides, strict=True))


def sizes_of(value: Any, rank: int) -> tuple[int, ...]:
    """The sizes of nested lists that are to be written as an array of this rank.

    Raises:
        ValueRefused: they are not rectangular, or not that deep.

    >>> sizes_of([[1, 2, 3], [4, 5, 6]], 2)
    (2, 3)
    """
    if not isinstance(value, (list, tuple)):
        raise ValueRefused("array", f"lists nested {rank} deep" if rank > 1 else "a list", value)
    if rank == 1:
        return (len(value),)
    inner = {sizes_of(row, rank - 1) for row in value}
    if len(inner) > 1:
        raise ValueRefused("array", "rows of one length", value)
    return (len(value), *(inner.pop() if inner else (0,) * (rank - 1)))


def flattened(value: Any, rank: int) -> list[Any]:
    """The items of nested lists in row-major order.

    >>> flattened([[1, 2], [3, 4]], 2)
    [1, 2, 3, 4]
    """
    for _ in range(rank - 1):
        value = [item for row in value for item in row]
    return list(value)
