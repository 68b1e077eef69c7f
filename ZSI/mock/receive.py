"""The first stages of an exchange: bytes -> message -> operation -> typed request.

Each function takes a `Call` and gives a new one; whatever goes wrong ends up in ``call.error``.
"""

from __future__ import annotations

from ZSI.envelope import check_understood
from ZSI.errors import EvaluateException, Finding, ZSIException
from ZSI.mock.exchange import Call
from ZSI.mock.operations import MockOperation
from ZSI.mock.settings import ASSUMED_UNDERSTOOD, Settings
from ZSI.names import QName
from ZSI.parse import ParsedSoap
from ZSI.route import Router
from ZSI.wsa import read_addressing


class BrokenOperation(ZSIException):
    """The contract of this operation cannot be served; says why."""


class InvalidRequest(EvaluateException):
    """The request breaks its schema; names the setting that would let it through."""


def receive(call: Call, router: Router[MockOperation], settings: Settings) -> Call:
    """Parse, route and decode one request.

    Returns:
        The call with ``ps``, ``operation`` and ``request``; with ``error`` if it has to be
        answered with a fault.
    """
    try:
        call = _parse(call, settings)
        return _decode(call, _route(call, router, settings), router, settings)
    except _Stopped as stopped:
        return stopped.call


class _Stopped(Exception):
    """Carries the call as far as it got."""

    def __init__(self, call: Call, error: BaseException) -> None:
        self.call = call.with_(error=error)


def _parse(call: Call, settings: Settings) -> Call:
    media_type = call.http.media_type
    try:
        ps = ParsedSoap(
            call.http.body,
            media_type=media_type,
            pedantic=settings.pedantic,
            limits=settings.limits,
        )
    except ZSIException as error:
        raise _Stopped(call, error) from None
    return call.with_(ps=ps)


def actions_of(call: Call) -> tuple[str, ...]:
    """SOAPAction, the media type's action and wsa:Action, as far as the request has them."""
    found = call.http.actions
    if call.ps is not None and call.ps.header is not None:
        addressing = read_addressing(call.ps.header_elements)
        if addressing is not None and addressing.action:
            found = (*found, addressing.action)
    return found


def _route(call: Call, router: Router[MockOperation], settings: Settings) -> MockOperation:
    ps = call.ps
    assert ps is not None
    findings: list[Finding] = []
    tag = str(ps.body_root.tag) if ps.body_root is not None else None
    try:
        operation = router.route(tag, ps.version, actions_of(call), findings)[0]
        _check_headers(ps, operation, settings, findings)
    except ZSIException as error:
        raise _Stopped(call, error) from None
    ps.findings.extend(findings)
    return operation


def _check_headers(
    ps: ParsedSoap, operation: MockOperation, settings: Settings, findings: list[Finding]
) -> None:
    """mustUnderstand: what nobody here knows is refused, what is assumed is noted."""
    if ps.header is None:
        return
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
    call: Call, operation: MockOperation, router: Router[MockOperation], settings: Settings
) -> Call:
    """The typed request, by the first candidate that reads it (overloads share an element)."""
    ps = call.ps
    assert ps is not None
    if operation.problem is not None:
        error = BrokenOperation(f"operation {operation.name}: {operation.problem}")
        raise _Stopped(call.with_(operation=operation), error)
    if operation.root is None or settings.requests == "off" and ps.body_root is None:
        return call.with_(operation=operation)
    others = [o for o in router.candidates(operation.root.clark) if o is not operation]
    refused: ZSIException | None = None
    for candidate in (operation, *others):
        if candidate is not operation and (
            candidate.version is not operation.version or candidate.problem is not None
        ):
            continue
        try:
            request = ps.Parse(candidate.request_class.typecode)
            return call.with_(operation=candidate, request=request, findings=tuple(ps.findings))
        except ZSIException as error:
            refused = refused or error
    assert refused is not None
    call = call.with_(operation=operation)
    if settings.requests == "strict":
        where = getattr(refused, "where", None)
        text = getattr(refused, "str", str(refused))
        invalid = InvalidRequest(
            f"{text} (requests are checked strictly: requests: warn lets it through)", where=where
        )
        raise _Stopped(call.with_(findings=tuple(ps.findings)), invalid)
    if settings.requests == "warn":
        ps.findings.append(Finding("invalid-request", str(refused)))
    return call.with_(findings=tuple(ps.findings))
