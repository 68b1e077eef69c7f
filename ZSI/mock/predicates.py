"""Conditions on calls: what ``when`` says, checked against the contract and compiled.

Each condition answers ``holds(facts)``, which is quick, and ``verdict(facts)``, which says how far
off a call is and why. `compile_when` makes them of a `When`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from lxml import etree

from ZSI.errors import quote
from ZSI.mock.distance import ABSENT, FAILED, HOLDS, Verdict
from ZSI.mock.errors import DefinitionError, below, listed, nearest
from ZSI.mock.facts import Facts
from ZSI.mock.lookup import Wanted
from ZSI.mock.operators import Target, ValueTest, bind_fields, compile_test
from ZSI.mock.paths import BoundPath, parse_path
from ZSI.mock.scope import WELL_KNOWN, Scope
from ZSI.mock.stubs import When
from ZSI.mock.xmlmatch import XmlPattern
from ZSI.names import WSDL_SOAP11, WSDL_SOAP12, QName
from ZSI.parse import ParsedSoap
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.resolve import ANY_TYPE
from ZSI.versions import VERSIONS, SoapVersion

if TYPE_CHECKING:
    from ZSI.mock.operations import MockOperation

_TEXT = BUILTIN["string"]


class Condition(Protocol):
    """Something that a call is or is not."""

    def holds(self, facts: Facts) -> bool:
        """Whether the call is so."""

    def verdict(self, facts: Facts) -> Verdict:
        """The same, with distance and reasons if it is not."""


@dataclass(frozen=True, slots=True, eq=False)
class ValueCondition:
    """What a source gives for a call passes a test.

    Attributes:
        shown: what is tested, in reasons.
        path: of a field of the request; the index of stubs goes by it.
    """

    source: Callable[[Facts], list[Any]]
    test: ValueTest
    shown: str
    path: BoundPath | None = None

    def holds(self, facts: Facts) -> bool:
        try:
            return self.test.holds(self.source(facts))
        except Exception as error:  # a test may be a function of the user's
            facts.errors.append((f"{self.shown}: {self.test.shown}", error))
            return False

    def verdict(self, facts: Facts) -> Verdict:
        try:
            return self.test.verdict(self.shown, self.source(facts))
        except Exception as error:  # a test may be a function of the user's
            return Verdict(ABSENT, (f"{self.shown}: expected {self.test.shown}, raised {error!r}",))


@dataclass(frozen=True, slots=True, eq=False)
class BodyCondition:
    """The body element, or the whole envelope, equals some XML."""

    pattern: XmlPattern

    def _differences(self, facts: Facts) -> list[str]:
        ps = facts.call.ps
        if ps is None:
            return ["the message is not SOAP"]
        return self.pattern.differences(ps.envelope if self.pattern.is_envelope else ps.body_root)

    def holds(self, facts: Facts) -> bool:
        return not self._differences(facts)

    def verdict(self, facts: Facts) -> Verdict:
        found = self._differences(facts)
        if not found:
            return HOLDS
        return Verdict(self.pattern.distance(found), tuple(f"body {each}" for each in found))


@dataclass(frozen=True, slots=True, eq=False)
class FunctionCondition:
    """A function of the user's finds the typed request, or the whole exchange, right."""

    function: Callable[[Any], object]
    whole: bool = False

    @property
    def shown(self) -> str:
        """The function's name."""
        return getattr(self.function, "__name__", type(self.function).__name__)

    def holds(self, facts: Facts) -> bool:
        if not self.whole and facts.call.request is None:
            return False
        try:
            return bool(self.function(facts.call if self.whole else facts.call.request))
        except Exception as error:  # the user's own function
            facts.errors.append((self.shown, error))
            return False

    def verdict(self, facts: Facts) -> Verdict:
        before = len(facts.errors)
        if self.holds(facts):
            return HOLDS
        raised = "".join(f", raised {error!r}" for _, error in facts.errors[before:])
        return Verdict(FAILED, (f"{self.shown}: expected true{raised}",))


@dataclass(frozen=True, slots=True, eq=False)
class AllOf:
    """All conditions hold; none of them always does. The distance is their mean."""

    parts: tuple[Condition, ...] = ()

    def holds(self, facts: Facts) -> bool:
        for part in self.parts:  # noqa: SIM110 -- asked for each call: all() costs as much as it
            if not part.holds(facts):
                return False
        return True

    def verdict(self, facts: Facts) -> Verdict:
        found = [part.verdict(facts) for part in self.parts]
        distance = sum(each.distance for each in found) / (len(found) or 1)
        return Verdict(distance, tuple(reason for each in found for reason in each.reasons))


