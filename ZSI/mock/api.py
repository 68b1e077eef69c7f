"""The HTTP interface's verbs, without HTTP: a table of routes, each a function of plain data.

One table serves the requests, describes itself as an OpenAPI document, and is what the tests
hold both against. A stub is exactly the YAML entry (`ZSI.mock.definitions`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any
from urllib.parse import unquote

from ZSI.errors import ZSIException
from ZSI.mock.definitions import CONDITION_KEYS, parse_stub
from ZSI.mock.errors import DefinitionError
from ZSI.mock.facade import Mock
from ZSI.mock.journal import Entry
from ZSI.mock.operations import UnknownName
from ZSI.mock.reading import (
    ApiError,
    Asked,
    instant,
    known_only,
    mapping,
    number,
    span,
    text,
)
from ZSI.mock.ruleschema import FILE as SCHEMA_FILE
from ZSI.mock.shown import as_dict, decoded
from ZSI.mock.stubs import FileReply, SampleReply, Stub, When
from ZSI.mock.unparse import unparse_stub
from ZSI.mock.verify import Times


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back: a status and plain data, or text of a media type."""

    status: int = 200
    data: Any = None
    text: str | None = None
    media_type: str = "application/json"


Handler = Callable[[Mock, Asked], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """One verb: method, path with ``{names}``, what it does, and its function."""

    method: str
    path: str
    summary: str
    handler: Handler
    query: tuple[str, ...] = ()
    body: str | None = None

    def matches(self, method: str, path: str) -> dict[str, str] | None:
        """The names in the path, if the request is for this route."""
        if method != self.method:
            return None
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path)
        found = re.fullmatch(pattern, path)
        if found is None:
            return None
        return {name: unquote(text) for name, text in found.groupdict().items()}


def call(mock: Mock, method: str, path: str, query: Mapping[str, str], body: Any) -> Answer:
    """Do what a request asks for.

    Args:
        mock: the mock server.
        path: below ``/__admin``, percent-encoded as it came.
        body: decoded JSON.

    Returns:
        The answer; errors are answers too, with ``error`` in their data.
    """
    known = []
    for route in ROUTES:
        names = route.matches(method, path)
        if names is not None:
            return _guarded(route, mock, Asked(names, query, body))
        if route.matches(route.method, path) is not None:
            known.append(route.method)
    if known:
        return Answer(405, {"error": f"{path} takes {', '.join(sorted(set(known)))}"})
    return Answer(404, {"error": f"there is no {path}; see /__admin/openapi.json"})


def _guarded(route: Route, mock: Mock, asked: Asked) -> Answer:
    if asked.session:
        mock = mock.session(asked.session)
    try:
        known_only(asked.query, (*route.query, "session"), f"query parameter of {route.path}")
        return route.handler(mock, asked)
    except ApiError as error:
        return Answer(error.status, {"error": error.message})
    except DefinitionError as error:
        status = 404 if isinstance(error, UnknownName) else 400
        return Answer(status, {"error": str(error), "expected": error.expected,
                               "nearest": list(error.nearest)})  # fmt: skip
    except ZSIException as error:
        return Answer(400, {"error": str(error)})
    except RecursionError:
        return Answer(400, {"error": "the body is nested too deeply"})


# ---------------------------------------------------------------------------- what is served


def _services(mock: Mock, asked: Asked) -> Answer:
    return Answer(data=[
        {"path": mount.path, "url": mock.url(mount.path),
         "source": mount.contract.plan.source,
         "ports": sorted({o.port for o in mount.router.operations}),
         "operations": list(dict.fromkeys(o.name for o in mount.router.operations))}
        for mount in mock.mounts
    ])  # fmt: skip


def _operations(mock: Mock, asked: Asked) -> Answer:
    return Answer(data=[
        {"name": o.name, "port": o.port, "service": o.service, "version": o.version.number,
         "soap_action": o.soap_action, "style": o.style, "one_way": o.one_way,
         "faults": list(o.faults) if o.problem is None else [], "problem": o.problem}
        for o in mock.operations
    ])  # fmt: skip


