"""One dict form for stubs: exactly a YAML entry, and what the HTTP interface takes.

A table says for each key what it means. Whatever is wrong is said with the file and line of the
key, what was expected and the nearest names; whether the contract knows the names is checked
when a stub is bound to its operation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ZSI.errors import Where, quote
from ZSI.mock.delays import parse_delay
from ZSI.mock.errors import DefinitionError, below, listed, nearest
from ZSI.mock.stubs import (
    DeclaredFault,
    FileReply,
    FreeFault,
    Origin,
    RawReply,
    Reply,
    SampleReply,
    Scenario,
    Stub,
    Trouble,
    When,
    XmlReply,
)
from ZSI.mock.yamlfile import where_in

#: Keys that say what a call must be, and the attribute of `When` that each fills.
CONDITIONS = {
    "when": "fields",
    "header": "header",
    "http": "http",
    "version": "version",
    "xpath": "xpath",
    "body": "body",
    "all": "all_of",
    "any": "any_of",
    "not": "none_of",
    "namespaces": "namespaces",
}
#: Keys that say what a reply is; exactly one, or none for the sample.
CONTENTS = ("reply", "fault", "xml", "file", "raw")
#: Keys of a reply beside its content; at the stub itself they are spelled ``reply_…``.
ASPECTS = ("status", "http", "header", "delay", "media_type", "template")
#: Keys of a stub besides conditions and contents.
CONTROLS = (
    "op", "input", "replies", "then", "per", "priority", "times", "delay", "scenario", "gate",
    "trouble", "session", "fallback", "label", "id", "status", "media_type", "template",
    "reply_http", "reply_header",
)  # fmt: skip


def parse_stub(entry: Any, *, origin: Origin = "file", session: str = "") -> Stub:
    """A stub from its dict form.

    Args:
        entry: the mapping.
        origin: who defined it.
        session: the session that it belongs to unless it names one.

    Raises:
        DefinitionError: a key or value is not known; with its place.

    >>> stub = parse_stub({"op": "GetBalance", "when": {"account": "42"}, "delay": "300ms"})
    >>> stub.op, stub.when.fields, stub.delay.describe()
    ('GetBalance', {'account': '42'}, '300ms')
    """
    entry = _mapping(entry, "a stub")
    known = (*CONDITIONS, *CONTENTS, *CONTROLS)
    _check_keys(entry, known)
    op = entry.get("op")
    if not isinstance(op, str):
        raise _error(entry, "op" if "op" in entry else None, "a stub names its operation: op")
    stub = Stub(
        op,
        parse_when({key: entry[key] for key in CONDITIONS if key in entry}, entry),
        _replies(entry),
        origin=origin,
        session=_text(entry, "session") or session,
        where=where_in(entry),
    )
    changes = {key: parse(entry, key) for key, parse in _STUB_KEYS.items() if key in entry}
    return replace(stub, **changes)


def parse_when(given: Mapping[str, Any], entry: Mapping[str, Any] | None = None) -> When:
    """Conditions from their dict form."""
    entry = entry if entry is not None else given
    _check_keys(given, CONDITIONS)
    values: dict[str, Any] = {}
    for key, value in given.items():
        attribute = CONDITIONS[key]
        if key in ("all", "any", "not"):
            items = value if isinstance(value, list) else [value]
            values[attribute] = tuple(parse_when(_mapping(i, f"{key}:", entry)) for i in items)
        elif key == "version":
            if value not in ("1.1", "1.2"):
                raise _error(entry, key, f"version {quote(value)}", "1.1 or 1.2")
            values[attribute] = value
        elif key == "body":
            values[attribute] = value
        elif key == "xpath" and isinstance(value, str):
            values[attribute] = {value: True}
        else:
            values[attribute] = _mapping(value, f"{key}:", entry, key)
    return When(**values)


def _replies(entry: Mapping[str, Any]) -> tuple[Reply, ...]:
    """The replies of a stub: a sequence, or the one that stands at the stub itself."""
    if "replies" in entry:
        double = next((key for key in CONTENTS if key in entry), None)
        if double is not None:
            raise _error(entry, double, f"{double} beside replies", "one of the two")
        items = entry["replies"]
        if not isinstance(items, list) or not items:
            raise _error(entry, "replies", "replies is a list of replies")
        return tuple(parse_reply(_mapping(item, "a reply", entry, "replies")) for item in items)
    own = {key: entry[key] for key in (*CONTENTS, "status", "media_type", "template")
           if key in entry}  # fmt: skip
    for key in ("http", "header"):
        if f"reply_{key}" in entry:
            own[key] = entry[f"reply_{key}"]
    return (parse_reply(own, entry),) if own else ()


def parse_reply(given: Any, entry: Mapping[str, Any] | None = None) -> Reply:
    """A reply from its dict form: one content, and status, http, header and delay beside it."""
    given = _mapping(given, "a reply", entry)
    entry = entry if entry is not None else given
    _check_keys(given, (*CONTENTS, *ASPECTS), entry)
    kinds = [key for key in CONTENTS if key in given]
    if len(kinds) > 1:
        raise _error(entry, kinds[1], f"{' and '.join(kinds)} in one reply", "one of them")
    aspects: dict[str, Any] = {}
    if "status" in given:
        aspects["status"] = _number(given, "status", 100, 599, entry)
    for key in ("http", "header"):
        if key in given:
            aspects[key] = _mapping(given[key], f"{key}:", entry, key)
    if "delay" in given:
        aspects["delay"] = parse_delay(given["delay"], where_in(entry, "delay"))
    kind = kinds[0] if kinds else "reply"
    return _CONTENTS[kind](given.get(kind) if kinds else {}, given, entry, aspects)


def _sample(value: Any, given: Any, entry: Any, aspects: dict[str, Any]) -> Reply:
    return SampleReply(_mapping(value or {}, "reply:", entry, "reply"), **aspects)


def _xml(value: Any, given: Any, entry: Any, aspects: dict[str, Any]) -> Reply:
    return XmlReply(value, template=_flag(given, "template", entry, True), **aspects)


def _file(value: Any, given: Any, entry: Any, aspects: dict[str, Any]) -> Reply:
    template = _flag(given, "template", entry, True)
    return FileReply(str(value), template=template, media_type=given.get("media_type"), **aspects)


def _raw(value: Any, given: Any, entry: Any, aspects: dict[str, Any]) -> Reply:
    body = value if isinstance(value, bytes) else str(value or "").encode()
    return RawReply(body, given.get("media_type", "text/plain"), **aspects)


def _fault(value: Any, given: Any, entry: Any, aspects: dict[str, Any]) -> Reply:
    """A declared fault by its name, or a free one by its code, string, actor and detail."""
    given_fault = _mapping(value, "fault:", entry, "fault")
    control = {key[1:]: item for key, item in given_fault.items() if key[:1] == "$"}
    _check_keys(control, ("code", "string", "actor", "detail"), entry, "$")
    names = [key for key in given_fault if key[:1] != "$"]
    if len(names) > 1:
        raise _error(entry, "fault", f"faults {' and '.join(names)}", "one fault")
    if names:
        fields = given_fault[names[0]]
        if "detail" in control:
            raise _error(entry, "fault", "$detail beside a declared fault", "its fields")
        fields = {} if fields is None else fields
        return DeclaredFault(names[0], fields, **control, **aspects)
    return FreeFault(**control, **aspects)


_CONTENTS: dict[str, Callable[[Any, Any, Any, dict[str, Any]], Reply]] = {
    "reply": _sample,
    "fault": _fault,
    "xml": _xml,
    "file": _file,
    "raw": _raw,
}


def _scenario(entry: Mapping[str, Any], key: str) -> Scenario:
    value = entry[key]
    if isinstance(value, str):
        return Scenario(value)
    given = _mapping(value, "scenario:", entry, key)
    _check_keys(given, ("name", "when", "then"), entry)
    if not given.get("name"):
        raise _error(entry, key, "a scenario has a name", "name, when, then")
    return Scenario(given["name"], given.get("when"), given.get("then"))


def _trouble(entry: Mapping[str, Any], key: str) -> tuple[Trouble, ...]:
    value = entry[key]
    items = value if isinstance(value, list) else [value]
    made = []
    for item in items:
        if isinstance(item, str):
            made.append(Trouble(item))
            continue
        given = dict(_mapping(item, "trouble:", entry, key))
        kind = given.pop("kind", None)
        if not isinstance(kind, str):
            raise _error(entry, key, "a trouble has a kind", "kind, probability, seed")
        probability = given.pop("probability", "1")
        seed = given.pop("seed", None)
        try:
            chance = float(probability)
            made.append(Trouble(kind, chance, int(seed) if seed is not None else None, given))
        except (TypeError, ValueError):
            raise _error(entry, key, f"probability {quote(probability)} or seed {quote(seed)}",
                         "a number from 0 to 1, and an integer") from None  # fmt: skip
        if not 0 <= chance <= 1:
            raise _error(entry, key, f"probability {chance}", "a number from 0 to 1")
    return tuple(made)


def parse_fallback(value: Any, entry: Mapping[str, Any] | None = None) -> Any:
    """``sample``, ``fault``, or a reply's dict form such as ``{fault: {…}}``."""
    if isinstance(value, str):
        if value not in ("sample", "fault"):
            raise _error(entry or {}, "fallback", f"fallback {quote(value)}",
                         "sample, fault or a reply")  # fmt: skip
        return value
    return parse_reply(value, entry)


