"""What the console says: what is served, and a line for each exchange."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from ZSI.mock.engine import Mount
from ZSI.mock.exchange import Call
from ZSI.mock.secrets import masked
from ZSI.TC import Compound

#: Fields of a request that a line shows, and characters of each.
SHOWN_FIELDS = 3
SHOWN_CHARACTERS = 24


def line(call: Call) -> str:
    """One exchange on one line: operation, key fields, what answered, status, ms, findings."""
    name = call.operation.name if call.operation is not None else "?"
    status = call.sent.status if call.sent is not None else 0
    text = f"{call.time:%H:%M:%S} {name}({', '.join(key_fields(call))}) {source(call)} {status}"
    text += f" {call.seconds * 1000:.1f} ms"
    if call.delay:
        text += f" +{call.delay * 1000:.0f} ms"
    if call.error is not None:
        text += f" | {_one_line(call.error)}"
    for finding in call.findings:
        text += f" | {finding.rule}"
    return escaped(text)


def source(call: Call) -> str:
    """What answered: a stub and where it stands, the sample, a fault."""
    if call.stub is not None:
        return f"{call.source} {call.stub.shown}"
    return call.source


def key_fields(call: Call) -> list[str]:
    """The first simple fields of the request, as far as a line holds them."""
    if not isinstance(call.request, Compound):
        return []
    shown = []
    for key, value in call.request._items():
        if isinstance(value, Compound | list):
            continue
        text = str(masked(key, value))
        cut = text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"
        shown.append(f"{key}={cut}")
        if len(shown) == SHOWN_FIELDS:
            break
    return shown


def as_json(call: Call) -> str:
    """The same for machines: one JSON object on one line."""
    record: dict[str, Any] = {
        "number": call.number,
        "time": call.time.isoformat(),
        "operation": call.operation.title if call.operation is not None else None,
        "path": call.http.path,
        "source": call.source,
        "stub": call.stub.shown if call.stub is not None else None,
        "status": call.sent.status if call.sent is not None else None,
        "ms": round(call.seconds * 1000, 3),
        "delay_ms": round(call.delay * 1000, 3),
        "fields": dict(field.split("=", 1) for field in key_fields(call)),
        "error": _one_line(call.error) if call.error is not None else None,
        "findings": [str(finding) for finding in call.findings],
    }
    return json.dumps(record, ensure_ascii=False)


def banner(mounts: Iterable[Mount], base: str, most: int = 8) -> str:
    """What is served where, within a screen whatever the size, and a line to try it with."""
    lines = []
    for mount in mounts:
        operations = list(dict.fromkeys(o.name for o in mount.router.operations))
        versions = sorted({o.version.number for o in mount.router.operations})
        shown = ", ".join(operations[:most])
        more = f" and {len(operations) - most} more" if len(operations) > most else ""
        lines.append(f"  {base}{mount.path}  SOAP {' and '.join(versions)}: {shown}{more}")
        lines.extend(
            f"    {o.name} is answered with a fault: {o.problem}"
            for o in [o for o in mount.router.operations if o.problem is not None][:most]
        )
    if len(lines) > 15:
        lines = [*lines[:14], f"  and {len(lines) - 14} more lines: see {base}/"]
    return "\n".join(lines)


def _one_line(error: BaseException) -> str:
    return " ".join(str(getattr(error, "str", error)).split())


def escaped(text: str) -> str:
    """The text without control characters, which a request could carry to a terminal."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)
