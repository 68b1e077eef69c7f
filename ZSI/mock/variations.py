"""Every kind of legal reply, by name: "does my client survive every legal reply?" in one line.

    @pytest.mark.parametrize("reply", variations("bank.wsdl", "GetBalance"))
    def test_client_survives(soap_mock, reply):
        bank = soap_mock("bank.wsdl")
        bank.GetBalance.reply(reply)
        my_client(bank.url).balance("42")

No server is needed to make them. Each is the sample with one thing changed, and has been written
and read back: what the contract does not allow is not among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ZSI.errors import ZSIException
from ZSI.mock.extremes import extremes
from ZSI.mock.matchers import absent, nil
from ZSI.mock.nodes import clone
from ZSI.mock.stubs import TypedReply
from ZSI.mock.subtypes import subtypes
from ZSI.names import SOAP11_ENC
from ZSI.parse import ParsedSoap
from ZSI.samples import minimal
from ZSI.TC import AnyXML, Compound
from ZSI.TC.complextype import ComplexType
from ZSI.TC.fields import Field
from ZSI.TC.resolve import resolve
from ZSI.TC.simple import SimpleType
from ZSI.writer import SoapWriter

if TYPE_CHECKING:
    from ZSI.mock.contract import MockContract
    from ZSI.mock.facade import Mock

#: Variations of one operation; real contracts have replies with thousands of leaves.
MOST_VARIATIONS = 1_000
#: Levels below the wrapper that are varied.
DEEPEST = 8
#: Items of a list that is to be long.
MANY = 50


@dataclass(frozen=True, slots=True, eq=False)
class Variation(TypedReply):
    """One legal reply, for ``reply(...)``; its ``value`` is the typed object.

    Attributes:
        name: what is special about it: ``"note absent"``, ``"rate empty"``, ``"balance largest"``.
        fields: what a stub would say to get it; None where only the object shows it.
    """

    name: str = ""
    fields: Mapping[str, Any] | None = field(default=None, repr=False)

    @property
    def __name__(self) -> str:
        """What pytest calls a parameter."""
        return self.name

    def __str__(self) -> str:
        return self.name


def variations(
    wsdl: str | Path | MockContract,
    op: str,
    *,
    input: str | None = None,
    most: int = MOST_VARIATIONS,
) -> list[Variation]:
    """Legal replies of an operation: full, smallest, and for each field what is special about it.

    Optional fields absent, lists empty, with one item and with many, nil, every branch of
    choices, every derived type, values at the bounds of their facets, longest and shortest texts,
    characters that need escaping, and unknown content where a wildcard admits it.

    Args:
        wsdl: a path, or a loaded contract.
        op: the operation: ``Name`` or ``Port/Name``.
        input: the input's name, for overloaded operations.
        most: no more than these; the shallowest first.

    Returns:
        The variations, each with a name of its own; none for a one-way operation.

    Raises:
        ContractError: the WSDL cannot be read. UnknownName: it has no such operation.

    >>> from ZSI.mock.examples import example
    >>> found = variations(example("bank"), "OpenAccount")
    >>> [each.name for each in found][:4]
    ['full', 'smallest', 'account shortest', 'account longest']
    >>> "refused instead" in {each.name for each in found}
    True
    """
    from ZSI.mock.contract import MockContract
    from ZSI.mock.facade import Mock

    contract = wsdl if isinstance(wsdl, MockContract) else MockContract.load(wsdl)
    mock = Mock([contract])
    operation = mock.engine.operations.find(op, input=input)[0]
    cls = operation.response_class
    if cls is None:
        return []
    maker = _Maker(mock, op, input, cls)
    found: dict[str, Variation] = {}
    for variation in maker.all():
        if variation.name in found or not is_legal(variation.value, cls, operation.encoded):
            continue
        found[variation.name] = variation
        if len(found) >= most:
            break
    return list(found.values())


def is_legal(value: Any, cls: Any, encoded: bool = False) -> bool:
    """Whether a reply can be written, and reads back."""
    writer = SoapWriter()
    writer.encodingStyle = SOAP11_ENC if encoded else None
    try:
        writer.serialize(value)
        ParsedSoap(bytes(writer)).Parse(cls.typecode)
    except ZSIException:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Place:
    """A value in the sample: its path, its object's type, and the field that it stands in."""

    path: str
    owner: Compound
    use: Field
    steps: tuple[str | int, ...]


