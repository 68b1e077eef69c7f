"""Messages of toolkits from before XML Schema 1.0: its working drafts of 1999 and 2000.

Apache SOAP 2 and the first SOAP::Lite wrote ``xsi:type`` in ``…/1999/XMLSchema-instance``, nil as
``xsi:null``, and a few types under other names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ZSI.names import XSD, XSD_1999, XSD_2000, XSI, QName

if TYPE_CHECKING:
    from lxml import etree

_DRAFTS: Final = frozenset((XSD_1999, XSD_2000))
_INSTANCES: Final = frozenset(f"{uri}-instance" for uri in _DRAFTS)
#: Types that XML Schema 1.0 named otherwise.
_RENAMED: Final = {
    "binary": "base64Binary",
    "timeDuration": "duration",
    "timeInstant": "dateTime",
    "ur-type": "anyType",
    "uri": "anyURI",
    "uriReference": "anyURI",
}


def modern_name(name: tuple[str | None, str]) -> tuple[str | None, str]:
    """The name that XML Schema 1.0 gives a type of its drafts; other names as they are.

    >>> modern_name(("http://www.w3.org/1999/XMLSchema", "timeInstant"))[1]
    'dateTime'
    """
    namespace, local = name
    return QName(XSD, _RENAMED.get(local, local)) if namespace in _DRAFTS else QName(*name)


def modernize(elt: etree._Element) -> None:
    """Give an element, and what is beside and in it, the attributes of XML Schema 1.0."""
    if _INSTANCES.isdisjoint(elt.nsmap.values()):
        return
    for node in elt.getroottree().getroot().iter("*"):
        for name, value in node.items():
            namespace, _, local = str(name)[1:].partition("}")
            if namespace in _INSTANCES:
                del node.attrib[name]
                node.set(f"{{{XSI}}}{'nil' if local == 'null' else local}", value)
