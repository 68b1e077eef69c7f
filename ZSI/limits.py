"""Named safety limits: one frozen value, each field with its unit and its reason.

>>> Limits(body_bytes=1_000_000).body_bytes
1000000
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What a message may cost before it is refused with a fault.

    Every field is an inclusive maximum. The defaults let through every message that a
    sane client sends (100 times the largest of the recorded ones) and stop the known bombs.
    """

    #: Bytes of an HTTP request body (decoded). SoapUI and WCF's largest preset take 64 KB to 10 MB.
    body_bytes: int = 10 * 1024 * 1024
    #: Nesting of elements. libxml2 stops at 256 without ``huge_tree``; the envelope uses 2.
    depth: int = 200
    #: Elements in one document: 10 MB of ``<a/>`` costs 296 MB in lxml, 1,000,000 about 120 MB.
    elements: int = 1_000_000
    #: Attributes of one element; Node's llhttp and SAX parsers of Java stop at 10,000 in all.
    attributes: int = 1_000
    #: Namespace declarations in scope, of all elements together: a prefix in a value asks all of
    #: those around it. 1,000,000 elements in 20 scopes, or 20,000 in the scope of 1,000.
    scopes: int = 20_000_000
    #: Digits of an integer or decimal: int() is quadratic, CPython itself stops at 4,300.
    digits: int = 4_000
    #: Followed href/id references in one message: ten levels of ten make 10**10 otherwise.
    references: int = 100_000
    #: Items that one SOAP-encoded array may hold; an offset is never believed beyond it.
    array_items: int = 1_000_000
    #: Milliseconds one ``pattern`` facet may take: ``(a|aa)+b`` over 60 characters never ends.
    pattern_ms: int = 50
    #: Characters of a name or value quoted in an error message.
    quoted_chars: int = 80
    #: Bytes of one WSDL or XSD document; the largest real one known (NetSuite) has 2 MB.
    document_bytes: int = 32 * 1024 * 1024
    #: Documents in one import graph; the largest real one known has about 60.
    documents: int = 1_000


DEFAULT_LIMITS = Limits()