def _then(entry: Mapping[str, Any], key: str) -> Any:
    if entry[key] not in ("stay", "repeat", "pass"):
        raise _error(entry, key, f"then {quote(entry[key])}", "stay, repeat or pass")
    return entry[key]


#: What the other keys of a stub become.
_STUB_KEYS: dict[str, Callable[[Mapping[str, Any], str], Any]] = {
    "input": lambda entry, key: _text(entry, key),
    "then": _then,
    "per": lambda entry, key: _text(entry, key),
    "priority": lambda entry, key: _number(entry, key, -1_000_000, 1_000_000),
    "times": lambda entry, key: _number(entry, key, 0, 1_000_000_000),
    "delay": lambda entry, key: parse_delay(entry[key], where_in(entry, key)),
    "scenario": _scenario,
    "gate": lambda entry, key: _text(entry, key),
    "trouble": _trouble,
    "fallback": lambda entry, key: parse_fallback(entry[key], entry),
    "label": lambda entry, key: _text(entry, key) or "",
    "id": lambda entry, key: _text(entry, key) or "",
}

# ---------------------------------------------------------------------------- reading values


def _mapping(
    value: Any, what: str, entry: Any = None, key: str | None = None
) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _error(entry or {}, key, f"{what} {quote(value)}", "a mapping")
    return value


