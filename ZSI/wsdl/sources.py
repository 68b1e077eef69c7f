"""Where documents come from: what a location may name, and the bytes behind it.

A local document may name others by relative paths to regular files that end in ``.wsdl``,
``.xsd`` or ``.xml``; everything else (absolute paths, ``file:``, other endings) needs
``allow_files``, and the network ``allow_network``. A document from the network may name others
on the network only, unless ``allow_files`` is set.
"""

from __future__ import annotations

import http.client
import os
import stat
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from difflib import get_close_matches
from email.message import Message
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from ZSI.errors import quote
from ZSI.limits import DEFAULT_LIMITS, Limits

#: Endings of the files that a relative location may name, lower case.
ENDINGS = (".wsdl", ".xsd", ".xml")
#: Bytes and characters shown of an answer that is no document.
_MOST_SAID = 200
#: Schemes that need ``allow_network``.
NETWORK = ("http", "https")


@dataclass(frozen=True, slots=True)
class LoadPolicy:
    """What `load_contract` may read and forgive.

    Attributes:
        strict: findings (other than notices) are errors: `StrictFindings` is raised.
        allow_network: ``http:`` and ``https:`` locations may be fetched.
        allow_files: any regular file may be read, not only relative .wsdl, .xsd and .xml.
        limits: bytes of a document, number of documents, depth and size of each.
        fetch_seconds: seconds that the network may stay silent during one fetch.

    >>> LoadPolicy().allow_network
    False
    """

    strict: bool = False
    allow_network: bool = False
    allow_files: bool = False
    limits: Limits = DEFAULT_LIMITS
    fetch_seconds: float = 30.0


