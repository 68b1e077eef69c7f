"""Encoded messages for tests: classes as wsdl2py makes them, and envelopes around XML."""

from __future__ import annotations

from typing import Any

from ZSI import TC
from ZSI.errors import Finding
from ZSI.limits import DEFAULT_LIMITS, Limits
from ZSI.names import SOAP11_ENC, SOAP12_ENC, XSD
from ZSI.parse import ParsedSoap
from ZSI.schema import Registry
from ZSI.versions import SOAP11, SoapVersion
from ZSI.writer import SoapWriter

NS = "urn:e"
TYPES = "urn:e:types"
REGISTRY = Registry("encoding tests", namespaces=(NS, TYPES), public=False)
REGISTRY.array((TYPES, "Ints"), item=(XSD, "int"))
REGISTRY.array((TYPES, "Table"), item=(XSD, "int"), dimensions="[,]")
REGISTRY.array((TYPES, "Lists"), item=(XSD, "int"), dimensions="[][]")
REGISTRY.array((TYPES, "People"), item=(TYPES, "Person"))
REGISTRY.array((TYPES, "Things"), item=(XSD, "anyType"))
REGISTRY.simple((TYPES, "Colour"), base=(XSD, "string"), enumeration=["red", "green"])


class Person(TC.Compound, type=(TYPES, "Person"), registry=REGISTRY):
    """A person with friends."""

    name: str = TC.element("name", (XSD, "string"))
    age: int | None = TC.element("age", (XSD, "int"), default=None)
    boss: Any = TC.element("boss", (TYPES, "Person"), nillable=True, default=None)
    friends: Any = TC.element("friends", (TYPES, "People"), nillable=True, default=None)


class Employee(Person, type=(TYPES, "Employee"), registry=REGISTRY):
    """A person with a salary."""

    salary: Any = TC.element("salary", (XSD, "decimal"))


class Either(
    TC.Compound,
    type=(TYPES, "Either"),
    registry=REGISTRY,
    particles=TC.in_sequence(TC.one_of("left", "right"), "more"),
):
    """One of two, and a list."""

    left: Any = TC.element("left", (XSD, "int"), min=1, default=None)
    right: Any = TC.element("right", (XSD, "string"), min=1, default=None)
    more: list[int] = TC.element("more", (XSD, "int"), max=None, default_factory=list)


class Call(TC.Compound, message=(NS, "call"), encoded=True, registry=REGISTRY):
    """A request with a part of every kind."""

    number: Any = TC.element("number", (XSD, "int"), nillable=True)
    person: Any = TC.element("person", (TYPES, "Person"), nillable=True)
    ints: Any = TC.element("ints", (TYPES, "Ints"), nillable=True)
    table: Any = TC.element("table", (TYPES, "Table"), nillable=True)
    lists: Any = TC.element("lists", (TYPES, "Lists"), nillable=True)
    people: Any = TC.element("people", (TYPES, "People"), nillable=True)
    things: Any = TC.element("things", (TYPES, "Things"), nillable=True)
    thing: Any = TC.element("thing", (XSD, "anyType"), nillable=True)
    colour: Any = TC.element("colour", (TYPES, "Colour"), nillable=True)
    either: Any = TC.element("either", (TYPES, "Either"), nillable=True)


class CallResponse(TC.Compound, message=(NS, "callResponse"), encoded=True, registry=REGISTRY):
    """A response with one result."""

    result: Any = TC.element("return", (XSD, "int"), nillable=True)


def envelope(body: str, version: SoapVersion = SOAP11) -> str:
    """A message with these body elements; ``c`` is the calls' prefix, ``t`` the types'."""
    encoding = SOAP11_ENC if version is SOAP11 else SOAP12_ENC
    return (
        f'<e:Envelope xmlns:e="{version.namespace}" xmlns:enc="{encoding}" xmlns:xsd="{XSD}" '
        f'xmlns:xsi="{XSD}-instance" xmlns:c="{NS}" xmlns:t="{TYPES}" '
        f'xmlns:a="http://xml.apache.org/xml-soap"><e:Body>{body}</e:Body></e:Envelope>'
    )


class Reading:
    """A call that has been read.

    Args:
        parts: the inside of the operation element.
        beside: what stands beside it.
    """

    def __init__(
        self,
        parts: str,
        beside: str = "",
        *,
        version: SoapVersion = SOAP11,
        limits: Limits = DEFAULT_LIMITS,
        pedantic: bool = False,
    ) -> None:
        text = envelope(f"<c:call>{parts}</c:call>{beside}", version)
        ps = ParsedSoap(text, limits=limits, pedantic=pedantic)
        self.value: Any = ps.Parse(Call)
        self.findings: list[Finding] = ps.findings

    @property
    def rules(self) -> list[str]:
        """The rules of the findings."""
        return [finding.rule for finding in self.findings]


def read(parts: str, beside: str = "", **how: Any) -> Any:
    """The call that a message holds."""
    return Reading(parts, beside, **how).value


def written(value: Any, version: SoapVersion = SOAP11, **how: Any) -> str:
    """The message that holds a value."""
    return str(SoapWriter(version=version, **how).serialize(value))


def again(value: Any, version: SoapVersion = SOAP11) -> Any:
    """A value written and read again."""
    return ParsedSoap(written(value, version)).Parse(type(value))
