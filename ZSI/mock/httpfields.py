"""What a stub may say of the HTTP of its reply, checked when it is said.

A line break in a field would begin another field, or end the head: no client could make sense of
what follows.
"""

from __future__ import annotations

import re
from typing import Any

from ZSI.errors import Where
from ZSI.mock.errors import DefinitionError
from ZSI.mock.templates import is_template

#: RFC 9110, 5.6.2: token.
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
#: RFC 9110, 5.5: field-content; Twisted and httptools send Latin-1.
_VALUE = re.compile(r"[\t\x20-\x7e\xa0-\xff]*")


def http_field(name: str, value: str, where: Where | None = None) -> tuple[str, str]:
    """A field that can be sent.

    Raises:
        DefinitionError: it cannot.

    >>> http_field("X-Mock", "yes")
    ('X-Mock', 'yes')
    """
    if not _NAME.fullmatch(name):
        raise DefinitionError(f"{name[:80]!r} is no name of an HTTP field", where=where,
                              expected="a token such as X-Mock")  # fmt: skip
    if not _VALUE.fullmatch(value):
        raise DefinitionError(f"HTTP field {name}: {value[:80]!r} cannot be sent", where=where,
                              expected="Latin-1 text without line breaks")  # fmt: skip
    return name, value


def check_http(reply: Any, where: Where | None = None) -> None:
    """Hold a reply's status, media type and fields to HTTP; templates are read when they are made.

    Raises:
        DefinitionError: they cannot be sent.
    """
    if reply.status is not None and not 200 <= reply.status <= 599:
        raise DefinitionError(f"status {reply.status}", where=where,
                              expected="an integer from 200 to 599")  # fmt: skip
    if getattr(reply, "media_type", None) is not None:
        http_field("Content-Type", reply.media_type, where)
    for name, value in reply.http.items():
        text = str(value)
        http_field(name, "" if is_template(text) else text, where)
