"""What the console says: what is served, and a line for each exchange."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from textwrap import shorten
from typing import Any

from ZSI.errors import ZSIException
from ZSI.fault import Fault
from ZSI.mock.asking import envelope, made
from ZSI.mock.engine import Mount
from ZSI.mock.exchange import Call
from ZSI.mock.operations import MockOperation
from ZSI.mock.secrets import MASK, is_secret
from ZSI.mock.shown import as_data, error_text, path_name
from ZSI.TC import Compound
from ZSI.TC.complextype import ComplexType
from ZSI.TC.resolve import resolve
from ZSI.TC.simple import SimpleType
from ZSI.TC.values import UNSET

#: Fields of a request that a line shows, and characters of each.
SHOWN_FIELDS = 3
SHOWN_CHARACTERS = 24
#: Lines on what is served, and columns of the list of operations: a screen has 24 and 80.
MOST_LINES = 12
COLUMNS = 96
#: Lines on what is wrong with schemas.
MOST_WARNINGS = 3
#: Characters of a request that is still worth pasting, and operations that are tried for one.
MOST_PASTED = 1_200
MOST_TRIED = 20

# ---------------------------------------------------------------------------- an exchange


def line(call: Call) -> str:
    """One exchange on one line: operation, key fields, what answered, status, ms, findings."""
    name = call.operation.name if call.operation is not None else "?"
    status = call.sent.status if call.sent is not None else 0
    fields = ", ".join(key_fields(call))
    text = f"{_time(call.time)} {name}({fields}) {source(call)} {status}"
    if call.error is None and isinstance(call.reply, Fault):
        text += f" fault {str(call.reply.string)!r}"
    text += f" {call.seconds * 1000:.1f} ms"
    if call.delay:
        text += f" +{call.delay * 1000:.0f} ms"
    if call.trouble is not None:
        text += f" {call.trouble.kind}"
    if call.session:
        text += f" [{call.session}]"
    if call.error is not None:
        text += f" | {error_text(call.error)}"
    for finding in call.findings:
        text += f" | {finding.rule}: {finding.message}"
    return escaped(text)


def http_line(now: datetime, asked: str, status: int, reason: str) -> str:
    """A line for what was no message: a page, a wrong path, no HTTP at all."""
    text = f"{_time(now)} {asked} {status}"
    return escaped(f"{text} | {reason}" if reason else text)


def _time(moment: datetime) -> str:
    """The time of the day here; hundreds of lines have the same one."""
    return _time_of(moment.replace(microsecond=0))


@lru_cache(maxsize=1)
def _time_of(second: datetime) -> str:
    return f"{second.astimezone():%H:%M:%S}"


def source(call: Call) -> str:
    """What answered: a stub and where it stands, the sample, a fault."""
    return f"{call.source} {call.stub.shown}" if call.stub is not None else call.source


def key_fields(call: Call) -> list[str]:
    """The first simple fields of the request, as far as a line holds them."""
    return [f"{key}={value}" for key, value in _keys(call)]


def _keys(call: Call) -> list[tuple[str, str]]:
    if not isinstance(call.request, Compound):
        return []
    shown: list[tuple[str, str]] = []
    values = call.request.__dict__
    for key, name, kind, secret in _columns(call.request.complex_type()):
        value = values.get(key)
        if value is None or value is UNSET or isinstance(value, Compound | list):
            continue
        text = MASK if secret else value if type(value) is str else _said(value, kind)
        cut = text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"
        shown.append((name, cut))
        if len(shown) == SHOWN_FIELDS:
            break
    return shown


def _said(value: Any, kind: SimpleType | None) -> str:
    data = as_data(value, kind)
    return "nil" if isinstance(data, dict) else str(data)


@lru_cache(maxsize=1024)  # a line is made for each exchange, of some hundreds of operations
def _columns(ctype: ComplexType) -> tuple[tuple[str, str, SimpleType | None, bool], ...]:
    """The fields that may be shown: key, name, simple type, and whether they are secrets."""
    found = []
    for key, use in ctype.fields.items():
        if use.kind != "any_attribute":
            kind = resolve(use.type, ctype.registry) if use.type else None
            simple = kind if isinstance(kind, SimpleType) else None
            found.append((key, path_name(key, use), simple, is_secret(key)))
    return tuple(found)


def as_json(call: Call) -> str:
    """The same for machines: one JSON object on one line."""
    record: dict[str, Any] = {
        "number": call.number,
        "time": call.time.isoformat(),
        "session": call.session,
        "operation": call.operation.title if call.operation is not None else None,
        "service": call.operation.contract if call.operation is not None else None,
        "path": call.http.path,
        "source": call.source,
        "stub": call.stub.shown if call.stub is not None else None,
        "status": call.sent.status if call.sent is not None else None,
        "fault": str(call.reply.string) if isinstance(call.reply, Fault) else None,
        "ms": round(call.seconds * 1000, 3),
        "delay_ms": round(call.delay * 1000, 3),
        "trouble": call.trouble.kind if call.trouble is not None else None,
        "fields": dict(_keys(call)),
        "error": error_text(call.error),
        "findings": [str(finding) for finding in call.findings],
    }
    return json.dumps(record, ensure_ascii=False)


def escaped(text: str) -> str:
    """The text without control characters, which a request could carry to a terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


