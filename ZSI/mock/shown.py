"""Exchanges as plain data for JSON, reports and failing tests, with secrets masked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ZSI.errors import ZSIException
from ZSI.mock.secrets import MASK, is_secret, is_secret_header
from ZSI.TC import AnyXML, Compound, TypedValue
from ZSI.TC.resolve import resolve
from ZSI.TC.simple import SimpleType
from ZSI.TC.values import NIL

if TYPE_CHECKING:
    from ZSI.mock.journal import Entry
    from ZSI.TC.fields import Field

#: Integers that every reader of JSON takes exactly; larger ones are written as text.
_EXACT = 2**53
_WORD = re.compile(r"[^\s/@\[\].]+")


def decoded(value: Any, kind: Any = None, key: str = "") -> Any:
    """A typed value as plain data by Python's names: text as its type writes it, secrets masked.

    Args:
        value: a typed object, a list of them, or a simple value.
        kind: the simple type of the value, if it is known.
        key: the field that it stands in.

    >>> from decimal import Decimal
    >>> decoded([Decimal("1.0"), None])
    ['1.0', None]
    >>> decoded("s3cret", key="password")
    '***'
    """
    return _plain(value, kind, key, lambda key, use: key, is_secret)


def as_data(value: Any, kind: Any = None) -> Any:
    """The same by the names that paths have, and with its secrets: what people asked for.

    >>> as_data([True, None, 3])
    [True, None, 3]
    """
    return _plain(value, kind, "", path_name, lambda key: False)


def path_name(key: str, use: Any) -> str:
    """How paths name a field: an element by its name, an attribute by ``@name``, text by ``.``."""
    if use is None:
        return key
    return "." if use.kind == "text" else str(use.shown)


def _plain(
    value: Any,
    kind: Any,
    key: str,
    named: Callable[[str, Any], str],
    secret: Callable[[str], bool],
) -> Any:
    """A typed value as plain data; ``named`` gives the name of a field by its key and itself."""
    if value is None or isinstance(value, bool):
        return value
    if value is NIL:
        return {"$nil": True}
    if isinstance(value, TypedValue):
        return _plain(value.value, None, key, named, secret)
    if secret(key):
        return MASK
    if isinstance(value, Compound):
        return {
            named(inner, use): _plain(item, simple, inner, named, secret)
            for inner, item, use, simple in _fields(value)
        }
    if isinstance(value, list | tuple) and getattr(kind, "variety", "atomic") == "atomic":
        return [_plain(item, kind, key, named, secret) for item in value]
    if isinstance(value, dict):
        return {
            str(name): _plain(item, None, str(name), named, secret) for name, item in value.items()
        }
    if isinstance(value, int):
        return int(value) if abs(value) < _EXACT else str(value)
    if isinstance(value, str | AnyXML):
        return str(value)
    return _text(value, kind)


def _fields(value: Compound) -> Iterator[tuple[str, Any, Field | None, SimpleType | None]]:
    """The fields of an object: key, value, declaration, and simple type if it is of one."""
    ctype = value.complex_type()
    for key, item in value._items():
        use = ctype.fields.get(key)
        kind = resolve(use.type, ctype.registry) if use is not None and use.type else None
        yield key, item, use, kind if isinstance(kind, SimpleType) else None


def _text(value: Any, kind: SimpleType | None) -> str:
    """A simple value as XML would have it."""
    try:
        if kind is not None:
            return kind.format(value)
    except (ZSIException, TypeError):
        pass  # a message may hold what its type refuses: that is shown as it is
    if isinstance(value, bytes):
        return value.hex()
    isoformat = getattr(value, "isoformat", None)
    return str(isoformat() if isoformat is not None else value)


def masked_reason(reason: str) -> str:
    """Why a stub did not match, without the values of secret fields.

    >>> masked_reason("user/password: expected = 'a', was 'b'")
    'user/password: expected ***, was ***'
    >>> masked_reason("account: expected = '42', was '43'")
    "account: expected = '42', was '43'"
    """
    place, colon, _ = reason.partition(": expected")
    words = _WORD.findall(place)
    if colon and any(is_secret(word) or is_secret_header(word) for word in words):
        return f"{place}: expected {MASK}, was {MASK}"
    return reason


def masked_spec(key: str, spec: Any) -> Any:
    """A value spec as it is repeated in words, masked where its field is a secret."""
    return MASK if any(map(is_secret, _WORD.findall(key))) else spec


def as_dict(entry: Entry, bodies: bool = False) -> dict[str, Any]:
    """An entry as plain data, as the HTTP interface, reports and the SQLite journal have it."""
    call, operation = entry.call, entry.call.operation
    shown: dict[str, Any] = {
        "number": entry.number,
        "time": entry.time.isoformat(),
        "session": entry.session,
        "service": operation.service if operation is not None else None,
        "port": operation.port if operation is not None else None,
        "operation": entry.operation,
        "source": call.source,
        "stub": call.stub.shown if call.stub is not None else None,
        "status": call.sent.status if call.sent is not None else None,
        "request": decoded(entry.request),
        "reply": decoded(entry.reply) if isinstance(entry.reply, Compound) else None,
        "fault": str(entry.reply) if isinstance(entry.reply, BaseException) else None,
        "error": error_text(call.error),
        "provenance": dict(call.provenance),
        "findings": [str(finding) for finding in call.findings],
        "misses": [
            {"stub": miss.stub.shown, "distance": round(miss.distance, 4),
             "reasons": list(map(masked_reason, miss.reasons))}
            for miss in entry.misses
        ],
        "trouble": call.trouble.kind if call.trouble is not None else None,
        "ms": round(call.seconds * 1000, 3),
        "delay_ms": round(call.delay * 1000, 3),
        "http": {"method": call.http.method, "uri": call.http.uri, "client": call.http.client,
                 "headers": dict(entry.headers)},
    }  # fmt: skip
    if bodies:
        shown["request_body"] = entry.request_body.decode("utf-8", "replace")
        shown["reply_body"] = entry.reply_body.decode("utf-8", "replace")
        shown["cut"] = entry.cut
    return shown


def error_text(error: BaseException | None) -> str | None:
    """What went wrong, on one line."""
    if error is None:
        return None
    text = " ".join(str(getattr(error, "str", error)).split())
    return text or type(error).__name__