def _sample(mock: Mock, asked: Asked) -> Answer:
    given = mapping(asked, "fields", "input", optional=True)
    fields = given.get("fields", {})
    if not isinstance(fields, Mapping):
        raise ApiError(400, "fields is no JSON object")
    (said,) = parse_stub({"op": asked.path["op"], "reply": fields}, origin="http").replies
    assert isinstance(said, SampleReply), "that is what fields make"
    made = mock.sample(asked.path["op"], said.fields, input=text(given, "input"))
    return Answer(data=decoded(made))


# ---------------------------------------------------------------------------- stubs


def _shown(stub: Stub) -> dict[str, Any]:
    return {**unparse_stub(stub), "id": stub.id or str(stub.number)}


def _stub_of(mock: Mock, asked: Asked) -> Stub:
    wanted = asked.path["id"]
    for stub in mock.engine.rules.all:
        if wanted in (stub.id, str(stub.number)):
            return stub
    raise ApiError(404, f"there is no stub {wanted}")


def _parsed(mock: Mock, entry: Any) -> Stub:
    """A stub that came over HTTP; what it may read of this machine is what lies below here."""
    stub = parse_stub(entry, origin="http", session=mock.session_name)
    for reply in stub.replies:
        if isinstance(reply, FileReply):
            path = PurePath(reply.path)
            if path.is_absolute() or ".." in path.parts:
                raise ApiError(400, f"file {reply.path}: expected a path below the server's folder")
    return stub


def _stubs(mock: Mock, asked: Asked) -> Answer:
    op, session = asked.query.get("op"), asked.query.get("session")
    rules = mock.engine.rules  # the newest in front, as they are tried and imported again
    return Answer(data=[
        _shown(stub) for stub in (*reversed(rules.dynamic), *rules.files)
        if op in (None, stub.op) and session in (None, "", stub.session)
    ])  # fmt: skip


def _same_id(mock: Mock, stub: Stub) -> Stub | None:
    """The stub added while running that has the id of this one."""
    known = mock.engine.rules.dynamic if stub.id else ()
    return next((each for each in known if stub.id in (each.id, str(each.number))), None)


def _create_stub(mock: Mock, asked: Asked) -> Answer:
    stub = _parsed(mock, mapping(asked))
    if _same_id(mock, stub) is not None:
        raise ApiError(409, f"there is a stub {stub.id}: PUT /stubs/{{id}} replaces it")
    return Answer(201, _shown(mock.define(stub)))


def _read_stub(mock: Mock, asked: Asked) -> Answer:
    return Answer(data=_shown(_stub_of(mock, asked)))


def _update_stub(mock: Mock, asked: Asked) -> Answer:
    old = _stub_of(mock, asked)
    new = _parsed(mock, {"id": asked.path["id"], **mapping(asked)})
    if _same_id(mock, new) not in (None, old):
        raise ApiError(409, f"there is another stub {new.id}")
    return Answer(data=_shown(mock.redefine(old, new)))


def _delete_stub(mock: Mock, asked: Asked) -> Answer:
    mock.remove(_stub_of(mock, asked))
    return Answer(204)


def _import_stubs(mock: Mock, asked: Asked) -> Answer:
    entries = asked.body
    if not isinstance(entries, list):
        entries = mapping(asked, "stubs").get("stubs")
    if not isinstance(entries, list):
        raise ApiError(400, "expected a list of stubs, or an object with stubs")
    stubs = [_parsed(mock, entry) for entry in reversed(entries)]  # the first is to stay in front
    ids = [stub.id for stub in stubs if stub.id]
    if len(ids) > len(set(ids)):
        raise ApiError(409, f"two stubs have the id {max(ids, key=ids.count)}")
    for stub in stubs:
        mock.engine.check(stub)
    for stub in stubs:
        if (known := _same_id(mock, stub)) is not None:
            mock.remove(known)
    return Answer(201, [_shown(mock.define(stub)) for stub in stubs][::-1])


def _delete_stubs(mock: Mock, asked: Asked) -> Answer:
    for stub in mock.engine.rules.dynamic:
        if mock.session_name in ("", stub.session):
            mock.remove(stub)
    return Answer(204)


def _reset(mock: Mock, asked: Asked) -> Answer:
    mock.reset()
    return Answer(204)


# ---------------------------------------------------------------------------- state


def _scenarios(mock: Mock, asked: Asked) -> Answer:
    return Answer(data=dict(mock.scenarios))


