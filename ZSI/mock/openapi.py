"""The HTTP interface described by itself: an OpenAPI 3.1 document made from its routes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ZSI.mock.api import Route

PREFIX = "/__admin"

_TEXT: dict[str, Any] = {"type": "string"}
_WHOLE: dict[str, Any] = {"type": "integer", "minimum": 0}
#: Seconds, or a number with ms, s, m, h or d.
_SPAN: dict[str, Any] = {"type": ["number", "string"], "examples": [5, "300ms", "1h"]}
_STUB: dict[str, Any] = {"$ref": "#/components/schemas/Stub"}
_QUESTION: dict[str, Any] = {
    "op": _TEXT,
    "input": _TEXT,
    "when": {"type": "object"},
    "header": {"type": "object"},
    "http": {"type": "object"},
    "version": {"enum": ["1.1", "1.2"]},
    "xpath": {"type": ["string", "object"]},
    "body": _TEXT,
    "all": {"type": "array"},
    "any": {"type": "array"},
    "not": {"type": "array"},
    "namespaces": {"type": "object"},
}


def _object(*required: str, **members: Any) -> dict[str, Any]:
    """An object of these members and no others."""
    made = {"type": "object", "properties": members, "additionalProperties": False}
    return made | ({"required": list(required)} if required else {})


_STUBS: dict[str, Any] = {"type": "array", "items": _STUB}
_FOUND = _object(**_QUESTION)
#: The body that a route takes.
BODIES: dict[str, dict[str, Any]] = {
    "POST /operations/{op}/sample": _object(fields={"type": "object"}, input=_TEXT),
    "POST /stubs": _STUB,
    "PUT /stubs/{id}": _STUB,
    "POST /stubs/import": {"oneOf": [_STUBS, _object("stubs", stubs=_STUBS)]},
    "PUT /scenarios/{name}": _object(state=_TEXT),
    "PUT /store/{key}": _object(value={}, lifetime=_SPAN),
    "POST /gates/{name}/release": _object(count=_WHOLE),
    "POST /clock": _object(
        set={"type": "string", "format": "date-time"},
        advance=_SPAN,
        freeze={"type": "boolean"},
        reset={"type": "boolean"},
    ),
    "POST /journal/find": _FOUND,
    "POST /journal/count": _FOUND,
    "POST /verify": _object(
        "op", **_QUESTION, count=_WHOLE, at_least=_WHOLE, at_most=_WHOLE, within=_SPAN
    ),
}
_VERIFIED = _object("holds", "count", "message", holds={"type": "boolean"}, count=_WHOLE,
                    message=_TEXT)  # fmt: skip


def document(routes: Iterable[Route]) -> dict[str, Any]:
    """The document: every route with its parameters, body and answers."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(PREFIX + route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "zsi-mock",
            "version": "1",
            "description": "Stubs, state, journal and verification of a SOAP mock server.",
        },
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Error": {
                    "type": "object",
                    "properties": {
                        "error": {"type": "string"},
                        "expected": {"type": "string"},
                        "nearest": {"type": "array", "items": {"type": "string"}},
                    },
                    "required": ["error"],
                },
                "Stub": {
                    "type": "object",
                    "properties": {"op": _TEXT, "id": _TEXT},
                    "required": ["op"],
                    "description": "An entry of a rule file: see /__admin/rules.schema.json.",
                },
                "Verified": _VERIFIED,
            },
        },
        "security": [{}, {"token": []}],
    }


def _operation(route: Route) -> dict[str, Any]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", route.path)
    ]
    parameters += [
        {"name": name, "in": "query", "required": False, "schema": {"type": "string"}}
        for name in route.query
    ]
    words = re.findall(r"\w+", route.path)
    made: dict[str, Any] = {
        "summary": route.summary,
        "operationId": "_".join([route.method.lower(), *words]),
        "parameters": parameters,
        "responses": {
            "2XX": {"description": "Done."},
            "4XX": {
                "description": "It cannot be done.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
            },
        },
    }
    if route.body is not None:
        schema = BODIES[f"{route.method} {route.path}"]
        made["requestBody"] = {
            "description": route.body,
            "content": {"application/json": {"schema": schema}},
        }
    if route.path == "/verify":
        content = {"application/json": {"schema": {"$ref": "#/components/schemas/Verified"}}}
        for status, meaning in (("200", "It was so."), ("409", "It was not; message says why.")):
            made["responses"][status] = {"description": meaning, "content": content}
    return made
