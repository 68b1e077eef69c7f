"""Simple types: built-in ones, restrictions, lists and unions, compiled into closures.

A `SimpleType` never changes and may be shared between threads. ``parse`` and ``format`` are
attributes that hold the compiled functions, so a caller may keep them.

>>> from ZSI.TC.builtin import BUILTIN
>>> code = BUILTIN["token"].restrict(("urn:x", "Code"), pattern=["[A-Z]{2}"], maxLength=2)
>>> code.parse(" DE ")
'DE'
>>> list_of(BUILTIN["int"], maxLength=3).format([1, 2])
'1 2'
>>> union_of([BUILTIN["int"], BUILTIN["boolean"]]).parse("true")
True
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, NoReturn

from ZSI.errors import Finding, ValueRefused
from ZSI.limits import DEFAULT_LIMITS, Limits
from ZSI.names import XSD, QName
from ZSI.TC.facets import NO_FACETS, Facets, Merge, value_checks
from ZSI.TC.lexical import (
    NORMALIZE,
    Check,
    Coercer,
    ColumnParser,
    Formatter,
    Kind,
    Namespaces,
    Parser,
    PrefixFor,
    make_kind,
    split_items,
)
from ZSI.TC.patterns import PatternExpired, group_check, is_usable

Variety = Literal["atomic", "list", "union"]


class SimpleType:
    """One simple type of XSD 1.0 (part 2, 2.5 and 4.1). Made by `restrict`, `list_of`, `union_of`.

    Attributes:
        name: its name, None if anonymous.
        base: what it restricts; None for anySimpleType, and for lists and unions as declared.
        variety: ``"atomic"``, ``"list"`` or ``"union"``.
        item: type of the items of a list.
        members: member types of a union, in order.
        facets: all facets in force, see `ZSI.TC.facets.Facets`.
        primitive: local name of the primitive type of an atomic type (``"decimal"`` for int).
        builtin: local name of the nearest built-in ancestor, itself included; None for lists
            and unions of one's own.
        python: classes of the values. ``hint`` is the annotation, ``imports`` what it needs.
        limits: `Limits` that apply to digits and patterns.
        parse: ``(text, namespaces=None)`` to value; raises `ValueRefused`.
        decode: the same without the facets, for text that a validator has passed; members of a
            union are told apart by their facets all the same.
        coerce: a value that a program hands over, as a value of the type; raises `ValueRefused`.
        write: ``(value, prefix_for=None)`` to text, for a value from ``coerce`` or ``parse``.
        format: ``write(coerce(value))``: type and facets checked; raises `ValueRefused`. Text,
            zeros and zones stay as the value has them.
        canonical: ``(value, prefix_for=None)`` to the canonical form of XSD 1.0.
    """

    __slots__ = (
        "__weakref__", "_column", "_findings", "_kind", "_recipe", "base", "builtin", "canonical",
        "coerce", "decode", "facets", "format", "hint", "imports", "item", "limits", "members",
        "name", "needs_namespaces", "parse", "primitive", "python", "variety", "write",
    )  # fmt: skip

    name: QName | None
    base: SimpleType | None
    variety: Variety
    item: SimpleType | None
    members: tuple[SimpleType, ...]
    facets: Facets
    primitive: str | None
    builtin: str | None
    python: tuple[type, ...]
    hint: str
    imports: tuple[tuple[str, str], ...]
    needs_namespaces: bool
    limits: Limits
    parse: Parser
    decode: Parser
    coerce: Coercer
    write: Formatter
    format: Formatter
    canonical: Formatter
    _column: ColumnParser | None
    _kind: Kind
    _recipe: tuple[Callable[..., SimpleType], tuple[Any, ...]]
    _findings: tuple[Finding, ...]

    def __init__(
        self,
        kind: Kind,
        facets: Facets,
        recipe: tuple[Callable[..., SimpleType], tuple[Any, ...]],
        *,
        inherent: Facets = NO_FACETS,
        findings: Iterable[Finding] = (),
        **attributes: Any,
    ) -> None:
        start: dict[str, Any] = {
            "name": None, "base": None, "variety": "atomic", "item": None, "members": (),
            "primitive": None, "builtin": None, "limits": DEFAULT_LIMITS, **attributes,
        }  # fmt: skip
        item, members = start["item"], start["members"]
        start |= {
            "facets": facets, "_kind": kind, "_recipe": recipe, "_findings": tuple(findings),
            "python": kind.python, "needs_namespaces": kind.needs_namespaces,
            "hint": _hint(kind, item, members), "imports": _imports(kind, item, members),
        }  # fmt: skip
        start |= compile_kind(kind, facets, inherent, start["limits"])
        for key, value in start.items():
            object.__setattr__(self, key, value)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a simple type does not change: {name}")

    def __delattr__(self, name: str) -> NoReturn:
        self.__setattr__(name, None)

    def __reduce__(self) -> tuple[Callable[..., SimpleType], tuple[Any, ...]]:
        return self._recipe

    def __copy__(self) -> SimpleType:
        return self

    def __deepcopy__(self, memo: object) -> SimpleType:
        return self

    def parse_all(self, texts: Sequence[str]) -> Sequence[Any]:
        """The value of each text: ``parse`` for many at once, in less time.

        Raises:
            ValueRefused: one of them breaks the type; the first that does counts.

        >>> from ZSI.TC.builtin import BUILTIN
        >>> BUILTIN["int"].parse_all(["1", " +2 ", "3"])
        [1, 2, 3]
        """
        if self._column is not None:
            try:
                return self._column(texts)
            except (ValueError, ArithmeticError, KeyError):
                pass  # one is not as most are
        return list(map(self.parse, texts))

    @property
    def white_space(self) -> str:
        """The whiteSpace facet in force."""
        return self.facets.white_space

    @property
    def unusable_patterns(self) -> tuple[str, ...]:
        """Patterns that are no XSD 1.0 regular expressions; values are not checked by them."""
        every = (pattern for group in self.facets.patterns for pattern in group)
        return tuple(pattern for pattern in every if not is_usable(pattern))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Facets of this type and its bases that do not count, each with the reason."""
        return self._findings + tuple(
            Finding("pattern", f"{pattern!r} is no XSD regular expression: values are not checked")
            for pattern in self.unusable_patterns
        )

    def restrict(
        self,
        name: tuple[str | None, str] | None = None,
        *,
        namespaces: Namespaces | Iterable[tuple[str | None, str]] | None = None,
        **facets: Any,
    ) -> SimpleType:
        """A type derived by restriction (part 2, 4.1.2.1).

        Args:
            name: name of the new type.
            namespaces: prefixes in scope, for enumerations of QName and NOTATION.
            facets: by their XSD names. ``enumeration`` and ``pattern`` take several; patterns of
                one step are alternatives. Bounds and enumerated values are lexical forms (str)
                or values.

        Raises:
            TypeError: XSD knows no facet of that name.

        >>> from ZSI.TC.builtin import BUILTIN
        >>> percent = BUILTIN["int"].restrict(minInclusive=0, maxInclusive="100")
        >>> percent.parse("101")
        Traceback (most recent call last):
        ...
        ZSI.errors.ValueRefused: '101' breaks maxInclusive: expected at most 100
        """
        scope = dict(namespaces or {})
        several = ("pattern", "enumeration")
        facets = {
            facet: tuple(given) if facet in several and not isinstance(given, str) else given
            for facet, given in facets.items()
        }

        def read(text: str) -> Any:
            return self.parse(text, scope)

        merge = Merge(self.facets, self._kind, read, self.coerce)
        for facet, given in sorted(facets.items(), key=lambda pair: pair[0] != "whiteSpace"):
            merge.add(facet, given)
        recipe = (_restricted, (self, name, tuple(scope.items()), tuple(facets.items())))
        return SimpleType(
            self._kind, merge.facets, recipe, inherent=_inherent(self),
            findings=(*self._findings, *merge.findings), name=QName(*name) if name else None,
            base=self, variety=self.variety, item=self.item, members=self.members,
            primitive=self.primitive, builtin=self.builtin, limits=self.limits,
        )  # fmt: skip

    def derives_from(self, other: SimpleType) -> bool:
        """Whether a value of this type may stand where ``other`` is declared (part 1, 3.14.6).

        True for itself, its bases, anySimpleType, and a union that has it, or a base, as member.
        """
        if other.builtin == "anySimpleType":
            return True
        step: SimpleType | None = self
        while step is not None:
            if step is other or (step.is_builtin and other.name == step.name):
                return True
            step = step.base
        plain_union = other.variety == "union" and other.base is None
        return plain_union and any(self.derives_from(member) for member in other.members)

    @property
    def is_builtin(self) -> bool:
        """Whether it is one of XSD's own types."""
        return self.name is not None and self.name == (XSD, self.builtin)

    def __str__(self) -> str:
        if self.is_builtin:
            return f"xsd:{self.builtin}"
        if self.name is not None:
            return self.name.clark
        if self.base is not None:
            return f"a restriction of {self.base}"
        if self.item is not None:
            return f"a list of {self.item}"
        return " or ".join(map(str, self.members))

    def __repr__(self) -> str:
        return f"<SimpleType {self}>"