def _set_scenario(mock: Mock, asked: Asked) -> Answer:
    mock.scenarios[asked.path["name"]] = text(mapping(asked, "state"), "state") or "start"
    return Answer(data=dict(mock.scenarios))


def _delete_scenario(mock: Mock, asked: Asked) -> Answer:
    if mock.scenarios.pop(asked.path["name"], None) is None:
        raise ApiError(404, f"nobody has set scenario {asked.path['name']}")
    return Answer(204)


def _store(mock: Mock, asked: Asked) -> Answer:
    return Answer(data={key: decoded(value) for key, value in mock.store.items()})


def _put_store(mock: Mock, asked: Asked) -> Answer:
    given = mapping(asked, "value", "lifetime")
    lifetime = given.get("lifetime")
    seconds = span(lifetime) if lifetime is not None else None
    mock.store.put(asked.path["key"], given.get("value"), seconds)
    return Answer(204)


def _delete_store(mock: Mock, asked: Asked) -> Answer:
    if asked.path["key"] not in mock.store:
        raise ApiError(404, f"the store has no {asked.path['key']}")
    del mock.store[asked.path["key"]]
    return Answer(204)


def _gates(mock: Mock, asked: Asked) -> Answer:
    gates = mock.engine.gates
    return Answer(data={name: {"open": gates[name].open, "waiting": gates[name].waiting}
                        for name in gates.names()})  # fmt: skip


def _release_gate(mock: Mock, asked: Asked) -> Answer:
    count = mapping(asked, "count", optional=True).get("count")
    mock.gate(asked.path["name"]).release(number(count, "count", 0) if count is not None else None)
    return Answer(204)


def _shut_gate(mock: Mock, asked: Asked) -> Answer:
    mock.gate(asked.path["name"]).shut()
    return Answer(204)


def _clock(mock: Mock, asked: Asked) -> Answer:
    return Answer(data={"now": mock.clock().isoformat()})


def _move_clock(mock: Mock, asked: Asked) -> Answer:
    given = mapping(asked, "set", "advance", "freeze", "reset")
    wanted = instant(given["set"], "set") if "set" in given else None
    by = span(given["advance"]) if "advance" in given else None
    try:
        if wanted is not None:
            mock.clock.set(wanted)
        if by is not None:
            mock.clock.advance(by)
    except OverflowError:
        raise ApiError(400, "the clock cannot go beyond the years 1 to 9999") from None
    if given.get("freeze"):
        mock.clock.freeze()
    if given.get("reset"):
        mock.clock.reset()
    return _clock(mock, asked)


def _sessions(mock: Mock, asked: Asked) -> Answer:
    return Answer(data=[name for name in mock.engine.states if name])


def _drop_session(mock: Mock, asked: Asked) -> Answer:
    mock.session(asked.path["name"]).reset()
    return Answer(204)


# ---------------------------------------------------------------------------- the journal


def _found(mock: Mock, asked: Asked) -> list[Entry]:
    """The entries that a query or a body with conditions asks for."""
    given = mapping(asked, "op", "input", *CONDITIONS, optional=True)
    op = text(given, "op") or asked.query.get("op") or None
    when = {key: given[key] for key in CONDITIONS if key in given}
    if op is not None:
        since, until = _time(asked, "since"), _time(asked, "until")
        return [
            entry
            for entry in mock.calls(op, _when(op, when), input=text(given, "input"))
            if (since is None or entry.time >= since) and (until is None or entry.time < until)
        ]
    if when:
        raise ApiError(400, "conditions need an operation: op")
    return mock.journal.entries(
        session=mock.session_name or None,
        since=_time(asked, "since"),
        until=_time(asked, "until"),
    )


#: What may stand in a question as in a stub.
CONDITIONS = tuple(CONDITION_KEYS)


def _when(op: str, conditions: Mapping[str, Any]) -> When:
    """Conditions as a stub would have them."""
    return parse_stub({"op": op, **conditions}, origin="http").when


def _time(asked: Asked, key: str) -> datetime | None:
    given = asked.query.get(key)
    return instant(given, key) if given else None


def _journal(mock: Mock, asked: Asked) -> Answer:
    bodies = asked.query.get("bodies") in ("1", "true", "yes")
    found = _found(mock, asked)
    last = asked.query.get("last")
    if last is not None:
        found = found[max(0, len(found) - number(last, "last", 0)) :]
    return Answer(data=[as_dict(entry, bodies) for entry in found])


