"""WireMock from npm: the request matched by XPath, the reply a template, the journal bounded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bench import tools
from bench.values import OUT, Command, Subject, Workload

MAPPING: dict[str, Any] = {
    "request": {
        "method": "POST",
        "urlPath": "/echo",
        "bodyPatterns": [
            {
                "matchesXPath": "//z:Echo/z:value",
                "xPathNamespaces": {"z": "urn:ZSI"},
            }
        ],
    },
    "response": {
        "status": 200,
        "headers": {"Content-Type": "text/xml; charset=utf-8"},
        "body": (
            '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">'
            '<soapenv:Body><ns1:Echo xmlns:ns1="urn:ZSI"><ns1:value>'
            "{{{soapXPath request.body '/*[local-name()=\"Echo\"]/*/text()'}}}"
            "</ns1:value></ns1:Echo></soapenv:Body></soapenv:Envelope>"
        ),
        "transformers": ["response-template"],
    },
}


#: The same, where the field has to have a value.
_REQUEST: dict[str, Any] = {
    **MAPPING["request"],
    "bodyPatterns": [
        {
            "matchesXPath": {"expression": "//z:Echo/z:value/text()", "equalTo": "plop"},
            "xPathNamespaces": {"z": "urn:ZSI"},
        }
    ],
}
EQUAL = {**MAPPING, "request": _REQUEST}


def command(workload: Workload, port: int) -> Command:
    return _serve(port, MAPPING, "wiremock")


def equal_command(port: int) -> Command:
    """With a mapping that compares the field with a value."""
    return _serve(port, EQUAL, "wiremock-equal")


def _serve(port: int, mapping: dict[str, Any], folder: str) -> Command:
    java = tools.need("java", "Debian: default-jre-headless")
    (jar, *_) = sorted((tools.npm("wiremock", "^3.13.0") / "wiremock").rglob("*.jar"))
    home = OUT / folder
    (home / "mappings").mkdir(parents=True, exist_ok=True)
    Path(home / "mappings" / "echo.json").write_text(json.dumps(mapping), "utf-8")
    flags = ("--bind-address", "127.0.0.1", "--disable-banner", "--max-request-journal", "1000")
    return Command((java, "-jar", str(jar), "--root-dir", str(home), "--port", str(port), *flags))


SUBJECT = Subject(
    "WireMock",
    "XPath match, response template, journal of 1,000",
    frozenset({"echo"}),
    command,
    warm_up=10.0,
)