def _restricted(
    base: SimpleType, name: Any, namespaces: Any, facets: tuple[tuple[str, Any], ...]
) -> SimpleType:
    return base.restrict(name, namespaces=namespaces, **dict(facets))


def _inherent(base: SimpleType) -> Facets:
    """The facets that the kind checks by itself: those of the nearest built-in type."""
    step: SimpleType | None = base
    while step is not None:
        if step.is_builtin and step.variety == "atomic":
            return step.facets
        step = step.base
    return NO_FACETS


def compile_kind(
    kind: Kind, facets: Facets, inherent: Facets, limits: Limits
) -> dict[str, Callable[..., Any] | None]:
    """The functions of a type: its kind's own where no facet is added, else wrapped in checks."""
    checks = list(value_checks(facets, inherent, kind))
    groups = [group_check(patterns, limits) for patterns in facets.patterns]
    normalize = NORMALIZE[facets.white_space]
    stricter = facets.white_space != kind.white_space
    if stricter:
        checks.insert(0, _space_check(normalize))
    parse = kind.parse
    if groups:
        parse = _patterned_parse(kind, normalize, tuple(checks), tuple(groups))
    elif checks:
        parse = _checked_parse(kind.parse, checks, normalize if stricter else None)
    decode = kind.decode or kind.parse
    coerce = _checked_coerce(kind.coerce, checks) if checks else kind.coerce
    write = _patterned_write(kind, groups) if groups else kind.write
    canonical = kind.canonical
    return {
        "parse": parse,
        "_column": kind.column if parse is kind.parse else None,
        "decode": _checked_parse(decode, [], normalize) if stricter else decode,
        "coerce": coerce,
        "write": write,
        "format": _composed(coerce, write) if checks or groups else kind.format,
        "canonical": canonical,
    }


