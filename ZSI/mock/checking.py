"""Stubs held against the contracts: every mistake, each with the line of its key.

A stub is checked as a whole by the engine, which stops at the first mistake. Where it finds one,
the stub is taken apart and each part is checked alone, so that all of them are told at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ZSI.errors import Where
from ZSI.mock.engine import Engine
from ZSI.mock.errors import DefinitionError
from ZSI.mock.mistakes import each_of
from ZSI.mock.operations import UnknownName
from ZSI.mock.stubs import (
    DeclaredFault,
    FileReply,
    RawReply,
    Reply,
    SampleReply,
    Stub,
    When,
    XmlReply,
)
from ZSI.mock.yamlfile import where_of


def check_stubs(
    engine: Engine, stubs: Iterable[Stub], entries: Mapping[int, Any] | None = None
) -> list[DefinitionError]:
    """What is wrong with stubs for the contracts of an engine.

    Args:
        engine: knows the contracts.
        stubs: from rule files.
        entries: what they were made from, by number; gives the lines of keys.
    """
    found: list[DefinitionError] = []
    for stub in stubs:
        entry = (entries or {}).get(stub.number)
        for base, error in _errors(engine, stub):
            for single in each_of(error):
                single.where = _place(single, base, stub, entry)
                found.append(single)
    return found


#: A part of a stub, and the keys that lead to it where errors about it do not say them.
Part = tuple[str, Stub]


def _errors(engine: Engine, stub: Stub) -> list[tuple[str, DefinitionError]]:
    first = _error(engine, stub)
    if first is None:
        return []
    if isinstance(first, UnknownName):
        return [("op", first)]
    found = [(base, error) for base, part in _parts(stub) if (error := _error(engine, part))]
    return found or [("", first)]


def _error(engine: Engine, stub: Stub) -> DefinitionError | None:
    try:
        engine.check(stub)
    except DefinitionError as error:
        return error
    return None


def _parts(stub: Stub) -> Iterator[Part]:
    """The stub with one condition and no reply, or with one reply and no condition, at a time."""
    names = When(namespaces=stub.when.namespaces)
    bare = replace(stub, when=names, replies=(), fallback=None, per=None, trouble=())
    for attribute in ("fields", "header", "http", "xpath"):
        for key, spec in getattr(stub.when, attribute).items():
            one: dict[str, Any] = {attribute: {key: spec}}
            yield "", replace(bare, when=replace(names, **one))
    for attribute in ("body", "version", "all_of", "any_of", "none_of"):
        if getattr(stub.when, attribute):
            whole: dict[str, Any] = {attribute: getattr(stub.when, attribute)}
            yield "", replace(bare, when=replace(names, **whole))
    for attribute in ("per", "trouble"):
        if getattr(stub, attribute):
            yield attribute, replace(bare, **{attribute: getattr(stub, attribute)})
    if stub.fallback is not None and not isinstance(stub.fallback, str):
        for base, part in _reply_parts(stub.fallback):
            yield f"fallback: {base}", replace(bare, replies=(part,))
    for number, reply in enumerate(stub.replies, 1):
        for base, part in _reply_parts(reply):
            turn = f"replies: [{number}]: " if len(stub.replies) > 1 else ""
            yield turn + base, replace(bare, replies=(part,))


_KEYS = {SampleReply: "reply", XmlReply: "xml", FileReply: "file", RawReply: "raw"}


def _reply_parts(reply: Reply) -> Iterator[tuple[str, Reply]]:
    """The reply with one of its fields at a time; control words stay with each."""
    base = _KEYS.get(type(reply), "fault")
    fields = getattr(reply, "fields", None)
    if not isinstance(reply, SampleReply | DeclaredFault) or not isinstance(fields, Mapping):
        yield base, reply
        return
    if isinstance(reply, DeclaredFault):
        base = f"fault: {reply.name}"
    control = {key: value for key, value in fields.items() if str(key)[:1] == "$"}
    for key, value in fields.items():
        if key not in control:
            yield base, replace(reply, fields={**control, key: value}, header={}, http={})
    if not fields or control or reply.header or reply.http:
        yield base, replace(reply, fields=control)


def _place(error: DefinitionError, base: str, stub: Stub, entry: Any) -> Where | None:
    """Where the key stands that an error is about, as far as that can be told."""
    inner = error.where.path if error.where is not None else None
    path = ": ".join(part for part in (base, inner) if part) or None
    found = where_of(entry, path)
    if found is None and stub.where is not None:
        found = replace(stub.where, path=path)
    return found or Where(path=path or stub.op)
