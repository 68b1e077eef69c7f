"""ZSI's classes of namespace URIs: ``SOAP.ENV``, ``SCHEMA.XSD3``, ``WSA200408.ADDRESS`` …

>>> SCHEMA.BASE, SOAP.ENV
('http://www.w3.org/2001/XMLSchema', 'http://schemas.xmlsoap.org/soap/envelope/')
"""

from __future__ import annotations

from typing import Final

from ZSI import names
from ZSI.names import ZSI_SCHEMA_URI as ZSI_SCHEMA_URI

ident: Final = "ZSI.wstools.Namespaces"

_OASIS: Final = "http://docs.oasis-open.org/wss/2004/01/"
_WSRF: Final = "http://docs.oasis-open.org/wsrf/2004/06/"
_WSRF2: Final = "http://docs.oasis-open.org/wsrf/"


class SOAP:
    """SOAP 1.1."""

    ENV: Final = names.SOAP11_ENV
    ENC: Final = names.SOAP11_ENC
    ACTOR_NEXT: Final = names.SOAP11_ACTOR_NEXT


class SOAP12:
    """SOAP 1.2."""

    ENV: Final = names.SOAP12_ENV
    ENC: Final = names.SOAP12_ENC


class SCHEMA:
    """XML Schema, of 1999, 2000 and 2001."""

    XSD1: Final = names.XSD_1999
    XSD2: Final = names.XSD_2000
    XSD3: Final = names.XSD
    XSD_LIST: Final = [XSD1, XSD2, XSD3]
    XSI1: Final = names.XSD_1999 + "-instance"
    XSI2: Final = names.XSD_2000 + "-instance"
    XSI3: Final = names.XSI
    XSI_LIST: Final = [XSI1, XSI2, XSI3]
    BASE: Final = names.XSD


class WSDL:
    """WSDL 1.1 and its bindings."""

    BASE: Final = names.WSDL
    BIND_HTTP: Final = names.WSDL_HTTP
    BIND_MIME: Final = names.WSDL_MIME
    BIND_SOAP: Final = names.WSDL_SOAP11
    BIND_SOAP12: Final = names.WSDL_SOAP12


class XMLNS:
    """Namespaces in XML, and HTML."""

    BASE: Final = names.XMLNS
    XML: Final = names.XML
    HTML: Final = "http://www.w3.org/TR/REC-html40"


class DSIG:
    """XML Signature, with its algorithms."""

    BASE: Final = names.DS
    DIGEST_SHA1: Final = names.DS + "sha1"
    SIG_DSA_SHA1: Final = names.DS + "dsa-sha1"
    SIG_RSA_SHA1: Final = names.DS + "rsa-sha1"
    HMAC_SHA1: Final = names.DS + "hmac-sha1"
    ENVELOPED: Final = names.DS + "enveloped-signature"
    ENC_BASE64: Final = names.DS + "base64"
    C14N: Final = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
    C14N_COMM: Final = C14N + "#WithComments"
    C14N_EXCL: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
    XPATH: Final = "http://www.w3.org/TR/1999/REC-xpath-19991116"
    XSLT: Final = "http://www.w3.org/TR/1999/REC-xslt-19991116"


class ENCRYPTION:
    """XML Encryption."""

    BASE: Final = names.XENC
    BLOCK_3DES: Final = names.XENC + "tripledes-cbc"
    BLOCK_AES128: Final = names.XENC + "aes128-cbc"
    BLOCK_AES192: Final = names.XENC + "aes192-cbc"
    BLOCK_AES256: Final = names.XENC + "aes256-cbc"
    KT_RSA_1_5: Final = names.XENC + "rsa-1_5"
    KT_RSA_OAEP: Final = names.XENC + "rsa-oaep-mgf1p"


class OASIS:
    """WS-Security of OASIS, and what ZSI's time had besides."""

    WSSE: Final = names.WSSE
    UTILITY: Final = names.WSU
    X509TOKEN: Final = _OASIS + "oasis-200401-wss-x509-token-profile-1.0"
    LIFETIME: Final = _WSRF + "wsrf-WS-ResourceLifetime-1.2-draft-01.xsd"
    PROPERTIES: Final = _WSRF + "wsrf-WS-ResourceProperties-1.2-draft-01.xsd"