def _one_entry(mock: Mock, asked: Asked) -> Answer:
    for entry in mock.journal:
        if str(entry.number) == asked.path["number"]:
            return Answer(data=as_dict(entry, bodies=True))
    raise ApiError(404, f"the journal has no exchange {asked.path['number']}")


def _count(mock: Mock, asked: Asked) -> Answer:
    return Answer(data={"count": len(_found(mock, asked))})


def _unmatched(mock: Mock, asked: Asked) -> Answer:
    return Answer(data=[as_dict(e) for e in _found(mock, asked) if e.unmatched])


def _near_misses(mock: Mock, asked: Asked) -> Answer:
    return Answer(data=[
        {"number": e.number, "operation": e.operation, "misses": as_dict(e)["misses"]}
        for e in _found(mock, asked) if e.misses
    ])  # fmt: skip


def _delete_journal(mock: Mock, asked: Asked) -> Answer:
    mock.journal.clear(mock.session_name or None)
    return Answer(204)


def _verify(mock: Mock, asked: Asked) -> Answer:
    given = mapping(asked, "op", "input", "count", "at_least", "at_most", "within", *CONDITIONS)
    op = text(given, "op")
    if op is None:
        raise ApiError(400, "a verification names its operation: op")
    when = _when(op, {key: given[key] for key in CONDITIONS if key in given})
    outcome = mock.verify(op, when, _times(given), input=text(given, "input"))
    data = {"holds": outcome.holds, "count": len(outcome.calls), "message": outcome.message}
    return Answer(200 if outcome.holds else 409, data)


def _times(given: Mapping[str, Any]) -> Times:
    """How often: count, or at_least and at_most; at least once if it does not say."""
    said = {key: number(given[key], key, 0) for key in _OFTEN if key in given}
    if "count" in said:
        if len(said) > 1:
            raise ApiError(400, "count, or at_least and at_most: not both")
        return Times(said["count"], said["count"])
    most = said.get("at_most")
    times = Times(said.get("at_least", 0 if most is not None else 1), most)
    if most is not None and times.least > most:
        raise ApiError(400, f"at_least {times.least} is more than at_most {most}")
    return times


_OFTEN = ("count", "at_least", "at_most")


def _report(mock: Mock, asked: Asked) -> Answer:
    report = mock.report()
    return Answer(data={
        "text": str(report), "problems": len(report.problems),
        "unmatched": [as_dict(e) for e in report.unmatched],
        "refused": [as_dict(e) for e in report.refused],
        "invalid": [as_dict(e) for e in report.invalid],
        "failed": [as_dict(e) for e in report.failed],
        "uncalled": list(report.uncalled), "unused": [_shown(s) for s in report.unused],
    })  # fmt: skip


# ---------------------------------------------------------------------------- the server itself


def _settings(mock: Mock, asked: Asked) -> Answer:
    return Answer(data=[
        {"path": mount.path, "requests": mount.settings.requests,
         "pedantic": mount.settings.pedantic, "prefix": mount.settings.prefix,
         "seed": mount.settings.seed, "understand": [q.clark for q in mount.settings.understand]}
        for mount in mock.mounts
    ])  # fmt: skip


def _schema(mock: Mock, asked: Asked) -> Answer:
    return Answer(text=SCHEMA_FILE.read_text("utf-8"), media_type="application/schema+json")


def _health(mock: Mock, asked: Asked) -> Answer:
    return Answer(data={"status": "ok"})


def _ready(mock: Mock, asked: Asked) -> Answer:
    ready = bool(mock.base_url)
    return Answer(200 if ready else 503, {"ready": ready})


def _metrics(mock: Mock, asked: Asked) -> Answer:
    from ZSI.mock.metrics import render

    return Answer(text=render(mock), media_type="text/plain; version=0.0.4; charset=utf-8")


def _openapi(mock: Mock, asked: Asked) -> Answer:
    from ZSI.mock.openapi import document

    return Answer(data=document(ROUTES))


_SESSION = ("session",)
_CONDITIONS = "Conditions: op, and when, header, http, xpath, body as in a stub."

