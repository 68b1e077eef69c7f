"""From a parsed message to the method of the service that answers it, and its call."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from ZSI.errors import Finding, ParseException, UnknownOperation, ZSIException, quote
from ZSI.names import QName
from ZSI.route import ambiguous
from ZSI.twisted.operations import Operation
from ZSI.twisted.waiting import PRESENT, then

_name_of = lru_cache(maxsize=1024)(QName.from_clark)
_USUAL_NAME = 500
_PREFIX = "soap_"


class HandlerError(ZSIException):
    """A service method returned what cannot be sent; the message says what to return."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is known of a service method before it is called.

    Attributes:
        name: of the operation.
        soap_name: of the method that takes a ParsedSoap and returns a pair.
        operation: what the generator knows of it; None for a handwritten class.
        stub: the generated method ``soap_name``; one that differs has been overridden.
        typed_stub: the generated typed method.
        headers: names of the header blocks that the operation declares.
        one_way: nobody waits for a response.
        rivals: names of methods for the same body element: an overloaded operation.
        alike: names of operations with the same request, which only an action tells apart.
    """

    name: str
    soap_name: str
    operation: Operation | None = None
    stub: Any = None
    typed_stub: Any = None
    headers: frozenset[QName] = frozenset()
    one_way: bool = False
    rivals: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def target_of(kind: type, soap_name: str) -> Target:
    """The target of a method name in a service class."""
    generated = next((base for base in kind.__mro__ if "operations" in base.__dict__), None)
    operation = generated.__dict__["operations"].get(soap_name) if generated is not None else None
    if generated is None or operation is None:
        return Target(soap_name.removeprefix(_PREFIX), soap_name)
    return Target(
        operation.name,
        soap_name,
        operation,
        generated.__dict__.get(soap_name),
        generated.__dict__.get(operation.method),
        frozenset(_name_of_class(header) for header in operation.headers),
        operation.response is None,
        _rivals(generated.__dict__["operations"], soap_name, operation),
        _alike(generated, operation),
    )


def _rivals(
    operations: Mapping[str, Operation], soap_name: str, operation: Operation
) -> tuple[str, ...]:
    """The names of other methods whose requests have the same root."""
    name = operation.root
    return tuple(
        other
        for other, found in operations.items()
        if other != soap_name and found.root == name and found.request is not operation.request
    )


def _alike(generated: Any, operation: Operation) -> tuple[str, ...]:
    """The names of all operations with one request, where some of them have an action."""
    found = {
        soap_name: other.name
        for soap_name, other in generated.__dict__["operations"].items()
        if other.request is operation.request
    }
    acting = found.keys() & set(generated.soapAction.values())
    return tuple(found.values()) if len(found) > 1 and acting else ()


def _name_of_class(message: Any) -> QName:
    return QName(message.typecode.nspname, message.typecode.pname)


def find_target(resource: Any, ps: Any, request: Any) -> Target:
    """The target of a message: by the name of its body element; the action only breaks ties.

    Args:
        resource: the service, with ``root``, ``soapAction`` and ``operations``.
        ps: the message.
        request: the request face; None: there is no action.

    Raises:
        UnknownOperation: the service has none for this body.
        ParseException: the body is empty, and no action says what is meant.
    """
    facts = request.exchange.facts if request is not None else None
    return target_for(resource, ps, facts.action if facts is not None else None)


def target_for(resource: Any, ps: Any, action: str | None) -> Target:
    """The target of a message whose action is known; errors as of `find_target`."""
    kind: Any = type(resource)
    by_action = resource.soapAction.get(action) if action else None
    if ps.body_root is None:
        named = by_action or resource.root.get((None, ""))
        if named is None:
            raise ParseException("the Body is empty: expected the element of an operation")
        return target_of(kind, named)
    tag = ps.body_root.tag
    # long ones are not remembered: a name may have 10 MB
    name = _name_of(tag) if len(tag) < _USUAL_NAME else QName.from_clark(tag)
    by_root = resource.root.get(name)
    if by_root is None:
        by_root = _PREFIX + name.localname
        if not callable(getattr(resource, by_root, None)):
            raise UnknownOperation(name.clark, known_operations(resource))
    elif action and by_root != by_action:
        by_root = _tie(resource, ps, name, by_root, by_action, action)
    target = target_of(kind, by_root)
    if target.alike and by_root != by_action:
        note(ps, ambiguous(target.alike, target.name))
    return _fitting(kind, ps, target)


def _fitting(kind: Any, ps: Any, likely: Target) -> Target:
    """Of overloaded operations, the first that can read the message; the likely ones first."""
    if not likely.rivals:
        return likely
    rivals = (likely, *(target_of(kind, name) for name in likely.rivals))
    for target in sorted(rivals, key=partial(_unlike, ps)):
        if target.operation is not None:
            try:
                ps.Parse(target.operation.request.typecode)
            except ZSIException:
                continue
            return target
    return likely


def _unlike(ps: Any, target: Target) -> int:
    """In how many ways a message does not look like the request of an operation."""
    operation, root = target.operation, ps.body_root
    if operation is None:
        return 0
    style = f"{{{ps.version.namespace}}}encodingStyle"
    encoded = any(element.get(style) for element in (root, *root.iterancestors()))
    wrong = int(encoded is not operation.encoded)
    if not operation.encoded:  # else what is referred to may follow
        wrong += [_name_of(e.tag) for e in ps.message.body_elements] != operation.parts
    return wrong


def _tie(
    resource: Any, ps: Any, name: QName, by_root: str, by_action: str | None, action: str
) -> str:
    """The name of the method where body element and action do not agree."""
    kind: Any = type(resource)
    target = target_of(kind, by_root)
    root = target.operation.root if target.operation is not None else name  # name: a stand-in's
    if by_action is not None:
        other = target_of(kind, by_action)
        if other.operation is not None and other.operation.root == root:
            return other.soap_name
    if resource.soapAction:
        note(ps, Finding("soapaction-wrong", f"SOAPAction {quote(action)} is not {target.name}'s"))
    return by_root


def note(ps: Any, *findings: Finding) -> None:
    """Add findings to a message.

    Raises:
        ParseException: the message is read pedantically.
    """
    if findings and ps.pedantic:
        raise ParseException(f"pedantic: {findings[0]}")
    ps.findings.extend(findings)


def known_operations(resource: Any) -> list[str]:
    """The names of the operations of a service."""
    if resource.operations:
        return sorted(operation.name for operation in resource.operations.values())
    return sorted(name.removeprefix(_PREFIX) for name in dir(resource) if name.startswith(_PREFIX))


def invoke(target: Target, resource: Any, ps: Any, request: Any) -> Any:
    """Call the service: its typed method where only that is overridden, else ``soap_…``.

    Returns:
        The response object, or what comes of it later; None for a one-way operation.

    Raises:
        HandlerError: the method returned no pair, or no response where one is expected.
    """
    method = getattr(resource, target.soap_name)
    function = getattr(method, "__func__", method)
    operation = target.operation
    if operation is not None and function is target.stub:
        typed = getattr(resource, operation.method)
        if getattr(typed, "__func__", typed) is not target.typed_stub:
            response = typed(ps.Parse(operation.request.typecode))
            if type(response) in PRESENT:
                return response
            return then(response, partial(_checked, target, typed))
        neither = (
            f"{type(resource).__name__} overrides neither {operation.method} nor {target.soap_name}"
        )
        ps.findings.append(Finding("stub", f"{neither}: the stub gives an empty response"))
    pair = method(ps, request=request) if takes_request(function) else method(ps)
    if type(pair) is tuple and len(pair) == 2 and type(pair[1]) in PRESENT:
        return pair[1]
    return then(pair, partial(_response, target, method))


@lru_cache(maxsize=4096)
def takes_request(function: Callable[..., Any]) -> bool:
    """Whether a ``soap_`` method takes ``request=``; some handwritten ones take the message only.

    >>> takes_request(lambda ps: None), takes_request(lambda ps, **kw: None)
    (False, True)
    """
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):  # not written in Python
        return True
    return "request" in parameters or any(
        parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()
    )


def _response(target: Target, method: Callable[..., Any], pair: Any) -> Any:
    """The response of the pair that a ``soap_`` method returned."""
    if type(pair) is not tuple or len(pair) != 2:
        raise HandlerError(
            f"{_title(method)} returned {quote(pair)}: it has to return the pair"
            " (request, response), of which the response may be a Deferred or a coroutine"
        )
    return then(pair[1], partial(_checked, target, method))


def _checked(target: Target, method: Callable[..., Any], response: Any) -> Any:
    """The response, unless it is missing."""
    if response is None and target.operation is not None and not target.one_way:
        raise HandlerError(
            f"{_title(method)} gave no response, but {target.name} is not one-way: it has to"
            f" return {_title(target.operation.response)}"
        )
    return response


def _title(thing: Any) -> str:
    return str(getattr(thing, "__qualname__", thing))