class WSSE:
    """WS-Security before OASIS."""

    BASE: Final = "http://schemas.xmlsoap.org/ws/2002/04/secext"
    TRUST: Final = "http://schemas.xmlsoap.org/ws/2004/04/trust"


class WSU:
    """The utilities of WS-Security before OASIS."""

    BASE: Final = "http://schemas.xmlsoap.org/ws/2002/04/utility"
    UTILITY: Final = "http://schemas.xmlsoap.org/ws/2002/07/utility"


class WSTRUST:
    """WS-Trust."""

    BASE: Final = "http://schemas.xmlsoap.org/ws/2004/04/trust"
    ISSUE: Final = BASE + "/Issue"


class WSP:
    """WS-Policy."""

    POLICY: Final = "http://schemas.xmlsoap.org/ws/2002/12/policy"


class BEA:
    """BEA's secure conversation."""

    SECCONV: Final = "http://schemas.xmlsoap.org/ws/2004/04/sc"
    SCTOKEN: Final = "http://schemas.xmlsoap.org/ws/2004/04/security/sc/sct"


class WSA200508:
    """WS-Addressing 1.0."""

    ADDRESS: Final = names.WSA
    ANONYMOUS: Final = ADDRESS + "/anonymous"
    FAULT: Final = ADDRESS + "/fault"


class WSA200408:
    """WS-Addressing of August 2004."""

    ADDRESS: Final = names.WSA_200408
    ANONYMOUS: Final = ADDRESS + "/role/anonymous"
    FAULT: Final = ADDRESS + "/fault"


class WSA200403:
    """WS-Addressing of March 2004."""

    ADDRESS: Final = names.WSA_200403
    ANONYMOUS: Final = ADDRESS + "/role/anonymous"
    FAULT: Final = ADDRESS + "/fault"


class WSA200303:
    """WS-Addressing of March 2003."""

    ADDRESS: Final = names.WSA_200303
    ANONYMOUS: Final = ADDRESS + "/role/anonymous"


WSA = WSA200408
WSA_LIST: Final = (WSA200508, WSA200408, WSA200403, WSA200303)
WSAW200605: Final = names.WSAW
WSAW_LIST: Final = (WSAW200605,)


class WSRF_V1_2:
    """WS-ResourceFramework 1.2."""

    class LIFETIME:
        """Lifetimes of resources."""

        XSD_DRAFT1: Final = _WSRF + "wsrf-WS-ResourceLifetime-1.2-draft-01.xsd"
        WSDL_DRAFT1: Final = _WSRF + "wsrf-WS-ResourceLifetime-1.2-draft-01.wsdl"
        LATEST: Final = WSDL_DRAFT1

    class PROPERTIES:
        """Properties of resources."""

        XSD_DRAFT1: Final = _WSRF + "wsrf-WS-ResourceProperties-1.2-draft-01.xsd"
        WSDL_DRAFT1: Final = _WSRF + "wsrf-WS-ResourceProperties-1.2-draft-01.wsdl"
        LATEST: Final = WSDL_DRAFT1

    class BASENOTIFICATION:
        """WS-BaseNotification."""

        LATEST: Final = (
            "http://docs.oasis-open.org/wsn/2004/06/wsn-WS-BaseNotification-1.2-draft-01.wsdl"
        )

    class BASEFAULTS:
        """WS-BaseFaults."""

        XSD_DRAFT1: Final = _WSRF + "wsrf-WS-BaseFaults-1.2-draft-01.xsd"
        LATEST: Final = XSD_DRAFT1


WSRF = WSRF_V1_2
WSRFLIST: Final = (WSRF_V1_2,)


class WSR:
    """WS-Resource properties, version 2."""

    PROPERTIES: Final = _WSRF2 + "rp-2"
    LIFETIME: Final = _WSRF2 + "rl-2"


class GLOBUS:
    """Globus' core notifications."""

    SECCONV: Final = "http://wsrf.globus.org/core/2004/07/security/secconv"
    CORE: Final = "http://www.globus.org/namespaces/2004/06/core"
    SIG: Final = "http://www.globus.org/2002/04/xmlenc#gssapi-sign"
    TOKEN: Final = "http://www.globus.org/ws/2004/09/security/sc#GSSAPI_GSI_TOKEN"


class APACHE:
    """Apache's types."""

    AXIS_NS: Final = names.APACHE
