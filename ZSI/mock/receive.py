"""The first stages of an exchange: bytes -> message -> operation -> typed request.

What is found out are attributes of the `Call` that is made of them; whatever goes wrong is one.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ZSI.envelope import check_understood
from ZSI.errors import EvaluateException, Finding, ParseException, ZSIException
from ZSI.mock.operations import MockOperation
from ZSI.mock.settings import ASSUMED_UNDERSTOOD, Settings
from ZSI.names import QName
from ZSI.parse import ParsedSoap
from ZSI.route import Router, acts, ambiguous
from ZSI.wsa import read_addressing

if TYPE_CHECKING:
    from ZSI.twisted.exchange import HttpRequest


class BrokenOperation(ZSIException):
    """The contract of this operation cannot be served; says why."""


class InvalidRequest(EvaluateException):
    """The request breaks its schema; names the setting that would let it through."""


def receive(
    http: HttpRequest, router: Router[MockOperation], settings: Settings, found: dict[str, Any]
) -> None:
    """Parse, route and decode one request.

    Args:
        found: gets the attributes of the call: ``ps``, ``operation``, ``request`` and
            ``findings``; ``error`` if it has to be answered with a fault.
    """
    try:
        found["ps"] = ps = ParsedSoap(
            http.body,
            media_type=http.media_type,
            pedantic=settings.pedantic,
            limits=settings.limits,
        )
        operation = _route(ps, http, router, settings)
        _decode(ps, operation, router, settings, found)
    except ZSIException as error:
        error.__context__ = None  # the frames that it came through hold the message's tree
        found["error"] = error.with_traceback(None)


def actions_of(ps: ParsedSoap, http: HttpRequest) -> tuple[str, ...]:
    """SOAPAction, the media type's action and wsa:Action, as far as the request has them."""
    addressing = read_addressing(ps.header_elements)
    if addressing is not None and addressing.action:
        return (*http.actions, addressing.action)
    return http.actions


def _route(
    ps: ParsedSoap, http: HttpRequest, router: Router[MockOperation], settings: Settings
) -> MockOperation:
    findings: list[Finding] = []
    headed = ps.header is not None
    tag = ps.body_root.tag if ps.body_root is not None else None
    actions = actions_of(ps, http) if headed else http.actions
    likely = router.route(tag, ps.version, actions, findings)
    operation = likely[0]
    if len(likely) > 1:
        operation = _likeliest(ps, likely)
        _note_rivals(operation, likely, actions, findings)
    if findings and settings.pedantic:
        raise ParseException(f"pedantic: {findings[0]}")
    if headed:
        _check_headers(ps, operation, settings, findings)
    if findings:
        ps.findings.extend(findings)
    return operation


def _likeliest(ps: ParsedSoap, likely: tuple[MockOperation, ...]) -> MockOperation:
    """Of operations with one body element, the first that a message looks like."""
    requests = set(map(_request_of, likely))
    return likely[0] if len(requests) == 1 else min(likely, key=partial(_unlike, ps))


def _note_rivals(
    operation: MockOperation,
    likely: tuple[MockOperation, ...],
    actions: tuple[str, ...],
    findings: list[Finding],
) -> None:
    """Note that only an action would have told the operation from others, and none did."""
    alike = [
        other
        for other in likely
        if other.version is operation.version and _request_of(other) == _request_of(operation)
    ]
    names = list(dict.fromkeys(other.name for other in alike))
    told = {other.soap_action for other in alike}
    if len(names) > 1 and len(told) > 1 and not acts(operation, actions):
        findings.append(ambiguous(names, operation.name))


def _request_of(operation: MockOperation) -> str | None:
    return operation.plan.input.cls if operation.plan is not None else None


def _unlike(ps: ParsedSoap, operation: MockOperation) -> int:
    """In how many ways a message does not look like the request of an operation."""
    root = ps.body_root
    if root is None or operation.problem is not None:
        return 0
    style = f"{{{ps.version.namespace}}}encodingStyle"
    encoded = any(element.get(style) for element in (root, *root.iterancestors()))
    wrong = int(encoded is not operation.encoded)
    if not operation.encoded:  # else what is referred to may follow
        wrong += [e.tag for e in ps.message.body_elements] != operation.body_tags
    return wrong


def _check_headers(
    ps: ParsedSoap, operation: MockOperation, settings: Settings, findings: list[Finding]
) -> None:
    """mustUnderstand: what nobody here knows is refused, what is assumed is noted."""
    declared = operation.headers if operation.problem is None else {}

    def understood(name: QName) -> bool:
        return (
            name.namespace in ASSUMED_UNDERSTOOD or name in declared or name in settings.understand
        )

    check_understood(ps.message, understood)
    for block in ps.message.headers:
        if block.must_understand and block.name not in settings.understand:
            findings.append(
                Finding("not-verified", f"header {block.name.localname} counts as understood")
            )


def _decode(
    ps: ParsedSoap,
    operation: MockOperation,
    router: Router[MockOperation],
    settings: Settings,
    found: dict[str, Any],
) -> None:
    """The typed request, by the first candidate that reads it (overloads share an element)."""
    found["operation"] = operation
    if operation.problem is not None:
        raise BrokenOperation(f"operation {operation.name}: {operation.problem}")
    if operation.root is None or settings.requests == "off" and ps.body_root is None:
        return
    try:
        found["request"] = ps.Parse(operation.request_class.typecode)
    except ZSIException as refused:
        if not _decode_as_other(ps, operation, router, found):
            _unreadable(ps, refused, settings, found)
    if ps.findings:
        found["findings"] = tuple(ps.findings)


def _decode_as_other(
    ps: ParsedSoap, operation: MockOperation, router: Router[MockOperation], found: dict[str, Any]
) -> bool:
    """Whether another operation with the same body element can read it."""
    assert operation.root is not None
    for other in router.candidates(operation.root.clark):
        if (
            other is operation
            or other.version is not operation.version
            or other.problem is not None
        ):
            continue
        try:
            found["request"] = ps.Parse(other.request_class.typecode)
        except ZSIException:
            continue
        found["operation"] = other
        return True
    return False


def _unreadable(
    ps: ParsedSoap, refused: ZSIException, settings: Settings, found: dict[str, Any]
) -> None:
    """What becomes of a request that breaks its schema.

    Raises:
        InvalidRequest: requests are checked strictly.
    """
    found["findings"] = tuple(ps.findings)
    if settings.requests == "strict":
        where = getattr(refused, "where", None)
        text = getattr(refused, "str", str(refused))
        raise InvalidRequest(
            f"{text} (requests are checked strictly: requests: warn lets it through)", where=where
        )
    if settings.requests == "warn":
        ps.findings.append(Finding("invalid-request", str(refused)))
