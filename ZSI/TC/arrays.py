"""SOAP arrays: lists of Python, nested for their dimensions.

SOAP 1.1 section 5.4.2, SOAP 1.2 part 2, 3.1.6, WSDL 1.1 section 2.2. A named array type is
declared by ``Registry.array``; ``soapenc:Array`` itself is `ARRAY`, whose items may be anything.
In literal messages an array is its items as children, whatever their names.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from ZSI.errors import EvaluateException, StructureError, Where, where_of
from ZSI.names import SOAP11_ENC, SOAP12_ENC, XSD, QName
from ZSI.schema import HAND_WRITTEN, ArrayDeclaration, Registry
from ZSI.TC.anytype import plain_type
from ZSI.TC.complextype import ComplexType
from ZSI.TC.decode import Decoder, Reader, reader, refuse_text, stray_text
from ZSI.TC.encode import EncodeContext, Out, element_writer
from ZSI.TC.encoded import accessor_reader
from ZSI.TC.encoded_write import sharing_encoder
from ZSI.TC.fields import Field
from ZSI.TC.leaf import ENCODING_ATTRIBUTES, XSI_ATTRIBUTES, foreign_attribute
from ZSI.TC.resolve import ANY_TYPE, CONTAINERS, WELL_KNOWN, lookup, make_with, resolve
from ZSI.TC.shapes import flattened, read_items, shape_of, sizes_of, split_dimensions
from ZSI.TC.substitution import may_replace
from ZSI.TC.values import NIL

if TYPE_CHECKING:
    from lxml import etree

    from ZSI.TC.leaf import DecodeContext
    from ZSI.TC.multiref import Encode
    from ZSI.TC.prefixes import Prefixes

_GENERIC: Final = QName(SOAP11_ENC, "Array")
#: Item types that say nothing of the items: these say it themselves, or the declared type does.
_UNTELLING: Final = frozenset({(XSD, "anyType"), (SOAP11_ENC, "Array"), (SOAP12_ENC, "Array")})
#: What were lists on Python 2; written as lists.
LISTED: Final[tuple[type[Any], ...]] = (
    range,
    map,
    filter,
    zip,
    *map(type, ({}.keys(), {}.values(), {}.items())),
)
#: Readers kept for item types that messages name; there are few types.
_KEPT: Final = 256


class ArrayType(ComplexType):
    """One array type. Values are lists, nested once for each dimension.

    Args:
        name: its name; None for anonymous ones.
        item: the type of its items, by name or itself.
        dimensions: bracket groups as ``wsdl:arrayType`` writes them, outermost last: ``"[]"``,
            ``"[,]"`` for two dimensions, ``"[][]"`` for an array of arrays.
        item_name: the items' tag on the way out; any is read.
        registry: where names are looked up.
        fill: stands in the gaps of sparse arrays.
        declared: write ``arrayType`` in encoded messages (false: ZSI's ``undeclared``).
        said: the items' type as ``arrayType`` names it, if not that of ``item``.
        sizes: that an array must have.
    """

    def __init__(
        self,
        name: QName | None,
        item: Any,
        dimensions: str = "[]",
        *,
        item_name: tuple[str | None, str] | str | None = None,
        registry: Registry,
        fill: Any = None,
        declared: bool = True,
        said: tuple[str | None, str] | None = None,
        sizes: tuple[int, ...] | None = None,
    ) -> None:
        super().__init__(name=name, pyclass=None, fields=(), registry=registry)
        *inner, outer = split_dimensions(dimensions) or ["[]"]
        self.rank = outer.count(",") + 1
        self.inner = "".join(inner)
        if inner:
            item = ArrayType(None, item, self.inner, item_name=item_name, registry=registry)
        if not isinstance(item_name, tuple):
            item_name = (None, item_name or "item")
        #: A typecode's use of its type says itself whether items are typed.
        self.own_typing = isinstance(item, Field)
        if isinstance(item, Field):
            self.item = item.copy(name=QName(*item_name), nillable=True)
        else:
            self.item = Field("element", item_name, item, nillable=True)
        self.fill = fill
        self.declared = declared
        self.said = said
        self.sizes = sizes
        self._readers: dict[tuple[QName, str], Reader] = {}
        self._array_encoders: dict[tuple[int, bool], tuple[Prefixes, Encode]] = {}

    @cached_property
    def plain(self) -> bool:  # type: ignore[override]  # settled once, as there
        """Whether a list written as an ``anyType`` gets this type again."""
        return self.name is None or self.name in WELL_KNOWN

    @cached_property
    def item_type(self) -> Any:
        """The type of the items."""
        return resolve(self.item.type, self.registry)

    def accepts(self, actual: Any) -> bool:
        """Whether a value said to be of another type is one of this all the same.

        Senders name the array type of their own contract, or that of the encoding.
        """
        return actual is None or (isinstance(actual, ArrayType) and actual.plain)

    def is_like(self, other: Any) -> bool:
        """Whether the other is an array of such items too."""
        if other is self:
            return True
        like = isinstance(other, ArrayType) and (other.rank, other.inner) == (self.rank, self.inner)
        return like and _is_like(self.item_type, other.item_type)

    @cached_property
    def decode(self) -> Decoder:
        """Reads an array in a literal message."""
        read = reader(self.item, self.registry)
        open_sizes = (None,) * self.rank

        def decode(
            elt: etree._Element, context: DecodeContext, cls: Any, bare: bool = False
        ) -> list[Any]:
            for name in elt.keys():  # noqa: SIM118 -- an lxml element iterates over its children
                if name not in XSI_ATTRIBUTES and name not in ENCODING_ATTRIBUTES:
                    foreign_attribute(elt, str(name), (), context)
            if stray_text(elt):
                refuse_text(elt, self)
            shape = shape_of(elt, context, self.own_typing)
            sizes = shape.sizes if len(shape.sizes) == self.rank else open_sizes
            return self.checked(read_items(elt, sizes, shape.offset, read, context, self.fill), elt)

        return decode

    def checked(self, items: list[Any], elt: etree._Element) -> list[Any]:
        """The items, if they have the sizes that the array must have.

        Raises:
            StructureError: they have not.
        """
        if self.sizes is not None and sizes_of(items, self.rank) != self.sizes:
            raise StructureError(
                f"the array has the sizes {sizes_of(items, self.rank)}: expected {self.sizes}",
                rule="size", where=where_of(elt),
            )  # fmt: skip
        return items

    @cached_property
    def node(self) -> ArrayNode:
        """Reads arrays in encoded messages."""
        return ArrayNode(self)

    def item_reader(
        self, elt: etree._Element, said: QName | None, inner: str, context: DecodeContext
    ) -> Reader:
        """How the items are read whose type an array element names."""
        if said is None or said in _UNTELLING:
            return self._read_item
        known = self._readers.get((said, inner))
        if known is None:
            known = self._named_items(elt, said, inner, context)
            if len(self._readers) < _KEPT and context.registry is self.registry:
                self._readers[said, inner] = known
        return known

    @cached_property
    def _read_item(self) -> Reader:
        return _unwrapping(accessor_reader(self.item, self.registry), self.item_type)

    def _named_items(
        self, elt: etree._Element, said: QName, inner: str, context: DecodeContext
    ) -> Reader:
        """By the named type if it fits the declared one, else by that."""
        actual = lookup(said, context.registry)
        if self.item_type is ANY_TYPE:
            if inner and actual is not None:
                rows = ArrayType(None, said, inner, registry=context.registry)
                return accessor_reader(self.item.copy(type=rows), context.registry)
            return accessor_reader(self.item, self.registry, said if not inner else _GENERIC)
        if inner or actual is None or not may_replace(actual, self.item_type):
            return self._read_item
        return accessor_reader(self.item.copy(type=actual), context.registry)

    def announced(self, context: EncodeContext) -> str:
        """``xsi:type`` for an array: always the encoding's own, which every receiver knows."""
        return ' xsi:type="soapenc:Array"' if self.declared else ""

    def encoder(self, prefixes: Prefixes) -> Encode:
        """The writer of an array in a literal message."""
        return self._encoder(prefixes, encoded=False)

    def encoded_encoder(self, prefixes: Prefixes) -> Encode:
        """The writer of an array in an encoded message."""
        return self._encoder(prefixes, encoded=True)

    def _encoder(self, prefixes: Prefixes, *, encoded: bool) -> Encode:
        known = self._array_encoders.get((id(prefixes), encoded))
        if known is None:
            use = self.item if self.own_typing else self.item.copy(typed=encoded)
            write_item = element_writer(use, self.registry, prefixes)
            made = self._compiled(write_item, encoded)
            if encoded:
                made = sharing_encoder(made)
            known = self._array_encoders[id(prefixes), encoded] = (prefixes, made)
        return known[1]

    def _compiled(self, write_item: Any, encoded: bool) -> Encode:
        def encode(value: Any, tag: str, attribute: str, out: Out, context: EncodeContext) -> None:
            if isinstance(value, LISTED):
                value = list(value)
            sizes = sizes_of(value, self.rank)
            items = flattened(value, self.rank)
            if self.declared and (encoded or self.own_typing or self.rank > 1):
                attribute += self._shape(sizes, items, context)
            out(f"<{tag}{attribute}>")
            written = 0
            try:
                for item in items:
                    write_item(NIL if item is None else item, out, context)
                    written += 1
            except EvaluateException as error:
                error.where = _place(tag, self.item.shown, written + 1, error.where)
                raise
            out(f"</{tag}>")

        return encode

    def _shape(self, sizes: tuple[int, ...], items: list[Any], context: EncodeContext) -> str:
        """The attributes that say what the array holds."""
        item, inner = self._item_name(items)
        shown = context.qname(item)
        if SOAP12_ENC in context.reserved:
            listed = " ".join(map(str, sizes))
            shown = "soapenc:Array" if inner else shown
            return f' soapenc:itemType="{shown}" soapenc:arraySize="{listed}"'
        return f' soapenc:arrayType="{shown}{inner}[{",".join(map(str, sizes))}]"'

    def _item_name(self, items: list[Any]) -> tuple[QName, str]:
        """Name and ranks of the type of the items; for anything, what all of them are."""
        declared = self.item_type
        if self.said is not None:
            return QName(*self.said), ""
        if isinstance(declared, ArrayType) and declared.name is None:
            name, inner = declared._item_name([])
            return name, f"{inner}[{',' * (declared.rank - 1)}]"
        if declared is ANY_TYPE:
            names = {plain_type(item) for item in items}
            common = names.pop() if len(names) == 1 else None
            return QName(XSD, common or "anyType"), ""
        return declared.name or QName(XSD, "anyType"), ""

    def __str__(self) -> str:
        if self.name is not None:
            return super().__str__()
        return f"an array of {self.item_type}"


class ArrayNode:
    """Reads arrays of one type in encoded messages."""

    def __init__(self, array: ArrayType) -> None:
        self.array = array

    def new(self, elt: etree._Element, context: DecodeContext) -> list[Any]:
        """The empty list."""
        return []

    def fill(self, made: list[Any], elt: etree._Element, context: DecodeContext) -> None:
        """Read the items; a type that the array names itself counts where it fits."""
        array = self.array
        shape = shape_of(elt, context, array.own_typing)
        rank = array.rank
        sizes: tuple[int | None, ...] = (None,) * rank
        inner = shape.inner
        anything = rank == 1 and array.item_type is ANY_TYPE
        if len(shape.sizes) == rank or (anything and shape.sizes):
            sizes = shape.sizes
        elif shape.sizes:  # an array of arrays for one of several dimensions
            inner = ""
        read = array.item_reader(elt, shape.item, inner, context)
        items = read_items(elt, sizes, shape.offset, read, context, array.fill)
        made[:] = array.checked(items, elt)


def _unwrapping(read: Reader, item: Any) -> Reader:
    """Reads items, those too that stand in an element of their own name (zeep's lxml items).

    An item of a type that has such a member is never one of these.
    """
    members = {f.name.localname for f in getattr(item, "children", ()) if f.name is not None}
    if item is ANY_TYPE or isinstance(item, ArrayType):
        return read

    def unwrap(elt: etree._Element, context: DecodeContext) -> Any:
        if len(elt) == 1 and elt[0].tag == elt.tag and not (elt.text or "").strip():
            local = QName.from_clark(str(elt.tag)).localname
            if local not in members:
                context.unusual(elt, "item", f"element {local} holds another: read as that")
                elt = elt[0]
        return read(elt, context)

    return unwrap


def _is_like(one: Any, other: Any) -> bool:
    """Whether items of one type may stand for items of another."""
    return one is other or (hasattr(one, "is_like") and bool(one.is_like(other)))


def _place(tag: str, item: str, number: int, inner: Where | None) -> Where:
    """The path of an item that cannot be written."""
    path = inner.path if inner is not None and inner.path else f"/{item}"
    step, *rest = path[1:].split("/", 1)
    return Where(path="/".join([f"/{tag.rpartition(':')[2]}", f"{step}[{number}]", *rest]))


def _declared_array(declared: ArrayDeclaration, registry: Registry) -> ArrayType:
    return ArrayType(
        declared.name, declared.item, declared.dimensions,
        item_name=declared.item_name, registry=registry,
    )  # fmt: skip


#: ``soapenc:Array``: a list of anything.
ARRAY: Final = ArrayType(_GENERIC, (XSD, "anyType"), registry=HAND_WRITTEN)

make_with(ArrayDeclaration, _declared_array)
WELL_KNOWN[_GENERIC] = ARRAY
WELL_KNOWN[QName(SOAP12_ENC, "Array")] = ARRAY
CONTAINERS[list] = CONTAINERS[tuple] = ARRAY
