"""Names as XML has them, and back (SOAP 1.2 part 2, appendix A)."""

from __future__ import annotations

import re
from typing import Final

ident: Final = "ZSI.wstools.XMLname"

_START: Final = re.compile(r"[^\W\d]")
_FOLLOWS: Final = re.compile(r"[\w.\-·]")
_ESCAPED: Final = re.compile(r"_x(?:([0-9A-Fa-f]{4})|([0-9A-Fa-f]{8}))_")


def toXMLname(string: str) -> str:
    """An application's name as an XML name.

    >>> toXMLname("Hello world!"), toXMLname("xml1")
    ('Hello_x0020_world_x0021_', '_xFFFF_xml1')
    """
    made = []
    for number, c in enumerate(string):
        escaped = c == "_" and string[number + 1 : number + 2] == "x"
        allowed = (_FOLLOWS if number else _START).match(c)
        if allowed and not escaped:
            made.append(c)
        else:
            made.append(f"_x{ord(c):04X}_" if ord(c) < 0x10000 else f"_x{ord(c):08X}_")
    reserved = string[:3].lower() == "xml"
    return ("_xFFFF_" if reserved else "") + "".join(made)


def fromXMLname(string: str) -> str:
    """An XML name as the application knows it.

    >>> fromXMLname("Hello_x0020_world_x0021_"), fromXMLname("_xFFFF_xml1")
    ('Hello world!', 'xml1')
    """

    def character(match: re.Match[str]) -> str:
        number = int(match[1] or match[2], 16)
        if number == 0xFFFF:
            return ""
        return chr(number) if number <= 0x10FFFF else match[0]

    return _ESCAPED.sub(character, string)
