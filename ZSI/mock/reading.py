"""What a request to the HTTP interface says, read and refused; without HTTP.

Whatever is not understood is refused: a verification whose ``when`` is misspelled would hold for
calls that nobody asked about.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from ZSI.errors import ZSIException
from ZSI.mock.errors import listed, nearest


class ApiError(ZSIException):
    """A request to the interface that cannot be done; ``status`` is the HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        self.message = message
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: what the path and the query say, and the decoded body."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any = None

    @property
    def session(self) -> str:
        """The session that is meant; ``""`` for none."""
        return self.query.get("session", "")


def decoded_json(body: bytes) -> Any:
    """JSON whose numbers are the text that came, as in rule files; None for an empty body.

    Raises:
        ApiError: it is none, or what no document can hold: lone surrogates, a name twice.
    """
    if not body.strip():
        return None
    try:
        data = json.loads(body, parse_float=str, parse_int=str, parse_constant=_constant,
                          object_pairs_hook=_object)  # fmt: skip
        if b"\\u" in body:  # may be half of a pair
            json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ApiError(400, "not JSON: a lone surrogate is no character") from None
    except ValueError as error:
        raise ApiError(400, f"not JSON: {error}") from None
    except RecursionError:
        raise ApiError(400, "the JSON is nested too deeply") from None
    return data


def _constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice!r} stands twice in one object")
    return made


def known_only(given: Mapping[str, Any], known: tuple[str, ...], what: str) -> None:
    """Refuse names that nobody asks for.

    Raises:
        ApiError: there is one; names the nearest.
    """
    for name in given:
        if name not in known:
            near = nearest(name, known)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise ApiError(400, f"{name!r} is no {what}; there is {listed(known)}{hint}")


def mapping(asked: Asked, *known: str, optional: bool = False) -> Mapping[str, Any]:
    """The body, which is an object.

    Args:
        known: the members that it may have; none: any.
        optional: it may be left out.

    Raises:
        ApiError: it is not.
    """
    if asked.body is None and optional:
        return {}
    if not isinstance(asked.body, Mapping):
        raise ApiError(400, "the body is no JSON object")
    if known:
        known_only(asked.body, known, "member")
    return asked.body


def text(given: Mapping[str, Any], name: str) -> str | None:
    """A member that is text, if it is there.

    Raises:
        ApiError: it is something else.
    """
    value = given.get(name)
    if value is not None and not isinstance(value, str):
        raise ApiError(400, f"{name} {value!r}: expected text")
    return value


_WHOLE = re.compile(r"-?[0-9]{1,15}")


def number(given: Any, what: str, least: int | None = None) -> int:
    """A whole number, as JSON has it or as text.

    Raises:
        ApiError: it is none, or too small.
    """
    if isinstance(given, bool) or not _WHOLE.fullmatch(str(given)):
        raise ApiError(400, f"{what} {given!r}: expected a whole number")
    value = int(given)
    if least is not None and value < least:
        raise ApiError(400, f"{what} {given!r}: expected {least} or more")
    return value


_SPAN = re.compile(r"([+-]?\d+(?:\.\d+)?)(ms|s|m|h|d)?", re.ASCII)
_UNITS = {None: 1.0, "ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def span(given: Any) -> timedelta:
    """A span of the mock's time: seconds, or a number with a unit; back, if it is negative.

    Raises:
        ApiError: it is none.
    """
    found = _SPAN.fullmatch(str(given))
    try:
        if found is not None:
            return timedelta(seconds=float(found[1]) * _UNITS[found[2]])
    except OverflowError:
        pass
    raise ApiError(400, f"{given!r} is no time: expected a number with ms, s, m, h or d")


def instant(given: Any, what: str) -> datetime:
    """An ISO 8601 time; without a zone it is UTC.

    Raises:
        ApiError: it is none.
    """
    try:
        found = datetime.fromisoformat(str(given))
    except ValueError:
        raise ApiError(400, f"{what} {given!r}: expected an ISO 8601 time") from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