def _text(entry: Mapping[str, Any], key: str) -> str | None:
    value = entry.get(key)
    if value is not None and not isinstance(value, str):
        raise _error(entry, key, f"{key} {quote(value)}", "text")
    return value


def _number(
    given: Mapping[str, Any], key: str, low: int, high: int, entry: Any = None
) -> int:
    value = given[key]
    try:
        number = int(value) if not isinstance(value, bool | float) else None
    except (TypeError, ValueError):
        number = None
    if number is None or not low <= number <= high:
        expected = f"an integer from {low} to {high}"
        raise _error(entry if entry is not None else given, key, f"{key} {quote(value)}", expected)
    return number


def _flag(given: Mapping[str, Any], key: str, entry: Any, default: bool) -> bool:
    value = given.get(key, default)
    flag = {"true": True, "yes": True, "false": False, "no": False}.get(str(value).lower())
    if flag is None:
        raise _error(entry, key, f"{key} {quote(value)}", "true or false")
    return flag


def _check_keys(
    given: Mapping[str, Any], known: Any, entry: Any = None, prefix: str = ""
) -> None:
    for key in given:
        if key not in known:
            raise DefinitionError(
                f"no key {quote(prefix + str(key))} here",
                where=_where(given if where_in(given) else entry, str(key)),
                expected=listed(prefix + name for name in known),
                nearest=tuple(prefix + name for name in nearest(str(key), known)),
            )