@dataclass(frozen=True, slots=True, eq=False)
class AnyOf:
    """At least one of the conditions holds. The distance is the nearest one's."""

    parts: tuple[Condition, ...]

    def holds(self, facts: Facts) -> bool:
        return any(part.holds(facts) for part in self.parts)

    def verdict(self, facts: Facts) -> Verdict:
        return min((part.verdict(facts) for part in self.parts), key=lambda each: each.distance)


@dataclass(frozen=True, slots=True, eq=False)
class NoneOf:
    """None of the conditions holds."""

    parts: tuple[Condition, ...]

    def holds(self, facts: Facts) -> bool:
        return not any(part.holds(facts) for part in self.parts)

    def verdict(self, facts: Facts) -> Verdict:
        return HOLDS if self.holds(facts) else Verdict(FAILED, ("what must not hold, holds",))


# --------------------------------------------------------------------------- from When


def compile_when(when: When, operation: MockOperation, scope: Scope) -> AllOf:
    """The conditions of a `When` for one operation.

    Raises:
        DefinitionError: it names what the contract does not have, or values it cannot have.
    """
    return AllOf(tuple(_conditions(when, operation, scope.with_namespaces(when.namespaces))))


def _conditions(when: When, operation: MockOperation, scope: Scope) -> Iterator[Condition]:
    if when.version is not None:
        yield _version(str(when.version), scope)
    if when.fields:
        inner = scope.below("when")
        root = operation.request_class.complex_type()
        for path, test in bind_fields(when.fields, root, inner):
            yield ValueCondition(_selecting(path), test, path.path.text, path)
    for text, spec in when.header.items():
        yield _header(text, spec, operation, scope.below("header").below(text))
    for name, spec in when.http.items():
        yield from _http(name, spec, scope.below("http").below(name))
    for expression, spec in when.xpath.items():
        yield _xpath(expression, spec, scope.below("xpath").below(expression))
    if when.body is not None:
        yield BodyCondition(XmlPattern(when.body, below(scope.where, "body")))
    yield from (FunctionCondition(function) for function in when.tests)
    yield from (FunctionCondition(function, whole=True) for function in when.calls)
    yield from (compile_when(part, operation, scope.below("all")) for part in when.all_of)
    if when.any_of:
        inner = scope.below("any")
        yield AnyOf(tuple(compile_when(part, operation, inner) for part in when.any_of))
    if when.none_of:
        inner = scope.below("not")
        yield NoneOf(tuple(compile_when(part, operation, inner) for part in when.none_of))


def _selecting(path: BoundPath) -> Callable[[Facts], list[Any]]:
    return lambda facts: facts.selected(path)


def _version(number: str, scope: Scope) -> Condition:
    version = VERSIONS.get(number)
    if version is None:
        raise DefinitionError(
            f"no SOAP version {quote(number)}",
            where=below(scope.where, "version"),
            expected=listed(VERSIONS),
        )

    def source(facts: Facts) -> list[Any]:
        return [facts.call.ps.version.number] if facts.call.ps is not None else []

    test = compile_test(number, Target(_TEXT, scope))
    return ValueCondition(source, test, "SOAP version")


def _header(text: str, spec: Any, operation: MockOperation, scope: Scope) -> Condition:
    """``Block/path``; blocks that the contract does not declare are read as they come."""
    path = parse_path(text, scope.where)
    if not path.steps or path.deep:
        raise DefinitionError(
            f"{quote(text)} names no header block", where=scope.where, expected="Block/path"
        )
    block = Wanted.read(path.steps[0].name, scope)
    declared = next((c for name, c in operation.headers.items() if block.is_(name)), None)
    if declared is None and block.space is None:
        known = [name.localname for name in operation.headers]
        raise DefinitionError(
            f"the contract declares no header block {quote(str(block))}",
            where=scope.where,
            expected=f"{listed(known)}; or p:name for a block that it does not declare",
            nearest=nearest(block.local, known),
        )
    root = declared.complex_type() if declared is not None else ANY_TYPE
    rest = replace(path, steps=path.steps[1:])
    shown = f"header {text}"
    if not rest.steps and not rest.own:
        test = compile_test(spec, Target(root, scope))
        return ValueCondition(lambda facts: facts.blocks(block, declared), test, shown)
    bound = rest.bind(root, scope)

    def source(facts: Facts) -> list[Any]:
        return [v for block_ in facts.blocks(block, declared) for v in bound.values(block_)]

    return ValueCondition(source, compile_test(spec, Target(bound.type, scope, bound.many)), shown)