ROUTES: tuple[Route, ...] = (
    Route("GET", "/services", "What is served, and where.", _services),
    Route("GET", "/operations", "All operations.", _operations),
    Route("GET", "/operations/{op}/sample", "The sample of a response.", _sample),
    Route("POST", "/operations/{op}/sample", "The same with fields over it.", _sample, (),
          "An object with fields and, for overloaded operations, input."),
    Route("GET", "/stubs", "All stubs, as they are tried.", _stubs, ("op", *_SESSION)),
    Route("POST", "/stubs", "Add a stub.", _create_stub, _SESSION, "A stub, as in a rule file."),
    Route("POST", "/stubs/import", "Add stubs, all or none.", _import_stubs, _SESSION,
          "A list of stubs, or an object with stubs."),
    Route("GET", "/stubs/export", "All stubs, to be imported again.", _stubs, _SESSION),
    Route("GET", "/stubs/{id}", "One stub.", _read_stub, _SESSION),
    Route("PUT", "/stubs/{id}", "Replace a stub.", _update_stub, _SESSION,
          "A stub, as in a rule file."),
    Route("DELETE", "/stubs/{id}", "Remove a stub.", _delete_stub, _SESSION),
    Route("DELETE", "/stubs", "Remove the stubs added while running.", _delete_stubs, _SESSION),
    Route("POST", "/reset", "Forget stubs added while running, state and journal.", _reset,
          _SESSION),
    Route("GET", "/scenarios", "The states of scenarios.", _scenarios, _SESSION),
    Route("PUT", "/scenarios/{name}", "Set a scenario's state.", _set_scenario, _SESSION,
          "An object with state."),
    Route("DELETE", "/scenarios/{name}", "Put a scenario back to its start.", _delete_scenario,
          _SESSION),
    Route("GET", "/store", "The store.", _store, _SESSION),
    Route("PUT", "/store/{key}", "Keep a value.", _put_store, _SESSION,
          "An object with value and, if it is to end, lifetime."),
    Route("DELETE", "/store/{key}", "Forget a value.", _delete_store, _SESSION),
    Route("GET", "/gates", "The gates, and how many replies each holds.", _gates),
    Route("POST", "/gates/{name}/release", "Let replies go.", _release_gate, (),
          "An object with count, or nothing for all."),
    Route("POST", "/gates/{name}/shut", "Hold replies again.", _shut_gate),
    Route("GET", "/clock", "The mock's time.", _clock),
    Route("POST", "/clock", "Move the mock's time.", _move_clock, (),
          "An object with set, advance, freeze or reset."),
    Route("GET", "/sessions", "The sessions that have state.", _sessions),
    Route("DELETE", "/sessions/{name}", "Drop a session.", _drop_session),
    Route("GET", "/journal", "The exchanges, oldest first.", _journal,
          ("op", "since", "until", "last", "bodies", *_SESSION)),
    Route("POST", "/journal/find", "The exchanges that conditions hold for.", _journal,
          ("bodies", *_SESSION), _CONDITIONS),
    Route("POST", "/journal/count", "How many exchanges conditions hold for.", _count, _SESSION,
          _CONDITIONS),
    Route("GET", "/journal/unmatched", "The exchanges that no stub matched.", _unmatched,
          _SESSION),
    Route("GET", "/journal/near-misses", "The near misses of those.", _near_misses, _SESSION),
    Route("GET", "/journal/{number}", "One exchange with its bodies.", _one_entry),
    Route("DELETE", "/journal", "Forget all exchanges.", _delete_journal, _SESSION),
    Route("POST", "/verify", "Whether an operation was called so often.", _verify, _SESSION,
          _CONDITIONS + " And count, or at_least and at_most; within in seconds."),
    Route("GET", "/report", "What went unnoticed.", _report, _SESSION),
    Route("GET", "/settings", "How each service behaves.", _settings),
    Route("GET", "/health", "Whether the server lives.", _health),
    Route("GET", "/ready", "Whether it listens.", _ready),
    Route("GET", "/metrics", "Figures for Prometheus.", _metrics),
    Route("GET", "/rules.schema.json", "The JSON Schema of rule files, for editors.", _schema),
    Route("GET", "/openapi.json", "This interface as an OpenAPI 3.1 document.", _openapi),
)  # fmt: skip
