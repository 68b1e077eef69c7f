"""From a request face to the resource that answers it; the same for both fronts."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure
from twisted.web.resource import Resource, getChildForRequest

from ZSI.twisted.exchange import HttpResponse
from ZSI.twisted.refusals import caught, failure_response, refusal, text_response

# OPTIONS * asks whether anybody is there (RFC 9110, 9.3.7)
_STAR = HttpResponse(200)
_STAR_REFUSED = HttpResponse(405, ((b"Allow", b"OPTIONS"),))


def answer(root: Any, request: Any) -> HttpResponse | Deferred[HttpResponse]:
    """Have the resource at the request's path answer it; whatever fails becomes a fault.

    Args:
        root: a twisted.web resource tree.
        request: a request face; its ``prepath`` and ``postpath`` are set.
    """
    try:
        if request.path == b"*":
            return _STAR if request.method == b"OPTIONS" else _STAR_REFUSED
        resource = root
        if not root.isLeaf:
            resource = _child(root, request) or getChildForRequest(root, request)
        respond = getattr(resource, "respond", None)
        if respond is not None:
            response = respond(request)
            if isinstance(response, (HttpResponse, Deferred)):
                return response
            raise _wrong(resource, response)
        return _no_service(root, resource, request)
    except Exception:
        return failure_response(caught(), request)


def _child(root: Any, request: Any) -> Any:
    """What `getChildForRequest` finds where that is a leaf right below a plain root; else None."""
    if type(root) is not Resource:
        return None
    found = root.children.get(request.postpath[0])
    if found is None or not found.isLeaf:
        return None
    request.prepath.append(request.postpath.pop(0))
    return found


def _wrong(resource: Any, response: Any) -> TypeError:
    return TypeError(f"{type(resource).__qualname__}.respond returned {type(response)!r}")


def answer_with(resource: Any, root: Any, request: Any) -> HttpResponse | Deferred[HttpResponse]:
    """Have this resource answer; ``root`` is for saying what else there is."""
    try:
        respond = getattr(resource, "respond", None)
        if respond is None:
            return _no_service(root, resource, request)
        response = respond(request)
        if isinstance(response, (HttpResponse, Deferred)):
            return response
        raise _wrong(resource, response)
    except Exception:
        return failure_response(caught(), request)


def settled(outcome: Any, request: Any) -> HttpResponse:
    """What the Deferred of an answer came to, as an answer."""
    if type(outcome) is HttpResponse:
        return outcome
    if isinstance(outcome, Failure):
        return failure_response(outcome, request)
    try:
        raise TypeError(f"respond's Deferred gave {type(outcome)!r}")
    except TypeError:
        return failure_response(caught(), request)


def is_foreign(resource: Any) -> bool:
    """Whether a resource can be rendered by twisted.web only.

    Neither a SOAP resource, nor the "not found" of a tree, nor a mere node of it.
    """
    return not (
        hasattr(resource, "respond")
        or type(resource) is Resource
        or getattr(resource, "code", None) == 404
    )


def _no_service(root: Any, found: Any, request: Any) -> HttpResponse:
    """404, or 501 for a resource that only twisted.web can render."""
    if not is_foreign(found):
        here = ", ".join(sorted(_paths(root))) or "none"
        reason = f"no service lives at this path; services here: {here}"
        status = 404
    else:
        reason = "what lives at this path needs the twisted.web front (--front=web)"
        status = 501
    if request.method == b"POST":
        return refusal(status, reason, request.getHeader(b"content-type"))
    return text_response(status, reason + "\n")


def _paths(resource: Any, base: str = "") -> list[str]:
    """The paths of the SOAP resources that are mounted below a resource."""
    found: list[str] = []
    for name, child in getattr(resource, "children", {}).items():
        path = f"{base}/{name.decode('latin-1')}"
        if hasattr(child, "respond"):
            found.append(path)
        found += _paths(child, path)
    return found