class Unreadable(Exception):
    """A location cannot be read; ``reason`` says why, ``advice`` what would help."""

    def __init__(self, reason: str, advice: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.advice = advice


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes of a document, with the media type's charset if the network gave one.

    ``key`` tells documents apart: two locations with one key are one document.
    """

    url: str
    key: str
    content: bytes = field(repr=False)
    charset: str | None = None


class Source:
    """Reads documents from disk and network as a `LoadPolicy` allows."""

    def __init__(self, policy: LoadPolicy) -> None:
        self.policy = policy

    def open_root(self, location: str) -> Raw:
        """The document that the user named; any regular file will do."""
        if _scheme(location) in NETWORK:
            return self._fetch(location)
        if _scheme(location) == "file":
            location = unquote(urlsplit(location).path)
        return self._read(location)

    def open(self, base: str, location: str) -> Raw:
        """The document that ``location``, written in the document ``base``, means.

        Raises:
            Unreadable: it is not allowed, or not there.
        """
        target = urljoin(base, location) if _scheme(base) in NETWORK else location
        scheme = _scheme(target)
        if scheme in NETWORK:
            return self._fetch(target)
        if scheme not in ("", "file"):
            raise Unreadable(f"locations with the scheme {scheme}: are not read")
        return self._read(self._allowed_path(base, target))

    def key(self, base: str, location: str) -> str | None:
        """The `Raw.key` that a location leads to, as far as that shows without opening it."""
        target = urljoin(base, location) if _scheme(base) in NETWORK else location
        if _scheme(target):
            return target if _scheme(target) in NETWORK else None
        try:
            return os.path.realpath(os.path.join(os.path.dirname(base), target))
        except ValueError:  # a NUL in the name
            return None

    def _allowed_path(self, base: str, target: str) -> str:
        """The path of a local file, checked against the policy."""
        if _scheme(target) == "file":
            path, plain = unquote(urlsplit(target).path), False
        else:
            path, plain = _existing(os.path.dirname(base), target), not os.path.isabs(target)
        if self.policy.allow_files:
            return path
        if _scheme(base) in NETWORK:
            raise Unreadable("a document from the network may not name files", "--allow-files")
        if "\0" in path:
            raise Unreadable("it is not a file name")
        if not plain:
            raise Unreadable("only relative locations are read", "--allow-files")
        for name in (path, os.path.realpath(path)):
            if not name.lower().endswith(ENDINGS):
                raise Unreadable("only .wsdl, .xsd and .xml files are read", "--allow-files")
        return path

    def _read(self, path: str) -> Raw:
        """The bytes of a regular file; never waits on a FIFO or a device."""
        maximum = self.policy.limits.document_bytes
        try:
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        except FileNotFoundError:
            raise Unreadable("there is no such file", _near(path)) from None
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not a file name"
            raise Unreadable(f"it cannot be opened ({reason})") from None
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise Unreadable("it is not a regular file")
        with os.fdopen(descriptor, "rb") as file:
            content = file.read(maximum + 1)
        _check_size(content, maximum)
        return Raw(Path(path).as_posix(), os.path.realpath(path), content)

    def _fetch(self, url: str) -> Raw:
        """The bytes behind an ``http:`` or ``https:`` URL."""
        if not self.policy.allow_network:
            raise Unreadable("the network is not used", "--allow-network or a copy beside it")
        maximum = self.policy.limits.document_bytes
        request = urllib.request.Request(url, headers={"Accept": "text/xml, application/xml, */*"})
        try:
            with _opener().open(request, timeout=self.policy.fetch_seconds) as reply:
                content = reply.read(maximum + 1)
                charset = reply.headers.get_content_charset()
                final = reply.geturl()
                said = _said(reply.headers, content)
        except urllib.error.HTTPError as error:
            said = _said(error.headers, error.read(_MOST_SAID))
            raise Unreadable(f"the server answered {error.code}{said}") from None
        except (OSError, ValueError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            reason = getattr(reason, "strerror", None) or reason
            raise Unreadable(f"it cannot be fetched ({quote(str(reason))})") from None
        if said:
            raise Unreadable(f"the server answered text{said}")
        _check_size(content, maximum)
        return Raw(final, url, content, charset)


def _said(headers: Message, content: bytes) -> str:
    """What an answer says for people, to be shown to them; "" if it may be a document."""
    text = " ".join(content[:_MOST_SAID].decode("utf-8", "replace").split())
    if headers.get_content_type() != "text/plain" or not text or text.lstrip("\ufeff")[:1] == "<":
        return ""
    return f": {quote(text, _MOST_SAID)}"


def _near(path: str) -> str:
    """The file of the same folder whose name is most like a missing one's; "" if none is."""
    folder, name = os.path.split(path)
    try:
        there = os.listdir(folder or ".")
    except OSError:
        return ""
    return "".join(os.path.join(folder, near) for near in get_close_matches(name, there, 1))


def _opener() -> urllib.request.OpenerDirector:
    """An opener that speaks HTTP only: no file:, ftp: or data: by redirection."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler,
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.HTTPRedirectHandler,
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPErrorProcessor,
    ):
        opener.add_handler(handler())
    return opener


def _scheme(location: str) -> str:
    """The URL scheme, lower case; a drive letter is none.

    >>> _scheme("HTTP://x/"), _scheme("C:/x.xsd"), _scheme("a/b.xsd")
    ('http', '', '')
    """
    try:
        scheme = urlsplit(location).scheme
    except ValueError:
        return ""
    return scheme if len(scheme) > 1 else ""


def _existing(folder: str, location: str) -> str:
    """The path a location means: as written, or without fragment, escapes or backslashes."""
    spellings = (
        location,
        location.partition("#")[0],
        unquote(location.partition("#")[0]),
        location.replace("\\", "/"),
    )
    paths = [os.path.normpath(os.path.join(folder, spelling)) for spelling in spellings]
    return next((path for path in paths if _exists(path)), paths[0])


def _exists(path: str) -> bool:
    try:
        return os.path.exists(path)
    except ValueError:  # a NUL in the name
        return False


def _check_size(content: bytes, maximum: int) -> None:
    if len(content) > maximum:
        raise Unreadable(f"it is larger than the limit document_bytes={maximum}")