def _space_check(normalize: Callable[[str], str]) -> Check:
    def check_white_space(value: Any) -> None:
        if normalize(value) != value:
            raise ValueRefused("whiteSpace", "text with its white space normalized", value)

    return check_white_space


def _checked_parse(
    parse: Parser, checks: list[Check], normalize: Callable[[str], str] | None
) -> Parser:
    if len(checks) == 1 and normalize is None:
        check = checks[0]

        def parse_and_check(text: str, namespaces: Namespaces | None = None) -> Any:
            value = parse(text, namespaces)
            check(value)
            return value

        return parse_and_check

    def parse_and_check_all(text: str, namespaces: Namespaces | None = None) -> Any:
        value = parse(normalize(text) if normalize else text, namespaces)
        for check in checks:
            check(value)
        return value

    return parse_and_check_all


def _patterned_parse(
    kind: Kind,
    normalize: Callable[[str], str],
    checks: tuple[Check, ...],
    groups: tuple[Callable[[str], None], ...],
) -> Parser:
    """Patterns come last: the other facets may spare them, and bound the text they look at."""

    def parse_and_match(text: str, namespaces: Namespaces | None = None) -> Any:
        literal = normalize(text) if kind.literal is None else kind.literal(text, namespaces)
        value = kind.parse(literal, namespaces)
        for check in checks:
            check(value)
        for matches in groups:
            matches(literal)
        return value

    return parse_and_match


def _checked_coerce(coerce: Coercer, checks: list[Check]) -> Coercer:
    def coerce_and_check(value: Any) -> Any:
        value = coerce(value)
        for check in checks:
            check(value)
        return value

    return coerce_and_check


def _patterned_write(kind: Kind, groups: list[Callable[[str], None]]) -> Formatter:
    """Write the usual form if the patterns take it, else the first spelling that they take."""

    def write_to_match(value: Any, prefix_for: PrefixFor | None = None) -> str:
        text = kind.write(value, prefix_for)
        try:
            for matches in groups:
                matches(text)
            return text
        except PatternExpired:
            raise
        except ValueRefused:
            for other in kind.spellings(value):
                if _all_match(groups, other):
                    return other
            raise

    return write_to_match


def _all_match(groups: list[Callable[[str], None]], text: str) -> bool:
    try:
        for matches in groups:
            matches(text)
    except PatternExpired:
        raise
    except ValueRefused:
        return False
    return True


def _composed(coerce: Coercer, write: Formatter) -> Formatter:
    def coerce_and_write(value: Any, prefix_for: PrefixFor | None = None) -> str:
        return write(coerce(value), prefix_for)

    return coerce_and_write


def _hint(kind: Kind, item: SimpleType | None, members: tuple[SimpleType, ...]) -> str:
    if item is not None:
        return f"list[{item.hint}]"
    hints = [part for member in members for part in member.hint.split(" | ")]
    return " | ".join(dict.fromkeys(hints or [cls.__name__ for cls in kind.python]))


