"""ZSI: SOAP services, clients and mock servers from a WSDL.

``from ZSI import *`` gives the names that ZSI documents. Nothing here imports twisted: servers and
clients are in ``ZSI.twisted``, ``ZSI.ServiceContainer``, ``ZSI.client``.

>>> from ZSI import ParsedSoap, SoapWriter, TC
>>> pong = SoapWriter().serialize("plop", TC.String("pong"))
>>> ParsedSoap(str(pong)).Parse(TC.String("pong"))
'plop'
"""

from __future__ import annotations

from ZSI import (
    TC,
    TCapache,
    TCcompound,
    TCnumbers,
    TCtimes,
    fault,
    parse,
    schema,
    version,
    writer,
    wstools,
)
from ZSI.errors import (
    EvaluateException,
    FaultException,
    ParseException,
    WSActionException,
    ZSIException,
)
from ZSI.fault import (
    Fault,
    FaultFromActor,
    FaultFromException,
    FaultFromFaultMessage,
    FaultFromNotUnderstood,
    FaultFromZSIException,
)
from ZSI.names import ZSI_SCHEMA_URI
from ZSI.parse import ParsedSoap
from ZSI.TC.handmade_dom import (
    _attrs,
    _backtrace,
    _child_elements,
    _children,
    _copyright,
    _find_arraytype,
    _find_attr,
    _find_attrNodeNS,
    _find_attrNS,
    _find_default_namespace,
    _find_encstyle,
    _find_href,
    _find_type,
    _find_xmlns_prefix,
    _find_xsi_attr,
    _floattypes,
    _get_element_nsuri_name,
    _get_idstr,
    _get_postvalue_from_absoluteURI,
    _inttypes,
    _is_element,
    _Node,
    _resolve_prefix,
    _seqtypes,
    _stringtypes,
    _textprotect,
    _valid_encoding,
)
from ZSI.TC.values import NIL, UNSET
from ZSI.writer import SoapWriter

UNICODE_ENCODING = "utf-8"


def Version() -> tuple[int, int, int]:
    """The release as a tuple of numbers."""
    return version.Version


__all__ = [
    "NIL", "TC", "UNICODE_ENCODING", "UNSET", "ZSI_SCHEMA_URI", "EvaluateException", "Fault",
    "FaultException", "FaultFromActor", "FaultFromException", "FaultFromFaultMessage",
    "FaultFromNotUnderstood", "FaultFromZSIException", "ParseException", "ParsedSoap",
    "SoapWriter", "TCapache", "TCcompound", "TCnumbers", "TCtimes", "Version",
    "WSActionException", "ZSIException", "fault", "parse", "schema", "version", "writer",
    "wstools",
    # for type checkers; ZSI's star import left these out, theirs does no harm
    "_Node", "_attrs", "_backtrace", "_child_elements", "_children", "_copyright",
    "_find_arraytype", "_find_attr", "_find_attrNS", "_find_attrNodeNS",
    "_find_default_namespace", "_find_encstyle", "_find_href", "_find_type",
    "_find_xmlns_prefix", "_find_xsi_attr", "_floattypes", "_get_element_nsuri_name",
    "_get_idstr", "_get_postvalue_from_absoluteURI", "_inttypes", "_is_element",
    "_resolve_prefix", "_seqtypes", "_stringtypes", "_textprotect", "_valid_encoding",
]  # fmt: skip
