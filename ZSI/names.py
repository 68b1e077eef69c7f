"""Every namespace URI and qualified name that the package speaks of.

One table, so that no other module spells a URI; see the clause beside each group.
"""

from __future__ import annotations

from typing import NamedTuple

# SOAP 1.1 (W3C Note, 8 May 2000) and SOAP 1.2 part 1 (second edition, 27 April 2007)
SOAP11_ENV = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP11_ENC = "http://schemas.xmlsoap.org/soap/encoding/"
SOAP11_ACTOR_NEXT = "http://schemas.xmlsoap.org/soap/actor/next"
SOAP11_HTTP = "http://schemas.xmlsoap.org/soap/http"
SOAP12_ENV = "http://www.w3.org/2003/05/soap-envelope"
SOAP12_ENC = "http://www.w3.org/2003/05/soap-encoding"
SOAP12_RPC = "http://www.w3.org/2003/05/soap-rpc"
SOAP12_ROLE_NEXT = SOAP12_ENV + "/role/next"
SOAP12_ROLE_NONE = SOAP12_ENV + "/role/none"
SOAP12_ROLE_ULTIMATE = SOAP12_ENV + "/role/ultimateReceiver"

# XML Schema 1.0
XSD = "http://www.w3.org/2001/XMLSchema"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XSD_1999 = "http://www.w3.org/1999/XMLSchema"
XSD_2000 = "http://www.w3.org/2000/10/XMLSchema"

# Namespaces in XML 1.0
XML = "http://www.w3.org/XML/1998/namespace"
XMLNS = "http://www.w3.org/2000/xmlns/"

# WSDL 1.1 and its bindings
WSDL = "http://schemas.xmlsoap.org/wsdl/"
WSDL_SOAP11 = "http://schemas.xmlsoap.org/wsdl/soap/"
WSDL_SOAP12 = "http://schemas.xmlsoap.org/wsdl/soap12/"
WSDL_HTTP = "http://schemas.xmlsoap.org/wsdl/http/"
WSDL_MIME = "http://schemas.xmlsoap.org/wsdl/mime/"
WSDL20 = "http://www.w3.org/ns/wsdl"

# WS-Addressing, newest first; the metadata namespaces carry wsaw:Action / wsam:Action
WSA = "http://www.w3.org/2005/08/addressing"
WSA_200408 = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
WSA_200403 = "http://schemas.xmlsoap.org/ws/2004/03/addressing"
WSA_200303 = "http://schemas.xmlsoap.org/ws/2003/03/addressing"
WSA_ALL = (WSA, WSA_200408, WSA_200403, WSA_200303)
WSAW = "http://www.w3.org/2006/05/addressing/wsdl"
WSAM = "http://www.w3.org/2007/05/addressing/metadata"

# WS-Security, WS-Policy, XML Signature and Encryption, attachments
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
WSP = "http://schemas.xmlsoap.org/ws/2004/09/policy"
WSP15 = "http://www.w3.org/ns/ws-policy"
DS = "http://www.w3.org/2000/09/xmldsig#"
XENC = "http://www.w3.org/2001/04/xmlenc#"
XOP = "http://www.w3.org/2004/08/xop/include"
XMIME = "http://www.w3.org/2005/05/xmlmime"

# ZSI's own, and the Apache types that it spoke
ZSI_SCHEMA_URI = "http://www.zolera.com/schemas/ZSI/"
APACHE = "http://xml.apache.org/xml-soap"

#: Prefixes that every envelope of ours declares, in this order (``zsi-api.md``, ZSI.writer).
RESERVED_PREFIXES = {
    "soapenv": SOAP11_ENV,
    "soapenc": SOAP11_ENC,
    "xsd": XSD,
    "xsi": XSI,
    "ZSI": ZSI_SCHEMA_URI,
}


class QName(NamedTuple):
    """An expanded name; equal to the plain pair ``(namespace, localname)``.

    >>> QName("urn:ZSI", "Echo").clark
    '{urn:ZSI}Echo'
    >>> QName.from_clark("value")
    QName(namespace=None, localname='value')
    """

    namespace: str | None
    localname: str

    @property
    def clark(self) -> str:
        """The name in James Clark's notation, as lxml spells tags."""
        return f"{{{self.namespace}}}{self.localname}" if self.namespace else self.localname

    @classmethod
    def from_clark(cls, text: str) -> QName:
        """Read ``{namespace}local`` or ``local``."""
        if text[:1] == "{":
            namespace, _, localname = text[1:].partition("}")
            return cls(namespace, localname)
        return cls(None, text)