def _imports(
    kind: Kind, item: SimpleType | None, members: tuple[SimpleType, ...]
) -> tuple[tuple[str, str], ...]:
    inner = members if item is None else (item,)
    found = [pair for member in inner for pair in member.imports]
    if not inner:
        found = [(c.__module__, c.__name__) for c in kind.python if c.__module__ != "builtins"]
    return tuple(dict.fromkeys(found))


def list_of(
    item: SimpleType,
    name: tuple[str | None, str] | None = None,
    *,
    namespaces: Namespaces | Iterable[tuple[str | None, str]] | None = None,
    **facets: Any,
) -> SimpleType:
    """A list type (part 2, 4.1.2.2), restricted at once if facets are given.

    Values are lists; tuples are written too. Length facets count items; ``pattern`` and
    ``enumeration`` are about the whole list.
    """
    made = SimpleType(
        list_kind(item), Facets(white_space="collapse"), (list_of, (item, name)),
        name=QName(*name) if name and not facets else None, variety="list", item=item,
        limits=item.limits,
    )  # fmt: skip
    return made.restrict(name, namespaces=namespaces, **facets) if facets else made


def union_of(
    members: Iterable[SimpleType],
    name: tuple[str | None, str] | None = None,
    *,
    namespaces: Namespaces | Iterable[tuple[str | None, str]] | None = None,
    **facets: Any,
) -> SimpleType:
    """A union type (part 2, 4.1.2.3), restricted at once if facets are given.

    The first member in order that takes a text or a value decides, every time anew.
    """
    members = tuple(members)
    kind = _union_kind(members)
    made = SimpleType(
        kind, Facets(white_space=kind.white_space), (union_of, (members, name)),
        name=QName(*name) if name and not facets else None, variety="union", members=members,
        limits=members[0].limits if members else DEFAULT_LIMITS,
    )  # fmt: skip
    return made.restrict(name, namespaces=namespaces, **facets) if facets else made


def list_kind(item: SimpleType) -> Kind:
    """How a list of ``item`` reads and writes."""
    expected = f"a list of {item}"

    def reader(read: Parser) -> Parser:
        def parse(text: str, namespaces: Namespaces | None = None) -> list[Any]:
            return list(map(read, split_items(text)))

        def parse_scoped(text: str, namespaces: Namespaces | None = None) -> list[Any]:
            return [read(part, namespaces) for part in split_items(text)]

        return parse_scoped if item.needs_namespaces else parse

    def coerce(value: Any) -> list[Any]:
        if isinstance(value, (list, tuple)):
            return [item.coerce(each) for each in value]
        raise ValueRefused("list", expected, value)

    def joiner(write_item: Formatter) -> Formatter:
        def write(value: Any, prefix_for: PrefixFor | None = None) -> str:
            parts = [write_item(each, prefix_for) for each in value]
            text = " ".join(parts)
            if split_items(text) != parts:
                raise ValueRefused("list", "items without white space, none empty", value)
            return text

        return write

    return make_kind(
        expected, reader(item.parse), coerce, joiner(item.write), (list,),
        canonical=joiner(item.canonical), decode=reader(item.decode), unit="item",
        needs_namespaces=item.needs_namespaces,
    )  # fmt: skip


def _union_kind(members: tuple[SimpleType, ...]) -> Kind:
    expected = " or ".join(map(str, members)) or "nothing: the union has no members"

    readers = tuple(member.parse for member in members)

    def first(attempt: Callable[[SimpleType], Any], value: Any) -> Any:
        for member in members:
            try:
                return attempt(member)
            except PatternExpired:
                raise
            except ValueRefused:
                continue
        raise ValueRefused("union", expected, value)

    def parse(text: str, namespaces: Namespaces | None = None) -> Any:
        for read in readers:
            try:
                return read(text, namespaces)
            except PatternExpired:
                raise
            except ValueRefused:
                continue
        raise ValueRefused("union", expected, text)

    def literal(text: str, namespaces: Namespaces | None) -> str:
        def normalized(member: SimpleType) -> str:
            member.parse(text, namespaces)
            return NORMALIZE[member.facets.white_space](text)

        return str(first(normalized, text))

    def coerce(value: Any) -> Any:
        return first(lambda member: member.coerce(value), value)

    def write(value: Any, prefix_for: PrefixFor | None = None) -> str:
        return str(first(lambda member: member.format(value, prefix_for), value))

    def canonical(value: Any, prefix_for: PrefixFor | None = None) -> str:
        def own(member: SimpleType) -> str:
            return member.canonical(member.coerce(value), prefix_for)

        return str(first(own, value))

    python = tuple(dict.fromkeys(cls for member in members for cls in member.python))
    return make_kind(
        expected, parse, coerce, write, python, white_space="preserve", canonical=canonical,
        literal=literal, needs_namespaces=any(member.needs_namespaces for member in members),
    )  # fmt: skip
