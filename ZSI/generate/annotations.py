"""Annotations: the Python type of each XSD type, as text, and the names that it needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import cast

from ZSI.generate.source import Bracket, Expr, literal
from ZSI.names import SOAP11_ENC, SOAP12_ENC, XSD, QName
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.lexical import NORMALIZE, WhiteSpace
from ZSI.wsdl.components import Schema, SimpleRef, SimpleTypeDef

#: Enumerations beyond this many values are annotated by their base: editors stop showing more.
LITERAL_VALUES = 250

#: Namespaces whose simple types are the built-in ones.
BUILTIN_SPACES = frozenset((XSD, SOAP11_ENC, SOAP12_ENC))

#: What is an array by itself: a list of anything.
ANY_ARRAYS = frozenset((QName(SOAP11_ENC, "Array"), QName(SOAP12_ENC, "Array")))

#: Annotations as `SimpleType.hint` has them, and as a generated module can refer to them.
_QUALIFIED = {
    "datetime | DateTime": "datetime.datetime | TC.DateTime",
    "date | Date": "datetime.date | TC.Date",
    "time | Time": "datetime.time | TC.Time",
    **{name: f"TC.{name}" for name in (
        "Duration", "GDay", "GMonth", "GMonthDay", "GYear", "GYearMonth",
    )},
    "QName": "TC.ExpandedName",  # TC.QName is ZSI's typecode
}  # fmt: skip

_QUOTED = r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\""
_WORD = re.compile(rf"{_QUOTED}|(?<![\w.])([^\W\d]\w*)")
_LITERAL = re.compile(rf"Literal\[((?:{_QUOTED}|[^\]'\"])*)\]")
_ITEM = re.compile(rf"{_QUOTED}|-?\d+")


def builtin_name(name: QName) -> str | None:
    """The XSD local name if this is a built-in simple type, or SOAP encoding's word for one.

    >>> builtin_name(QName(XSD, "int")), builtin_name(QName(SOAP11_ENC, "base64"))
    ('int', 'base64Binary')
    """
    if name.namespace not in BUILTIN_SPACES:
        return None
    local = "base64Binary" if name.localname == "base64" else name.localname
    return local if local in BUILTIN else None


class Hints:
    """The annotations of simple types.

    Args:
        schema: where references are looked up.
        aliases: the Python names of named simple types.
    """

    def __init__(self, schema: Schema, aliases: Mapping[QName, str]) -> None:
        self.schema = schema
        self.aliases = aliases

    def of(self, ref: SimpleRef) -> str:
        """The annotation of a use of a type: the alias of a named one.

        >>> Hints(Schema(), {}).of(QName(XSD, "int"))
        'int'
        """
        if isinstance(ref, QName) and ref in self.aliases:
            return self.aliases[ref]
        return self.spelled_out(ref)

    def spelled_out(self, ref: SimpleRef, depth: int = 0) -> str:
        """The annotation that an alias stands for; items and members by their own aliases."""
        found: object = ref
        if isinstance(ref, QName):
            local = builtin_name(ref)
            if local is not None:
                hint = BUILTIN[local].hint
                return _QUALIFIED.get(hint, hint)
            found = self.schema.types.get(ref)
        if not isinstance(found, SimpleTypeDef) or depth > 50:  # 50 steps down are a circle
            return "Any"
        if found.members:
            return union(self.of(member) for member in found.members)
        if found.item is not None:
            return f"list[{self.of(found.item)}]"
        if found.base is None:
            return "Any"
        base = self.spelled_out(found.base, depth + 1)
        values = self.literal_values(found, base)
        return f"Literal[{', '.join(map(literal, values))}]" if values else base

    def literal_values(self, definition: SimpleTypeDef, base: str) -> tuple[str | int, ...]:
        """What ``Literal`` can enumerate of an enumeration: strings or integers; else nothing."""
        texts = definition.enumeration
        if not 0 < len(texts) <= LITERAL_VALUES:
            return ()
        if base == "str" or base.startswith(('Literal["', "Literal['")):
            normalize = NORMALIZE[self._white_space(definition)]
            return tuple(dict.fromkeys(map(normalize, texts)))
        if base == "int" or base.startswith("Literal["):
            try:
                return tuple(dict.fromkeys(map(int, texts)))
            except ValueError:
                return ()
        return ()

    def _white_space(self, definition: SimpleTypeDef) -> WhiteSpace:
        """The whiteSpace facet of a type: its own, or the nearest base's."""
        found: object = definition
        for _ in range(50):
            if not isinstance(found, SimpleTypeDef):
                break
            own = [facet.value for facet in found.facets if facet.name == "whiteSpace"]
            if own and own[0] in NORMALIZE:
                return cast(WhiteSpace, own[0])
            base = found.base
            found = self.schema.types.get(base, base) if isinstance(base, QName) else base
        local = builtin_name(found) if isinstance(found, QName) else None
        return BUILTIN[local].facets.white_space if local is not None else "collapse"


def union(hints: Iterable[str]) -> str:
    """Annotations as one of all of them, each once.

    >>> union(["int", "str | None", "int"]), union(["int", "Any"])
    ('int | str | None', 'Any')
    """
    parts: dict[str, None] = {}
    for hint in hints:
        parts.update(dict.fromkeys(hint.split(" | ") if "[" not in hint else [hint]))
    return "Any" if "Any" in parts else " | ".join(parts)


def wrap(hint: str, *, many: bool, nillable: bool, optional: bool) -> str:
    """A field's annotation from its type's: lists, nil and absence.

    >>> wrap("int", many=True, nillable=True, optional=True)
    'list[int | TC.Nil]'
    >>> wrap("str", many=False, nillable=False, optional=True)
    'str | None'
    """
    if many:
        return f"list[{hint if not nillable or hint == 'Any' else hint + ' | TC.Nil'}]"
    if hint == "Any":
        return hint
    nil = " | TC.Nil" if nillable else ""
    return f"{hint}{nil}{' | None' if optional or nillable else ''}"


def names_in(hint: str) -> set[str]:
    """The identifiers in an annotation, without those inside quotes.

    >>> sorted(names_in('list[Item] | Literal["None"] | datetime.date'))
    ['Item', 'Literal', 'datetime', 'list']
    """
    return {match[1] for match in _WORD.finditer(hint) if match[1]}


def renamed(hint: str, rename: Callable[[str], str]) -> str:
    """The annotation with every identifier outside quotes put through a function.

    >>> renamed('Item | Literal["Item"]', lambda name: f"_t.{name}" if name == "Item" else name)
    '_t.Item | Literal["Item"]'
    """
    return _WORD.sub(lambda match: rename(match[1]) if match[1] else match[0], hint)


def hint_expr(hint: str) -> Expr:
    """An annotation as an expression that may be broken inside its longest ``Literal``.

    >>> hint_expr('list[Literal["a", "b"]]').items
    ('"a"', '"b"')
    """
    found = max(_LITERAL.finditer(hint), key=lambda match: len(match[1]), default=None)
    if found is None:
        return hint
    items = tuple(_ITEM.findall(found[1]))
    return Bracket(hint[: found.start(1)], items, hint[found.end(1) :], fill=True)
