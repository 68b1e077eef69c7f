"""The versions of SOAP, and how a media type announces one.

>>> parse_media_type("application/soap+xml; charset=utf-8").version is SOAP12
True
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from ZSI import names
from ZSI.errors import RequestRefused, ValueRefused, quote

# --------------------------------------------------------------------------- versions


@dataclass(frozen=True, slots=True, eq=False)
class SoapVersion:
    """One version of SOAP: `SOAP11` or `SOAP12`; compared by identity.

    Attributes:
        number: ``"1.1"`` or ``"1.2"``.
        namespace: of Envelope, Header, Body and Fault.
        encoding_style: the URI of its section 5 (1.1) or part 2 (1.2) encoding.
        media_type: of its messages over HTTP.
        actor_attribute: Clark name of ``actor`` or ``role``.
        next_actor: the URI that means "whoever comes next".
        ultimate: URIs that mean "the last one", as no actor does.
        booleans: lexical forms of mustUnderstand (and relay).
        fault_status: HTTP status by the local name of the fault code (1.1 notes section 6.2;
            1.2 part 2 table 20).
    """

    number: str
    namespace: str
    encoding_style: str
    media_type: str
    actor_attribute: str
    next_actor: str
    ultimate: frozenset[str]
    booleans: Mapping[str, bool]
    fault_status: Mapping[str, int]

    def status_for(self, code: str) -> int:
        """The HTTP status of a fault, by the local name of its code."""
        return self.fault_status.get(code, 500)

    def content_type(self, action: str | None = None) -> str:
        """The Content-Type header of a reply; in 1.2 the action is a parameter of it.

        >>> SOAP12.content_type("urn:x")
        'application/soap+xml; charset=utf-8; action="urn:x"'
        """
        text = f"{self.media_type}; charset=utf-8"
        if action is None or self is not SOAP12:
            return text
        safe = re.sub(r'[^\x20-\x7e]|["\\]', "", action)
        return f'{text}; action="{safe}"'


SOAP11: Final = SoapVersion(
    number="1.1",
    namespace=names.SOAP11_ENV,
    encoding_style=names.SOAP11_ENC,
    media_type="text/xml",
    actor_attribute=f"{{{names.SOAP11_ENV}}}actor",
    next_actor=names.SOAP11_ACTOR_NEXT,
    ultimate=frozenset({""}),
    booleans=MappingProxyType({"0": False, "1": True}),
    fault_status=MappingProxyType({}),
)
SOAP12: Final = SoapVersion(
    number="1.2",
    namespace=names.SOAP12_ENV,
    encoding_style=names.SOAP12_ENC,
    media_type="application/soap+xml",
    actor_attribute=f"{{{names.SOAP12_ENV}}}role",
    next_actor=names.SOAP12_ROLE_NEXT,
    ultimate=frozenset({"", names.SOAP12_ROLE_ULTIMATE}),
    booleans=MappingProxyType({"0": False, "1": True, "false": False, "true": True}),
    fault_status=MappingProxyType({"Sender": 400}),
)
VERSIONS: Final[Mapping[str, SoapVersion]] = MappingProxyType({"1.1": SOAP11, "1.2": SOAP12})

#: Prefixes of an Envelope's declarations; no other namespace can take them.
_TAKEN_PREFIXES: Final = frozenset(names.RESERVED_PREFIXES) - {"soapenv"} | {"xml", "xmlns"}
_NCNAME: Final = re.compile(r"[^\W\d][\w.-]*")


@lru_cache(maxsize=64)
def envelope_prefixes(version: SoapVersion, prefix: str = "soapenv") -> Mapping[str, str]:
    """What an Envelope of ours declares, in this order: prefix to namespace.

    Args:
        version: binds ``soapenv`` and ``soapenc`` to its namespaces.
        prefix: of the envelope's elements, declared too if it is not ``soapenv``; an empty
            one makes the namespace the default.

    Raises:
        ValueRefused: no name, or one of the other reserved prefixes.
    """
    if prefix and (prefix in _TAKEN_PREFIXES or not _NCNAME.fullmatch(prefix)):
        raise ValueRefused("prefix", "a free prefix for the envelope, e.g. soap", prefix)
    uris = dict(names.RESERVED_PREFIXES)
    uris["soapenv"] = version.namespace
    uris["soapenc"] = version.encoding_style
    uris.setdefault(prefix, version.namespace)
    return MappingProxyType(uris)


@lru_cache(maxsize=64)
def envelope_tag(version: SoapVersion, prefix: str = "soapenv") -> str:
    """The start tag of an Envelope of ours; arguments and errors of `envelope_prefixes`.

    >>> envelope_tag(SOAP11, "soap")[:14]
    '<soap:Envelope'
    """
    uris = envelope_prefixes(version, prefix)
    declared = "".join(f' xmlns{":" * bool(p)}{p}="{uri}"' for p, uri in uris.items())
    return f"<{prefix}{':' * bool(prefix)}Envelope{declared}>"


# --------------------------------------------------------------------------- media types

#: Characters of a Content-Type that are looked at; multipart/related with an action needs 500.
_MEDIA_TYPE_CHARS = 2_000
_PARAMETER: Final = re.compile(r';[\s;]*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*+)"?|([^;]*))')


@dataclass(frozen=True, slots=True)
class MediaType:
    """A Content-Type header as read by `parse_media_type`; ``parameters`` by lower-case name."""

    type: str
    charset: str | None
    action: str | None
    parameters: Mapping[str, str]

    @property
    def version(self) -> SoapVersion:
        """The SOAP version that it announces: 1.2 for application/soap+xml, else 1.1."""
        announced = self.type
        if announced.startswith("multipart/"):
            # of the root part: start-info (MTOM), else type (SOAP with Attachments)
            inner = self.parameters.get("start-info") or self.parameters.get("type", "")
            announced = inner.partition(";")[0].strip().lower()
        return SOAP12 if announced == SOAP12.media_type else SOAP11


@lru_cache(maxsize=256)
def parse_media_type(header: str | bytes | None) -> MediaType:
    """Read a Content-Type header; nothing that a client sends makes it fail.

    >>> parse_media_type(b'Text/XML; charset="UTF-8"').charset
    'utf-8'
    >>> parse_media_type(None).type
    ''
    """
    text = header.decode("latin-1") if isinstance(header, bytes) else header or ""
    text = text[:_MEDIA_TYPE_CHARS]
    kind = text.partition(";")[0].partition(",")[0].split()
    parameters: dict[str, str] = {}
    for name, quoted, bare in _PARAMETER.findall(text):
        value = re.sub(r"\\(.)", r"\1", quoted) if quoted else bare.strip().strip("'")
        parameters.setdefault(name.lower(), value)
    return MediaType(
        type=kind[0].strip("\"'").lower() if kind else "",
        charset=parameters.get("charset", "").strip().lower() or None,
        action=parameters.get("action"),
        parameters=MappingProxyType(parameters),
    )


def refuse_media_type(media_type: MediaType) -> None:
    """Refuse what is certainly no SOAP envelope: JSON, and multipart (see attachments).

    Raises:
        RequestRefused: with status 415 (SOAP 1.2 part 2 table 20).
    """
    kind = media_type.type
    if kind.startswith("multipart/") or kind.endswith("+json") or kind == "application/json":
        raise RequestRefused(
            f"the media type {quote(kind)} is not read here: send text/xml (SOAP 1.1)"
            " or application/soap+xml (SOAP 1.2)",
            415,
        )
