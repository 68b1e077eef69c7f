"""A rule file to begin with: every operation of a contract, its stubs commented out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from textwrap import wrap
from typing import Any

from ZSI.errors import ZSIException
from ZSI.mock.asking import lines, made
from ZSI.mock.contract import MockContract
from ZSI.mock.expressions import Known
from ZSI.mock.lookup import called
from ZSI.mock.merge import compile_merge
from ZSI.mock.operations import MockOperation
from ZSI.mock.shown import as_data, path_name
from ZSI.TC import Compound
from ZSI.TC.resolve import resolve

#: Fields of a request and of a reply that a stub begins with, and columns of its description.
ASKED = 1
ANSWERED = 6
COLUMNS = 92
#: Fields that a description lists.
LISTED = 24

#: A scalar that needs no quotes, whatever reads the YAML.
_PLAIN = re.compile(r"[A-Za-z0-9_/][A-Za-z0-9_./+-]*( [A-Za-z0-9_./+-]+)*")
_WORDS = frozenset(("null", "true", "false", "yes", "no", "on", "off"))

_HEAD = """\
# Rules for {source}: every operation, with a stub to begin with. Take away "# " before what
# you want, then: zsi-mock serve THIS_FILE
# zsi-mock check THIS_FILE holds it against the WSDL; zsi-mock schema is for your editor.

services:
  - wsdl: {location}
    # path: {path}
    # requests: strict    # warn: requests that break the schema are only noted; off: not even that
    # fallback: fault     # sample: calls that no stub matches are answered all the same
    stubs:
"""


def rule_file(contract: MockContract, location: str) -> str:
    """The text of a rule file.

    Args:
        contract: whose operations.
        location: of the WSDL, from where the file will lie.
    """
    path = next(iter(contract.paths().values()), "/")
    parts = [
        _HEAD.format(source=contract.plan.source, location=scalar(location), path=scalar(path))
    ]
    for name in dict.fromkeys(operation.name for operation in contract.operations):
        operations = contract.operations.find(name)
        inputs = list(dict.fromkeys(operation.input_name for operation in operations))
        for input_name in inputs if len(inputs) > 1 else [None]:
            operation = next(o for o in operations if input_name in (None, o.input_name))
            parts.append(_operation(operation, input_name))
    return "".join(parts)


def _operation(operation: MockOperation, input_name: str | None) -> str:
    said = [*_description(operation), *_stubs(operation, input_name)]
    return "".join(f"      {line}".rstrip() + "\n" for line in [*said, ""])


def _description(operation: MockOperation) -> Iterator[str]:
    """What an operation takes and gives; ``##`` tells it from what may be uncommented."""
    words = " ".join((operation.documentation or "").split())
    yield from _wrapped(f"{operation.name}{': ' + words if words else ''}", "## ")
    if operation.problem is not None:
        yield from _wrapped(f"  cannot be served: {operation.problem}", "##   ")
        return
    yield from _wrapped(f"  asks: {_fields(operation.request_class)}", "##   ")
    if operation.response_class is None:
        yield "##   one-way: nothing is answered"
    else:
        yield from _wrapped(f"  answers: {_fields(operation.response_class)}", "##   ")
    if operation.faults:
        yield from _wrapped(f"  faults: {', '.join(operation.faults)}", "##   ")


def _wrapped(text: str, prefix: str) -> list[str]:
    return wrap(text, COLUMNS, initial_indent="## ", subsequent_indent=prefix + "  ")


def _fields(cls: type[Compound]) -> str:
    """The fields of a message with their types."""
    ctype = cls.complex_type()
    shown = []
    for key, use in ctype.fields.items():
        kind = called(resolve(use.type, ctype.registry)) if use.type is not None else "anything"
        many = "list of " if use.many else ""
        optional = ", optional" if use.optional else ""
        shown.append(f"{path_name(key, use)} ({many}{kind}{optional})")
    more = f" and {len(shown) - LISTED} more" if len(shown) > LISTED else ""
    return ", ".join(shown[:LISTED]) + more or "nothing"


def _stubs(operation: MockOperation, input_name: str | None) -> Iterator[str]:
    """A stub with a condition and a reply, and one with a fault, where there may be."""
    if operation.problem is not None:
        return
    head = [f"# - op: {scalar(operation.name)}"]
    if input_name is not None:
        head.append(f"#   input: {scalar(input_name)}")
    asked = _values(operation, operation.request_class, ASKED)
    when = ["#   when:", *(f"#     {line}" for line in asked)] if asked else []
    reply = []
    if operation.response_class is not None:
        answered = _values(operation, operation.response_class, ANSWERED)
        reply = ["#   reply:", *(f"#     {line}" for line in answered)] if answered else []
    yield from (*head, *when, *reply)
    for name, cls in list(operation.faults.items())[:1]:
        fields = _values(operation, cls, ASKED)
        yield from (*head, *when, "#   fault:", f"#     {scalar(name)}:")
        yield from (f"#       {line}" for line in fields)


def _values(operation: MockOperation, cls: type[Compound], most: int) -> list[str]:
    """The first simple fields of a sample, as lines of YAML; only those that a stub may say."""
    try:
        sample = made(operation, cls, now=datetime.now(UTC), full=True)
    except (ZSIException, RecursionError):  # no sample: nothing to begin with
        return []
    known = Known(operation.scope)
    found: list[str] = []
    for line in lines(as_data(sample)):
        path, equals, value = line.partition(" = ")
        if not equals or path == "." or "\n" in value or len(value) > 60:
            continue
        if _may_be_said(path, value, cls, known, sample):
            found.append(f"{scalar(path)}: {scalar(value)}")
        if len(found) == most:
            break
    return found


def _may_be_said(path: str, value: str, cls: type[Compound], known: Known, sample: Any) -> bool:
    try:
        merge = compile_merge({path: value}, cls.complex_type(), known, lambda wanted: "")
        merge.try_(sample)
    except (ZSIException, RecursionError):
        return False
    return True


def scalar(text: str) -> str:
    """Text as a YAML scalar, in quotes where it needs them.

    >>> print(scalar("EUR"), scalar("no"), scalar("a: b"), scalar("10.50"), scalar(""))
    EUR "no" "a: b" 10.50 ""
    """
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)