_HTTP: Mapping[str, Callable[[Facts], list[Any]]] = {
    "$method": lambda facts: [facts.call.http.method],
    "$path": lambda facts: [facts.call.http.path],
    "$uri": lambda facts: [facts.call.http.uri],
}


def _http(name: str, spec: Any, scope: Scope) -> Iterator[Condition]:
    if name == "$query":
        if not isinstance(spec, Mapping):
            raise DefinitionError(
                "$query is a mapping", where=scope.where, expected="parameters with their values"
            )
        for parameter, inner in spec.items():
            yield _parameter(str(parameter), inner, scope.below(str(parameter)))
        return
    source = _HTTP.get(name)
    if source is None and name[:1] == "$":
        known = [*_HTTP, "$query"]
        raise DefinitionError(
            f"http knows no {quote(name)}",
            where=scope.where,
            expected=f"a header's name, {listed(known)}",
            nearest=nearest(name, known),
        )
    test = compile_test(spec, Target(_TEXT, scope))
    if source is not None:
        yield ValueCondition(source, test, f"HTTP {name[1:]}")
        return

    def header(facts: Facts) -> list[Any]:
        value = facts.call.http.header(name)
        return [] if value is None else [value]

    yield ValueCondition(header, test, f"HTTP header {name}")


def _parameter(name: str, spec: Any, scope: Scope) -> Condition:
    test = compile_test(spec, Target(_TEXT, scope, many=True))
    return ValueCondition(lambda facts: facts.parameters(name), test, f"query parameter {name}")


@dataclass(frozen=True, slots=True, eq=False)
class CompiledXPath:
    """An XPath expression for both SOAP versions; `Facts` keeps what it gave."""

    text: str
    compiled: Mapping[SoapVersion, etree.XPath]

    def evaluate(self, ps: ParsedSoap) -> list[str]:
        """The texts of what it gives: nodes in document order, one for a number or a boolean.

        Evaluated at the body element; ``/`` and ``//`` reach the whole message.
        """
        top = ps.body_root if ps.body_root is not None else ps.envelope
        if top is None:
            return []
        found: Any = self.compiled[ps.version](top)
        if isinstance(found, list):
            return [_node_text(node) for node in found]
        if isinstance(found, bool):
            return ["true" if found else "false"]
        if isinstance(found, float) and found.is_integer():
            return [str(int(found))]
        return [str(found)]


def _node_text(node: Any) -> str:
    if isinstance(node, tuple):  # a namespace node: prefix and URI
        return str(node[1])
    return node if isinstance(node, str) else "".join(node.itertext()).strip()


def _xpath(expression: str, spec: Any, scope: Scope) -> Condition:
    compiled = compile_xpath(expression, scope)
    if spec is True:
        test = ValueTest("to select something", lambda value: value != "false")
    else:
        test = compile_test(spec, Target(_TEXT, scope, many=True))
    return ValueCondition(lambda facts: facts.xpath(compiled), test, f"XPath {expression}")


def compile_xpath(expression: str, scope: Scope) -> CompiledXPath:
    """Compile an XPath 1.0 expression; tried on an empty message, so that prefixes are known.

    ``soap`` and ``soapenv`` are the envelope's namespace in the version that comes, unless the
    definition declares them otherwise (a WSDL's own ``soap`` is never found in a message).

    Raises:
        DefinitionError: it is none.
    """
    compiled: dict[SoapVersion, etree.XPath] = {}
    for version in VERSIONS.values():
        namespaces = {"soap": version.namespace, "soapenv": version.namespace, **WELL_KNOWN}
        for prefix, uri in scope.namespaces.items():
            if prefix and (uri not in (WSDL_SOAP11, WSDL_SOAP12) or prefix not in namespaces):
                namespaces[prefix] = uri
        try:
            made = etree.XPath(expression, namespaces=namespaces, regexp=False, smart_strings=False)
            made(etree.Element(QName(version.namespace, "Envelope").clark))
        except (etree.XPathError, ValueError) as error:  # control characters in it
            raise DefinitionError(
                f"XPath {quote(expression)}: {error}",
                where=scope.where,
                expected="XPath 1.0 with declared prefixes",
            ) from None
        compiled[version] = made
    return CompiledXPath(expression, compiled)