def _error(entry: Any, key: str | None, message: str, expected: str = "") -> DefinitionError:
    return DefinitionError(message, where=_where(entry, key), expected=expected)


def _where(entry: Any, key: str | None) -> Where | None:
    found = where_in(entry, key)
    if found is None and key is not None:
        return below(None, key)
    return found


# ---------------------------------------------------------------------------- and back


def unparse_stub(stub: Stub) -> dict[str, Any]:
    """The dict form of a stub, as the HTTP interface shows it; callables by their names."""
    made: dict[str, Any] = {"op": stub.op}
    made |= {key: value for key, value in _unparse_when(stub.when) if value}
    if len(stub.replies) == 1:
        reply = unparse_reply(stub.replies[0])
        for key in ("http", "header"):
            if key in reply:
                reply[f"reply_{key}"] = reply.pop(key)
        made |= {key: value for key, value in reply.items() if key != "delay"}
    elif stub.replies:
        made["replies"] = [unparse_reply(reply) for reply in stub.replies]
    made |= dict(_controls(stub))
    return made


def _unparse_when(when: When) -> Iterator[tuple[str, Any]]:
    for key, attribute in CONDITIONS.items():
        value = getattr(when, attribute)
        if key in ("all", "any", "not"):
            value = [dict(_unparse_when(item)) for item in value]
            value = [{k: v for k, v in item.items() if v} for item in value]
        yield key, _plain(value)


def unparse_reply(reply: Reply) -> dict[str, Any]:
    """The dict form of a reply."""
    made: dict[str, Any]
    match reply:
        case SampleReply():
            made = {"reply": _plain(reply.fields)}
        case XmlReply():
            made = {"xml": _plain(reply.xml), "template": reply.template}
        case FileReply():
            made = {"file": reply.path, "template": reply.template}
            made |= {"media_type": reply.media_type} if reply.media_type else {}
        case RawReply():
            made = {"raw": _plain(reply.body), "media_type": reply.media_type}
        case DeclaredFault():
            made = {"fault": {reply.name: _plain(reply.fields), **_dollars(reply)}}
        case FreeFault():
            made = {"fault": _dollars(reply)}
        case _:
            made = {"reply": f"python: {getattr(reply, 'function', None) or reply}"}
    for key in ("status", "http", "header"):
        if getattr(reply, key):
            made[key] = _plain(getattr(reply, key))
    if reply.delay is not None:
        made["delay"] = reply.delay.describe()
    return made


def _dollars(fault: DeclaredFault | FreeFault) -> dict[str, Any]:
    values = {key: getattr(fault, key, None) for key in ("code", "string", "actor", "detail")}
    return {f"${key}": _plain(value) for key, value in values.items() if value is not None}


def _controls(stub: Stub) -> Iterator[tuple[str, Any]]:
    defaults = Stub("")
    for key in ("id", "input", "then", "per", "priority", "times", "gate", "session", "label"):
        if getattr(stub, key) != getattr(defaults, key):
            yield key, getattr(stub, key)
    if stub.delay is not None:
        yield "delay", stub.delay.describe() if stub.delay.kind == "fixed" else {
            stub.delay.kind: [stub.delay.first, stub.delay.second]
        }
    if stub.scenario is not None:
        scenario = stub.scenario
        shown = {"name": scenario.name, "when": scenario.when, "then": scenario.then}
        yield "scenario", {key: value for key, value in shown.items() if value is not None}
    if stub.trouble:
        yield "trouble", [
            {"kind": t.kind, "probability": t.probability, "seed": t.seed, **t.settings}
            for t in stub.trouble
        ]
    if stub.fallback is not None:
        simple = isinstance(stub.fallback, str)
        yield "fallback", stub.fallback if simple else unparse_reply(stub.fallback)  # type: ignore[arg-type]  # else it is a reply


def _plain(value: Any) -> Any:
    """A value spec as JSON can hold it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    operator, argument = getattr(value, "name", None), getattr(value, "argument", None)
    if isinstance(operator, str) and operator[:1] == "$":
        return {operator: _plain(argument)}
    if value is None or isinstance(value, str | bool | int | float):
        return value
    return f"python: {value.__qualname__}" if callable(value) else str(value)
