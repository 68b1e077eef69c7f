"""``zsi-mock call``: one call of an operation, by the standard library's HTTP."""

from __future__ import annotations

import argparse
import http.client
import json
import re
import ssl
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from ZSI.errors import ZSIException
from ZSI.fault import Fault, fault_of_element
from ZSI.limits import DEFAULT_LIMITS
from ZSI.mock import asking
from ZSI.mock.commands import load
from ZSI.mock.contract import MockContract, path_of
from ZSI.mock.errors import DefinitionError
from ZSI.mock.mistakes import InputError
from ZSI.mock.operations import MockOperation
from ZSI.mock.shown import as_data
from ZSI.parse import ParsedSoap


def call(args: argparse.Namespace) -> int:
    """Call an operation and print what it answers; 1 if that is a fault, or no message.

    Raises:
        DefinitionError: the contract does not know the operation or a field.
        InputError: the WSDL cannot be read.
    """
    if Path(args.url).is_file():
        raise DefinitionError(
            f"{args.url} is a file",
            expected="the address that zsi-mock serve said, http://host/path",
        )
    fields = asking.fields_of_words(args.fields)
    headers = _headers(args.header)
    url = args.url if _SCHEME.match(args.url) else f"http://{args.url}"
    parts = _parts(url)
    if parts is None:
        raise DefinitionError(f"{args.url} is no address", expected="http://host:port/path")
    contract = _contract(url, args.wsdl)
    operation = chosen(contract, args.operation, parts.path)
    request = asking.made(
        operation, operation.request_class, fields, now=datetime.now(UTC), full=False
    )
    text = asking.envelope(operation, request, operation.request_class, pretty=args.verbose)
    if args.verbose:
        print(text, file=sys.stderr)
    try:
        status, media_type, body = post(url, operation, text.encode(), headers, args.timeout)
    except (OSError, http.client.HTTPException) as error:
        print(f"zsi-mock: {url}: {error or type(error).__name__}", file=sys.stderr)
        return 1
    return print_answer(args, operation, status, media_type, body)


#: What begins like a URL; ``host:8080/x`` does not.
_SCHEME = re.compile(r"[a-z]+:(?![0-9])", re.I)


def _parts(url: str) -> SplitResult | None:
    """A URL in its parts; None if there is nobody to be called at it."""
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # the port, or the brackets
        return None
    return parts if known else None


def _contract(url: str, wsdl: str | None) -> MockContract:
    """The contract of a service: its own, where it is not said which.

    Raises:
        InputError: it cannot be read.
    """
    if wsdl is not None:
        return load(wsdl)
    try:
        return load(f"{url.partition('?')[0]}?wsdl")
    except InputError as error:
        advice = "give the service's own address, or its WSDL by --wsdl"
        raise InputError(f"{error}; {advice}") from None


def chosen(contract: MockContract, name: str, path: str) -> MockOperation:
    """The operation of a name, of the port that is at the path if there are several.

    Raises:
        DefinitionError: there is none, or it cannot be served.
    """
    served = [o for o in contract.operations.find(name) if o.problem is None]
    if not served:
        problem = contract.operations.find(name)[0].problem
        raise DefinitionError(f"{name} cannot be called: {problem}")
    paths = {
        port.name: path_of(port.address)
        for service in contract.plan.services
        for port in service.ports
    }
    return next((o for o in served if paths.get(o.port) == path), served[0])


def _headers(lines: Iterable[str]) -> dict[str, str]:
    found = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name.strip() or "\n" in line or "\r" in line:
            raise DefinitionError(f"header {line!r}", expected="'Name: value'")
        found[name.strip()] = value.strip()
    return found


def post(
    url: str, operation: MockOperation, body: bytes, headers: dict[str, str], timeout: float
) -> tuple[int, str, bytes]:
    """POST an envelope; gives status, media type and body.

    Raises:
        OSError, HTTPException: no answer came.
    """
    parts = urlsplit(url)
    kind: Any = http.client.HTTPConnection
    more: dict[str, Any] = {}
    if parts.scheme == "https":
        kind, more = http.client.HTTPSConnection, {"context": ssl.create_default_context()}
    connection = kind(parts.hostname, parts.port, timeout=timeout, **more)
    action = operation.soap_action
    sent = {"Content-Type": operation.version.content_type(action), "User-Agent": "zsi-mock"}
    if operation.version.number == "1.1":
        sent["SOAPAction"] = f'"{action or ""}"'
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", target, body, {**sent, **headers})
        response = connection.getresponse()
        content: bytes = response.read(DEFAULT_LIMITS.body_bytes)
        return response.status, response.getheader("Content-Type", ""), content
    finally:
        connection.close()


def print_answer(
    args: argparse.Namespace, operation: MockOperation, status: int, media_type: str, body: bytes
) -> int:
    """Print an answer; gives the exit code."""
    try:
        parsed = ParsedSoap(body, media_type=media_type or None) if body else None
    except ZSIException as error:
        print(f"status {status}, no SOAP message: {error}", file=sys.stderr)
        sys.stdout.write(body.decode("utf-8", "replace"))
        return 1
    if parsed is None:
        print(f"status {status}, no body", file=sys.stderr)
        return 0 if status < 300 else 1
    failed = parsed.IsAFault()
    if args.xml:
        print(asking.slim(body, pretty=True))
    else:
        data = _fault(parsed, operation) if failed else _reply(parsed, operation)
        if args.json:
            print(json.dumps(data, indent=2, ensure_ascii=False))
        else:
            for line in asking.lines(data):
                print(line)
    return 1 if failed else 0


def _reply(parsed: ParsedSoap, operation: MockOperation) -> Any:
    cls = operation.response_class
    if cls is None:
        return {}
    try:
        return as_data(parsed.Parse(cls.typecode))
    except ZSIException as error:
        raise DefinitionError(f"the reply breaks the contract: {error}", expected="--xml") from None


def _fault(parsed: ParsedSoap, operation: MockOperation) -> dict[str, Any]:
    """A fault as plain data, its detail typed where the contract declares it."""
    fault: Fault = fault_of_element(parsed.body_root)
    code = fault.code
    data: dict[str, Any] = {
        "fault": code[1] if isinstance(code, tuple) else str(code),
        "string": str(fault.string),
    }
    if fault.actor:
        data["actor"] = str(fault.actor)
    details = fault.detail if isinstance(fault.detail, list | tuple) else [fault.detail]
    for entry in details:
        tag = getattr(entry, "tag", None)
        if tag is not None:
            data.setdefault("detail", {}).update(_detail(parsed, entry, operation))
    return data


def _detail(parsed: ParsedSoap, entry: Any, operation: MockOperation) -> dict[str, Any]:
    for cls in operation.faults.values():
        typecode = cls.typecode
        if typecode.name is not None and typecode.name.clark == entry.tag:
            try:
                return {typecode.name.localname: as_data(parsed.parse_element(typecode, entry))}
            except ZSIException:
                break  # a detail that is not as declared is shown as it came
    name = str(entry.tag).rpartition("}")[2]
    return {name: "".join(entry.itertext())}
