"""Stubs back into their dict form, as the HTTP interface shows them and rule files hold them.

What only Python can say (functions, typed objects) is shown by its name.
"""

from __future__ import annotations

import base64
import datetime
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from ZSI.mock.definitions import CONDITION_KEYS
from ZSI.mock.delays import Delay
from ZSI.mock.stubs import (
    CallableReply,
    DeclaredFault,
    FileReply,
    FreeFault,
    RawReply,
    Reply,
    SampleReply,
    Stub,
    TypedReply,
    When,
    XmlReply,
)
from ZSI.names import QName

_DEFAULT = Stub("")


def unparse_stub(stub: Stub) -> dict[str, Any]:
    """The dict form of a stub: `ZSI.mock.definitions.parse_stub` reads it.

    >>> from ZSI.mock.definitions import parse_stub
    >>> unparse_stub(parse_stub({"op": "A", "raw": "x", "status": 503, "times": "2"}))
    {'op': 'A', 'raw': 'x', 'status': 503, 'times': 2}
    """
    made: dict[str, Any] = {"op": stub.op, **unparse_when(stub.when)}
    if len(stub.replies) == 1 and stub.replies[0].delay is None:
        reply = unparse_reply(stub.replies[0])
        for key in ("http", "header"):
            if key in reply:
                reply[f"reply_{key}"] = reply.pop(key)
        if reply != {"reply": {}}:
            made |= reply
    elif stub.replies:
        made["replies"] = [unparse_reply(reply) for reply in stub.replies]
    return made | dict(_controls(stub))


def unparse_when(when: When) -> dict[str, Any]:
    """The dict form of conditions; those that say nothing are left out."""
    made: dict[str, Any] = {}
    for key, known in CONDITION_KEYS.items():
        value = getattr(when, known.attribute or key)
        if key in ("all", "any", "not"):
            value = [unparse_when(item) for item in value]
        if value:
            made[key] = _as_text(value) if key == "body" else plain(value)
    tests = [*when.tests, *when.calls]
    if tests:
        made["where"] = [plain(test) for test in tests]
    return made


def unparse_reply(reply: Reply) -> dict[str, Any]:
    """The dict form of a reply."""
    made = _CONTENTS[type(reply)](reply)
    for key in ("status", "http", "header"):
        if getattr(reply, key):
            made[key] = plain(getattr(reply, key))
    if reply.delay is not None:
        made["delay"] = unparse_delay(reply.delay)
    return made


def _xml(reply: XmlReply) -> dict[str, Any]:
    return {"xml": _as_text(reply.xml)} | ({} if reply.template else {"template": False})


def _file(reply: FileReply) -> dict[str, Any]:
    made: dict[str, Any] = {"file": reply.path}
    if reply.media_type is not None:
        made["media_type"] = reply.media_type
    return made | ({} if reply.template else {"template": False})


def _raw(reply: RawReply) -> dict[str, Any]:
    made: dict[str, Any] = {"raw": _as_text(reply.body)}
    return made | ({} if reply.media_type == "text/plain" else {"media_type": reply.media_type})


def _declared(reply: DeclaredFault) -> dict[str, Any]:
    return {"fault": {reply.name: plain(reply.fields), **_dollars(reply)}}


def _dollars(fault: DeclaredFault | FreeFault) -> dict[str, Any]:
    values = {key: getattr(fault, key, None) for key in ("code", "string", "actor", "detail")}
    if isinstance(values["code"], tuple | list):
        values["code"] = QName(*values["code"]).clark
    return {f"${key}": plain(value) for key, value in values.items() if value is not None}


_CONTENTS: dict[type, Callable[[Any], dict[str, Any]]] = {
    SampleReply: lambda reply: {"reply": plain(reply.fields)},
    TypedReply: lambda reply: {"reply": f"python: {type(reply.value).__name__}"},
    CallableReply: lambda reply: {"reply": plain(reply.function)},
    XmlReply: _xml,
    FileReply: _file,
    RawReply: _raw,
    DeclaredFault: _declared,
    FreeFault: lambda reply: {"fault": _dollars(reply)},
}


def unparse_delay(delay: Delay) -> Any:
    """The dict form of a delay."""
    first = f"{delay.first:g}s"
    if delay.kind == "fixed":
        return delay.describe()
    second = f"{delay.second:g}" if delay.kind == "lognormal" else f"{delay.second:g}s"
    return {delay.kind: [first, second]}


def _controls(stub: Stub) -> Iterator[tuple[str, Any]]:
    for key in ("service", "input", "then", "per", "priority", "times"):
        if getattr(stub, key) != getattr(_DEFAULT, key):
            yield key, getattr(stub, key)
    if stub.delay is not None:
        yield "delay", unparse_delay(stub.delay)
    if stub.scenario is not None:
        scenario = stub.scenario
        said = {"name": scenario.name, "when": scenario.when, "then": scenario.then}
        yield "scenario", {key: value for key, value in said.items() if value is not None}
    if stub.trouble:
        yield "trouble", [_trouble(trouble) for trouble in stub.trouble]
    if stub.fallback is not None:
        simple = isinstance(stub.fallback, str)
        yield "fallback", stub.fallback if simple else unparse_reply(stub.fallback)  # type: ignore[arg-type]  # else it is a reply
    for key in ("gate", "session", "label", "id"):
        if getattr(stub, key) != getattr(_DEFAULT, key):
            yield key, getattr(stub, key)


def _trouble(trouble: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"kind": trouble.kind}
    if trouble.probability != 1:
        made["probability"] = trouble.probability
    if trouble.seed is not None:
        made["seed"] = trouble.seed
    return {**made, **plain(trouble.settings)}


def _as_text(value: Any) -> Any:
    """Bytes that may well be text: a whole body."""
    try:
        return value.decode() if isinstance(value, bytes) else value
    except UnicodeDecodeError:
        return plain(value)


def plain(value: Any) -> Any:
    """A value spec as JSON can hold it."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, bytes):
        return {"$base64": base64.b64encode(value).decode()}
    operator = getattr(value, "name", None)
    if isinstance(operator, str) and operator[:1] == "$":
        return {operator: plain(value.argument)}
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if callable(value):
        function = value.func if isinstance(value, partial) else value
        return f"python: {getattr(function, '__qualname__', type(function).__name__)}"
    return str(value)
