"""Schemas of well-known namespaces, shipped so that nothing need be fetched.

Each file is written for this package from the specification that it names and declares every
name that the specification's own schema declares; none has a DTD.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from ZSI import names

#: Namespace -> file in this folder.
KNOWN: dict[str, str] = {
    names.XML: "xml.xsd",
    names.XSI: "xsi.xsd",
    names.SOAP11_ENC: "soap11-encoding.xsd",
    names.SOAP11_ENV: "soap11-envelope.xsd",
    names.SOAP12_ENC: "soap12-encoding.xsd",
    names.SOAP12_ENV: "soap12-envelope.xsd",
    names.WSA: "ws-addressing.xsd",
    names.WSA_200408: "ws-addressing-200408.xsd",
    names.WSAM: "ws-addressing-metadata.xsd",
    names.WSAW: "ws-addressing-wsdl.xsd",
    names.XMIME: "xmlmime.xsd",
    names.XOP: "xop-include.xsd",
    names.DS: "xmldsig.xsd",
    names.XENC: "xmlenc.xsd",
    names.WSSE: "wss-secext.xsd",
    names.WSU: "wss-utility.xsd",
    names.WSDL: "wsdl.xsd",
    "http://www.w3.org/1999/xlink": "xlink.xsd",
    "http://ws-i.org/profiles/basic/1.1/xsd": "swa-ref.xsd",
    names.APACHE: "apache-soap.xsd",
}


#: How `ZSI.wsdl.model.Document.url` names these files.
KNOWN_URLS: dict[str, str] = {f"known:{file}": namespace for namespace, file in KNOWN.items()}


@cache
def known_schema(namespace: str) -> bytes | None:
    """The schema document of a well-known namespace, None if we ship none.

    >>> known_schema("http://www.w3.org/XML/1998/namespace")[:5]
    b'<?xml'
    >>> known_schema("urn:x") is None
    True
    """
    name = KNOWN.get(namespace)
    return (files(__package__) / name).read_bytes() if name else None
