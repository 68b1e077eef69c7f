"""What the tests of the mock's language share: two contracts, calls, and plain samples."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from hypothesis import strategies as st

from ZSI.errors import Where
from ZSI.generate.build import Built
from ZSI.generate.plan import OperationPlan
from ZSI.generate.planner import make_plan
from ZSI.mock.errors import DefinitionError
from ZSI.mock.scope import Scope, prefixes_of_documents
from ZSI.mock.templates import Known
from ZSI.names import SOAP11_ENV, SOAP12_ENV, QName
from ZSI.parse import ParsedSoap
from ZSI.TC.complextype import ComplexType
from ZSI.TC.model import Choice, Leaf, Model, Repeat
from ZSI.TC.resolve import AnyType, resolve
from ZSI.TC.simple import SimpleType
from ZSI.writer import SoapWriter
from ZSI.wsdl.load import load_contract

BANK = Path(__file__).parents[2] / "ZSI" / "mock" / "examples" / "bank.wsdl"
SHOP = Path(__file__).parent / "shop.wsdl"
RULES = Where("rules.yaml", 7)


@dataclass(frozen=True)
class Operation:
    """One operation as the language sees it."""

    name: str
    request_class: Any
    response_class: Any
    faults: Mapping[str, Any]
    headers: Mapping[QName, Any]
    scope: Scope

    @property
    def known(self) -> Known:
        """What templates may speak of."""
        cls = self.request_class
        return Known(self.scope, cls.complex_type() if cls is not None else None, self.headers)


@cache
def operations(path: Path) -> dict[str, Operation]:
    """The operations of a contract by name."""
    contract = load_contract(path)
    plan = make_plan(contract)
    built = Built(plan)
    prefixes = prefixes_of_documents(document.content for document in contract.documents)
    scope = Scope(built.registry, prefixes, RULES)
    found = (operation for service in plan.services for operation in service.operations)
    return {each.name: _operation(each, built, scope) for each in found}


def _operation(plan: OperationPlan, built: Built, scope: Scope) -> Operation:
    return Operation(
        plan.name,
        built.message(plan.input),
        built.message(plan.output) if plan.output is not None else None,
        {fault.name: built.cls(fault.python) for fault in plan.faults if fault.python},
        {header.element: built.cls(header.python) for header in plan.headers if header.python},
        scope,
    )


def bank(name: str) -> Operation:
    """An operation of the bank."""
    return operations(BANK)[name]


def buy() -> Operation:
    """The operation of the shop."""
    return operations(SHOP)["Buy"]


@dataclass(frozen=True)
class HttpRequest:
    """A request as HTTP brings it."""

    method: str = "POST"
    uri: str = "/bank"
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return self.uri.partition("?")[0]

    @property
    def query(self) -> str:
        return self.uri.partition("?")[2]

    def header(self, name: str) -> str | None:
        return next((v for k, v in self.headers.items() if k.lower() == name.lower()), None)


@dataclass(frozen=True)
class Call:
    """An exchange as far as conditions and templates look at it."""

    request: Any = None
    ps: ParsedSoap | None = None
    http: HttpRequest = HttpRequest()
    session: str = ""
    time: datetime.datetime = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)


def envelope(body: str, header: str = "", version: str = "1.1") -> bytes:
    """A message around some XML."""
    uri = SOAP12_ENV if version == "1.2" else SOAP11_ENV
    block = f"<e:Header>{header}</e:Header>" if header else ""
    return f'<e:Envelope xmlns:e="{uri}">{block}<e:Body>{body}</e:Body></e:Envelope>'.encode()


def call_of(
    operation: Operation,
    body: str,
    header: str = "",
    *,
    version: str = "1.1",
    http: HttpRequest = HttpRequest(),  # a frozen value
    session: str = "",
) -> Call:
    """A call with its request decoded."""
    ps = ParsedSoap(envelope(body, header, version))
    return Call(ps.Parse(operation.request_class), ps, http, session)


def bank_call(name: str, header: str = "", /, **fields: Any) -> Call:
    """A call of the bank with some fields, in the order given; ``@`` in keys is not needed."""
    inner = "".join(f"<{key}>{escape(str(value))}</{key}>" for key, value in fields.items())
    return call_of(bank(name), f'<{name} xmlns="urn:example:bank">{inner}</{name}>', header)


def xml_of(value: Any) -> str:
    """A typed object as the body of a message, checked while it is written."""
    return str(SoapWriter(envelope=False).serialize(value))


# ---------------------------------------------------------------------------- plain samples

_SAMPLES: dict[type, Any] = {
    str: "text", int: 1, Decimal: Decimal("1.50"), bool: True, float: 1.5, bytes: b"x",
    datetime.date: datetime.date(2026, 1, 2), list: [],
    datetime.datetime: datetime.datetime(2026, 1, 2, 3, tzinfo=datetime.UTC),
}  # fmt: skip


def fill(kind: Any) -> Any:
    """A sample of a type or class: everything once, first branches, one item, two levels deep."""
    return _filled(kind, 0)


def _filled(kind: Any, depth: int) -> Any:
    if isinstance(kind, AnyType):
        return "anything"
    if isinstance(kind, SimpleType):
        if kind.facets.enumeration_values:
            return kind.facets.enumeration_values[0]
        return _SAMPLES[kind.python[0]]
    cls = kind.pyclass if isinstance(kind, ComplexType) else kind
    ctype: ComplexType = cls.complex_type()
    if ctype.abstract:
        raise DefinitionError(f"{ctype} is abstract: a sample has to choose")
    made = cls()
    if "simple" in cls._options:
        made.__dict__["value"] = _filled(resolve(cls._options["simple"], cls._registry), depth)
        return made
    keys = set(_first(ctype.model))
    for key, each in ctype.fields.items():
        inner = resolve(each.type, ctype.registry) if each.type is not None else None
        if inner is None or (each.kind == "element" and key not in keys):
            continue
        if isinstance(inner, ComplexType) and (depth > 3 or inner.abstract or each.ref):
            continue
        value = _filled(inner, depth + 1)
        made.__dict__[key] = [value] if each.many else value
    return made


def _first(model: Model) -> list[str]:
    """The keys of the first branches."""
    match model:
        case Leaf():
            return [model.key]
        case Repeat():
            return _first(model.item)
        case Choice():
            return _first(model.items[0]) if model.items else []
    return [key for item in model.items for key in _first(item)]


def sample(operation: Operation) -> Any:
    """A sample reply."""
    return fill(operation.response_class)


_KEYS = st.sampled_from([
    "order", "order/line", "class", "number", "total", "total/.", "//price", ".", "seller",
    "buyer", "anything", "any", "o:note", "circle", "remark", "codes", "tag", "when", "@version",
    "order[2]", "order[*]/number", "plus", "@o:x", "any_attributes", "shape", "tree/child",
    "$re", "$in", "$not", "$any", "$all", "$present", "$absent", "$nil", "$count", "$contains",
    "$range", "$valid", "$type", "$value", "$for", "$as", "$sample", "$xml", "$element", "$what",
])  # fmt: skip
_LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=6),
    st.binary(max_size=3),
    st.sampled_from([
        "{{ request.class }}", "{{ request }}", "{{ request.order }}", "{{", "Firm", "Line",
        "xs:int",
        "none", "<a/>", "order", "2026-01-01", "1", "o:extra", "note", "circle",
    ]),
)  # fmt: skip
#: Definitions as a client of the HTTP interface might send them: any JSON.
ANY_FIELDS = st.dictionaries(
    _KEYS,
    st.recursive(
        _LEAVES,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
        max_leaves=8,
    ),
    min_size=1,
    max_size=3,
)


def refusal(work: Callable[[], object]) -> str:
    """The words with which a definition is refused; "" if it is not."""
    try:
        work()
    except DefinitionError as error:
        return str(error)
    return ""