# ---------------------------------------------------------------------------- what is served


@dataclass(frozen=True, slots=True)
class Place:
    """A mount and the URL that it has."""

    mount: Mount
    url: str


def banner(
    places: Sequence[Place],
    *,
    stubs: int = 0,
    rules: Iterable[str] = (),
    admin: str | None = None,
    warnings: Sequence[str] = (),
) -> str:
    """What is served where, within a screen whatever the size, and a line to try it with.

    Args:
        places: what is served.
        stubs: how many rule files have brought; rules: these files.
        admin: the URL of the HTTP interface.
        warnings: what schemas mean for the checks.
    """
    lines = ["zsi-mock serves (Ctrl-C stops it)"]
    roomy = 2 * len(places) <= MOST_LINES
    for place in places[:MOST_LINES]:
        names = list(dict.fromkeys(o.name for o in place.mount.router.operations))
        lines.append(f"  {place.url}  {_title(place.mount, len(names))}")
        if roomy:
            lines.append(f"    {shorten(', '.join(names), COLUMNS - 4, placeholder=' …')}")
    if len(places) > MOST_LINES:
        lines.append(f"  and {len(places) - MOST_LINES} more paths; GET / lists them")
    lines += _problems(places)
    if stubs:
        files = list(rules)
        shown = ", ".join(files[:3]) + (f" and {len(files) - 3} more" if len(files) > 3 else "")
        lines.append(f"  {stubs} stub{'s' if stubs != 1 else ''} from {shown}")
    if admin is not None:
        lines.append(f"  {admin}  what it remembers, and more stubs, over HTTP")
    lines += [f"  warn: {warning}" for warning in warnings[:MOST_WARNINGS]]
    if len(warnings) > MOST_WARNINGS:
        lines.append(f"  warn: {len(warnings) - MOST_WARNINGS} more of this; see zsi-mock check")
    example = try_it(places)
    return "\n".join([*lines, "try it:", f"  {example}"] if example else lines)


def _title(mount: Mount, count: int) -> str:
    services = ", ".join(dict.fromkeys(o.contract for o in mount.router.operations))
    versions = " and ".join(sorted({o.version.number for o in mount.router.operations}))
    return f"{services}, SOAP {versions}, {count} operation{'s' if count != 1 else ''}"


def _problems(places: Iterable[Place]) -> list[str]:
    broken = [o for place in places for o in place.mount.router.operations if o.problem]
    if not broken:
        return []
    more = f"; and {len(broken) - 1} more" if len(broken) > 1 else ""
    problem = shorten(broken[0].problem or "", COLUMNS, placeholder=" …")
    return [f"  answered with a fault: {broken[0].title}: {problem}{more}"]


def try_it(places: Iterable[Place]) -> str | None:
    """A curl line, ready to be pasted, for the first operation whose request is short enough."""
    tried = 0
    for place in places:
        for operation in place.mount.router.operations:
            if operation.problem is not None or tried == MOST_TRIED:
                continue
            tried += 1
            text = _short_request(operation)
            if text is not None:
                return curl(place.url, operation, text)
    return None


def _short_request(operation: MockOperation) -> str | None:
    try:
        request = made(operation, operation.request_class, now=datetime.now(UTC))
        text = envelope(operation, request, operation.request_class)
    except (ZSIException, RecursionError):  # a sample that cannot be made is no reason to stop
        return None
    return text if len(text) <= MOST_PASTED else None


def curl(url: str, operation: MockOperation, text: str) -> str:
    """The curl command that posts an envelope."""
    content_type = operation.version.content_type(operation.soap_action)
    words = ["curl", "-s", url, "-H", f"Content-Type: {content_type}"]
    if operation.version.number == "1.1":
        words += ["-H", f'SOAPAction: "{operation.soap_action or ""}"']
    return shlex.join([*words, "-d", text])