class _Maker:
    """Makes the variations of one operation; what is not legal is thrown away later."""

    def __init__(self, mock: Mock, op: str, input: str | None, cls: Any) -> None:
        self.mock = mock
        self.op = op
        self.input = input
        self.cls = cls
        self.sample = mock.sample(op, {}, input=input)

    def all(self) -> Iterator[Variation]:
        """All of them, the shallowest first."""
        yield Variation(self.sample, "full", {})
        with suppress(ZSIException):  # a type of which nothing finite is small
            yield Variation(minimal(self.cls), "smallest")
        if "simple" in self.cls._options:
            kind = resolve(self.cls._options["simple"], self.cls._registry)
            for name, value in extremes(kind) if isinstance(kind, SimpleType) else ():
                yield Variation(self.cls(value=value), name)
            return
        level: list[tuple[str, Any, tuple[str | int, ...]]] = [("", self.sample, ())]
        for _ in range(DEEPEST):
            below: list[tuple[str, Any, tuple[str | int, ...]]] = []
            for path, value, steps in level:
                yield from self._of(path, value, steps, below)
            level = below

    def _of(
        self, path: str, value: Compound, steps: tuple[str | int, ...], below: list[Any]
    ) -> Iterator[Variation]:
        """What can be special about the fields of one object; what lies below is added."""
        ctype = value.complex_type()
        for key, use in ctype.fields.items():
            place = _Place(_joined(path, use), value, use, (*steps, key))
            if use.kind in ("any", "any_attribute"):
                yield from self._unknown(place)
                continue
            held = value.__dict__.get(key)
            kind = resolve(use.type, ctype.registry) if use.type is not None else None
            if use.many:
                yield from self._lists(place, held or [])
                held = held[0] if held else None
                place = _Place(f"{place.path}[1]", value, use, (*place.steps, 0))
            if held is None:
                if not use.many:
                    yield from self._branch(place, kind)
                continue
            yield from self._presence(place)
            if isinstance(kind, SimpleType):
                yield from self._values(place, kind)
            elif isinstance(held, Compound):
                yield from self._derived(place, held, kind)
                below.append((place.path, held, place.steps))

    # ------------------------------------------------------------------ kinds of variations

    def _presence(self, place: _Place) -> Iterator[Variation]:
        if place.use.optional and not place.use.many:
            yield from self._said(f"{place.path} absent", place, absent)
        if place.use.nillable:
            yield from self._said(f"{place.path} nil", place, nil)

    def _lists(self, place: _Place, held: list[Any]) -> Iterator[Variation]:
        if not held:
            return
        for name, number in (("empty", 0), ("of one", 1), (f"of {MANY}", MANY)):
            yield self._set(f"{place.path} {name}", place, held[:1] * number)
        if place.use.most is not None and place.use.most not in (1, MANY):
            yield self._set(f"{place.path} of {place.use.most}", place, held[:1] * place.use.most)

    def _branch(self, place: _Place, kind: Any) -> Iterator[Variation]:
        """A field that the sample leaves out because another branch was chosen."""
        spec: Any = {}
        if isinstance(kind, SimpleType):
            try:
                spec = self.mock.engine.renderer.maker.sample(kind)
            except (ZSIException, TypeError, AttributeError):
                return
        yield from self._said(f"{place.path} instead", place, spec)

    def _derived(self, place: _Place, held: Compound, kind: Any) -> Iterator[Variation]:
        if not isinstance(kind, ComplexType):
            return
        for other in (kind, *subtypes(kind)):
            if not other.abstract and other.name not in (None, held.complex_type().name):
                assert other.name is not None
                spec = {"$type": other.name.clark}
                yield from self._said(f"{place.path} as {other.name.localname}", place, spec)

    def _values(self, place: _Place, kind: SimpleType) -> Iterator[Variation]:
        for name, value in extremes(kind):
            yield self._set(f"{place.path} {name}", place, value)

    def _unknown(self, place: _Place) -> Iterator[Variation]:
        """An element or attribute that nobody knows, where a wildcard admits it."""
        wildcard = place.use.wildcard
        if wildcard is None or wildcard.process == "strict":
            return
        space = next((uri for uri in _strangers(wildcard) if wildcard.admits(uri)), None)
        declared = f' xmlns="{space}"' if space else ""
        where = place.path.rpartition("/")[0] or "."
        if place.use.kind == "any":
            extra = AnyXML.xml(f"<unknownExtra{declared}>text</unknownExtra>")
            value: Any = [extra] if place.use.many else extra
            yield self._set(f"{where} with an unknown element", place, value)
        else:
            name = f"{{{space}}}unknownExtra" if space else "unknownExtra"
            yield self._set(f"{where} with an unknown attribute", place, {name: "text"})

    # ------------------------------------------------------------------ making

    def _said(self, name: str, place: _Place, spec: Any) -> Iterator[Variation]:
        """The sample with a field as a stub would say it."""
        fields = {place.path: spec}
        try:
            yield Variation(self.mock.sample(self.op, fields, input=self.input), name, fields)
        except ZSIException:
            return  # the contract does not allow it

    def _set(self, name: str, place: _Place, value: Any) -> Variation:
        """The sample with another value at a place."""
        return Variation(_replaced(self.sample, place.steps, value), name)


def _strangers(wildcard: Any) -> tuple[str | None, ...]:
    spaces = wildcard.namespaces
    return ("urn:example:unknown", None, *(spaces if isinstance(spaces, tuple) else ()))


def _joined(path: str, use: Field) -> str:
    """The path of a field."""
    if use.kind == "text":
        return path or "."
    return f"{path}/{use.shown}" if path else use.shown


def _replaced(value: Any, steps: tuple[str | int, ...], new: Any) -> Any:
    """A copy of an object in which one value is another; the rest is shared."""
    if not steps:
        return new
    step, *rest = steps
    if isinstance(step, int):
        items = list(value)
        items[step] = _replaced(items[step], tuple(rest), new)
        return items
    made = clone(value)
    made.__dict__[step] = _replaced(value.__dict__.get(step), tuple(rest), new)
    return made
