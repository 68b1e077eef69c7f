"""Reading SOAP encoding: accessors by local name in any order, types said or not, references.

SOAP 1.1 section 5 and 7.1, SOAP 1.2 part 2, 3 and 4.2. What comes out is the same value model, and
the same classes, as for literal messages; only the way to find the accessors differs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from ZSI.errors import DataEncodingUnknown, EvaluateException, StructureError, quote, where_of
from ZSI.names import SOAP11_ENC, SOAP11_ENV, SOAP12_ENC, SOAP12_ENV, SOAP12_RPC, QName
from ZSI.TC.anytype import plain_or_typed, read_wild
from ZSI.TC.decode import is_nil, refuse_text, stray_text, substitute
from ZSI.TC.leaf import XSI_NIL, XSI_TYPE, DecodeContext, expand, read_simple
from ZSI.TC.multiref import Node, identity, references
from ZSI.TC.older import modern_name, modernize
from ZSI.TC.order import arrange
from ZSI.TC.resolve import ANY_TYPE, lookup, resolve
from ZSI.TC.simple import SimpleType
from ZSI.TC.values import NIL

if TYPE_CHECKING:
    from lxml import etree

    from ZSI.schema import Registry
    from ZSI.TC.complextype import ComplexType
    from ZSI.TC.decode import Reader
    from ZSI.TC.fields import Field
    from ZSI.TC.wildcard import Wildcard

_STYLES: Final = (f"{{{SOAP11_ENV}}}encodingStyle", f"{{{SOAP12_ENV}}}encodingStyle")
_ENCODINGS: Final = (SOAP11_ENC, SOAP12_ENC)
#: Of SOAP 1.2: names the accessor that holds the result; no accessor itself (part 2, 4.2.1).
_RESULT: Final = f"{{{SOAP12_RPC}}}result"
#: Accessor names that a struct remembers; senders who invent namespaces cost no memory.
_KEPT_TAGS: Final = 1_000


def accessor_reader(use: Field, registry: Registry, assumed: QName | None = None) -> Reader:
    """Compile the reading of an accessor: reference, nil, ``xsi:type``, and its type.

    Args:
        use: the accessor.
        registry: where its type's name is looked up.
        assumed: for accessors of ``anyType``: the type of those that do not say one (the items
            of an array).
    """
    declared = resolve(use.type, registry)
    custom = getattr(use.type, "read", None) if not isinstance(use.type, type) else None
    if custom is not None and getattr(use.type, "takes_references", False):
        own: Reader = custom
        return own

    plain = custom is None and isinstance(declared, SimpleType)

    def read(elt: etree._Element, context: DecodeContext) -> Any:
        key, holder, later = None, elt, False
        attributes = elt.items()
        if not attributes:
            if plain and isinstance(declared, SimpleType):
                return read_simple(elt, declared, use, context)
            named = None
        elif len(attributes) == 1 and attributes[0][0] == XSI_TYPE:
            named = str(attributes[0][1])
        else:
            found = references(elt, context).target(elt)
            if found is not None:
                key, elt = found
                later = True
                if elt.get(XSI_TYPE) is not None or holder.get(XSI_TYPE) is None:
                    holder = elt
            else:
                key = identity(elt)
            if elt.get(XSI_NIL) is not None and is_nil(elt, use, declared, context):
                return NIL
            named = holder.get(XSI_TYPE)
        if later and key is not None:
            known = references(elt, context).made_for(key, use.type, False)
            if known is not None:
                return known
        if custom is not None:
            value = custom(elt, context)
            return references(elt, context).remember(key, use.type, value) if key else value
        if declared is ANY_TYPE:
            actual, name = any_accessor_type(holder, named, assumed, context)
        elif named is None:
            actual, name = declared, None
        else:
            actual, name = accessor_type(holder, named, declared, use.block, context)
        if isinstance(actual, SimpleType):
            value = read_simple(elt, actual, use, context)
            if name is not None:
                value = plain_or_typed(value, name)
            return references(elt, context).remember(key, use.type, value) if key else value
        value = made_of(elt, actual, key, declared is ANY_TYPE, context, later)
        return value if name is None or actual.plain else plain_or_typed(value, name)

    return read


def made_of(
    elt: etree._Element, actual: Any, key: str | None, any_type: bool,
    context: DecodeContext, later: bool,
) -> Any:  # fmt: skip
    """The value of a compound type, or of none: the one already made for this id, or a new one."""
    graph = references(elt, context)
    known = graph.made_for(key, actual, any_type or actual is ANY_TYPE) if key is not None else None
    if known is not None:
        return known
    if actual is ANY_TYPE:
        return graph.remember(key, actual, graph.whole(elt))
    if actual.abstract:
        raise StructureError(
            f"type {actual} is abstract: expected xsi:type with a type derived from it",
            rule="abstract", where=where_of(elt),
        )  # fmt: skip
    if actual.text is not None:
        return graph.remember(key, actual, actual.decode(elt, context, actual.pyclass))
    return graph.make(actual.node, actual, key, elt, context, later)


def accessor_type(
    elt: etree._Element,
    named: str,
    declared: Any,
    blocked: frozenset[str],
    context: DecodeContext,
) -> tuple[Any, QName | None]:
    """The type of an accessor's value, and its name where the value must not lose it.

    What ``xsi:type`` names may be another simple type than the declared one, or one that nobody
    knows: senders that guess types from values do that, and the declared type decides.

    Raises:
        StructureError: it names a type of the contract that may not stand here.
    """
    name = expand(elt, named, context)
    actual = lookup(name, context.registry)
    simple = isinstance(declared, SimpleType)
    if actual is declared or actual is ANY_TYPE or (not simple and declared.accepts(actual)):
        return declared, None
    if actual is None:
        context.unusual(
            elt, "xsi:type", f"xsi:type {quote(named)} is not known: read as {declared}"
        )
        return declared, None
    if simple and isinstance(actual, SimpleType):
        if declared.builtin == "anySimpleType":
            return actual, name
        if not actual.derives_from(declared):
            context.unusual(elt, "xsi:type", f"xsi:type {quote(named)}: read as {declared}")
        return declared, None
    return substitute(elt, named, declared, context, blocked), None


def any_accessor_type(
    elt: etree._Element, named: str | None, assumed: QName | None, context: DecodeContext
) -> tuple[Any, QName | None]:
    """The type of an ``anyType`` accessor: said by ``xsi:type``, by the array, by its own name.

    SOAP 1.1 section 5.4.1 names independent elements by their type (``soapenc:int``).
    """
    if named is not None:
        name = QName(*modern_name(expand(elt, named, context)))
    else:
        tag = QName.from_clark(str(elt.tag))
        if any(str(attribute).endswith(("}arrayType", "}itemType")) for attribute in elt.attrib):
            name = QName(SOAP11_ENC, "Array")
        elif assumed is not None:
            name = assumed
        elif tag.namespace in _ENCODINGS:
            name = tag
        else:
            return ANY_TYPE, None
    actual = lookup(name, context.registry)
    if isinstance(actual, SimpleType) and name.namespace in _ENCODINGS and actual.name:
        name = actual.name  # soapenc:string is the string that may have an id
    if actual is None:
        context.unusual(
            elt, "xsi:type", f"xsi:type {quote(named or name.clark)} is not known: kept as it came"
        )
        return ANY_TYPE, None
    return actual, name if actual is not ANY_TYPE else None


class StructNode:
    """Reads structs of one complex type (SOAP 1.1 section 5.4, SOAP 1.2 part 2, 3.1.4)."""

    def __init__(self, ctype: ComplexType) -> None:
        self.ctype = ctype
        self.registry = ctype.registry
        children = [f for f in ctype.children if f.name is not None]
        self._exact = {f.name.clark: f for f in children if f.name}
        self._local: dict[str, list[Field]] = {}
        for field in children:
            if field.name is not None:
                self._local.setdefault(field.name.localname, []).append(field)
        self._wild = [f for f in ctype.children if f.wildcard is not None]
        self._readers: dict[str, Reader] = {}
        #: The result of a response, whose accessor may have any name (SOAP 1.1 section 7.1).
        self.result: Field | None = None
        #: Accessors by tag as they came: the field, and how to read it.
        self._accessors: dict[tuple[str, bool], tuple[Field, Reader]] = {}

    def new(self, elt: etree._Element, context: DecodeContext) -> Any:
        """An instance without values."""
        return object.__new__(self.ctype.pyclass)

    def fill(self, made: Any, elt: etree._Element, context: DecodeContext) -> None:
        """Read the accessors into the instance."""
        self.read_into(made.__dict__, elt, context)

    def read_into(
        self, values: dict[str, Any], elt: etree._Element, context: DecodeContext
    ) -> list[str]:
        """Read the accessors into a dict of fields; gives their order.

        Raises:
            StructureError: an accessor is missing, unknown or too many.
        """
        accessors, encoded = self._accessors, context.encoded
        order: list[str] = []
        child = elt
        text = elt.text is not None
        try:
            if elt.keys():
                self.ctype.read_attributes(elt, values, context)
            for child in elt:
                tag = child.tag
                text = text or child.tail is not None
                if tag == _RESULT or not isinstance(tag, str):
                    continue
                found = accessors.get((tag, encoded)) or self._accessor(child, context)
                field, read = found
                key, value = field.key, read(child, context)
                order.append(key)
                if field.many:
                    values.setdefault(key, []).append(value)
                elif key in values:
                    raise StructureError(
                        f"accessor {field.shown} stands twice: expected it once", rule="maxOccurs"
                    )
                else:
                    values[key] = value
            child = elt
            self._check(values, order)
        except EvaluateException as error:
            if error.where is None:
                error.where = where_of(child)
            raise
        if text and not self.ctype.mixed and stray_text(elt):
            refuse_text(elt, self.ctype)
        return order

    def _accessor(self, child: etree._Element, context: DecodeContext) -> tuple[Field, Reader]:
        """The field that takes an accessor: by its name, else by its local name alone."""
        tag = str(child.tag)
        name = QName.from_clark(tag)
        field = self._exact.get(tag)
        if field is None:
            alike = self._local.get(name.localname, ())
            field = next(
                (f for f in alike if context.encoded or f.name is None or f.name.namespace is None),
                None,
            )
            if field is None and alike and name.namespace is None:
                return alike[0], self._unqualified(alike[0], tag)
        if field is None and self.result is not None:
            field = self.result
            context.unusual(child, "result", f"the result is named {tag}: expected {field.shown}")
        if field is None:
            return self._wildcard(tag)
        read = self._readers.get(field.key)
        if read is None:
            read = self._readers[field.key] = accessor_reader(field, self.registry)
        if len(self._accessors) < _KEPT_TAGS:
            self._accessors[tag, context.encoded] = (field, read)
        return field, read

    def _unqualified(self, field: Field, tag: str) -> Reader:
        """A child without the namespace that it should have, in a literal message."""
        read = accessor_reader(field, self.registry)

        def lenient(elt: etree._Element, context: DecodeContext) -> Any:
            wanted = field.name.clark if field.name else field.key
            context.unusual(elt, "unqualified", f"element {tag} is unqualified: expected {wanted}")
            return read(elt, context)

        return lenient

    def _wildcard(self, tag: str) -> tuple[Field, Reader]:
        for field in self._wild:
            if field.wildcard is not None and field.wildcard.admits_tag(tag):
                return field, _wild_reader(field.wildcard)
        expected = tuple(sorted(self._local))
        raise StructureError(
            f"unexpected element {tag}: expected {' or '.join(expected) or 'no element'}",
            rule="unexpected", expected=expected,
        )  # fmt: skip

    def _check(self, values: dict[str, Any], order: list[str]) -> None:
        """Whether all is there: an omitted accessor means nil where that may be (section 5.6)."""
        bounds = self.ctype.flat
        if bounds is None:
            for _ in arrange(self.ctype, values):
                pass
            return
        for key, (least, most) in bounds.items():
            if key not in values:
                if least:
                    self._omitted(self.ctype.fields[key], values)
            elif self.ctype.fields[key].many:
                count = len(values[key])
                if count < least or (most is not None and count > most):
                    raise StructureError(
                        f"{count} of {self.ctype.fields[key].shown}: expected {least} to "
                        f"{'any number' if most is None else most}",
                        rule="minOccurs" if count < least else "maxOccurs",
                    )

    def _omitted(self, field: Field, values: dict[str, Any]) -> None:
        if not field.nillable or field.many:
            raise StructureError(
                f"accessor {field.shown} is missing: expected it, a value in it",
                rule="missing", expected=(field.shown,),
            )  # fmt: skip
        values[field.key] = NIL


def _wild_reader(wild: Wildcard) -> Reader:
    own: Reader | None = getattr(wild, "read", None)
    if own is not None:  # a choice of hand-written typecodes
        return own

    def read(elt: etree._Element, context: DecodeContext) -> Any:
        return read_wild(elt, context, wild.process)

    return read


def read_graph(read: Callable[[], Any], elt: etree._Element, context: DecodeContext) -> Any:
    """Read something that may hold references, and what they mean."""
    graph = references(elt, context)
    outermost = graph.depth == 0 and not graph.pending
    value = read()
    if outermost:
        graph.drain(context)
    return value


def is_response(pyclass: Any) -> bool:
    """Whether a message class is that of a response, by the convention of section 7.1."""
    name = pyclass.message_name()
    return name is not None and str(name.localname).endswith("Response")


def read_message(pyclass: Any, elt: etree._Element, context: DecodeContext) -> Any:
    """Read the operation element of an rpc/encoded message.

    Raises:
        DataEncodingUnknown: its encodingStyle is another than SOAP's.
        StructureError: an accessor is missing, unknown or too many.
    """
    begin(elt, context)
    made = object.__new__(pyclass)
    ctype = pyclass.complex_type()
    node = ctype.node
    if len(ctype.children) == 1 and is_response(pyclass):
        node.result = ctype.children[0]

    def read() -> Any:
        node.fill(made, elt, context)
        return made

    return read_graph(read, elt, context)


def read_node(node: Node, elt: etree._Element, context: DecodeContext) -> Any:
    """Read an element by its node, whatever its attributes say."""
    made = node.new(elt, context)
    node.fill(made, elt, context)
    return made


def begin(elt: etree._Element, context: DecodeContext) -> None:
    """Prepare for reading an encoded message.

    Raises:
        DataEncodingUnknown: its encodingStyle is another than SOAP's.
    """
    check_style(elt)
    modernize(elt)
    context.encoded = True


def check_style(elt: etree._Element) -> None:
    """Refuse an encoding that is not SOAP's (SOAP 1.1 section 4.1.1, SOAP 1.2 part 1, 5.1.1).

    Raises:
        DataEncodingUnknown: no URI of the nearest encodingStyle is known.
    """
    step: etree._Element | None = elt
    while step is not None:
        said = next((step.get(name) for name in _STYLES if step.get(name) is not None), None)
        if said is not None:
            uris = said.split()
            if uris and not any(uri.startswith(_ENCODINGS) for uri in uris):
                raise DataEncodingUnknown(
                    f"encodingStyle {quote(said)} is not known here: expected {SOAP11_ENC} or "
                    f"{SOAP12_ENC}", elt=elt,
                )  # fmt: skip
            return
        step = step.getparent()
