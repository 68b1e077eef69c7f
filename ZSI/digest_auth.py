"""The sums of HTTP's Digest authentication (RFC 2617), for those who answer challenges themselves.

MD5 is what the scheme of 1999 asks for, and is no protection of its own: use TLS.

>>> challenge = fetch_challenge('Digest realm="r", nonce="n", qop="auth"')
>>> answer = generate_response(challenge, "/a", "me", "pw", cnonce="c")
>>> build_authorization_arg(answer).startswith('Digest username="me"')
True
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from typing import Any, Final

from ZSI.errors import ZSIException, quote

_PART: Final = re.compile(r'([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')
#: Fields of the answer that stand without quotes (RFC 2617 section 3.2.2).
_BARE: Final = frozenset(("algorithm", "qop", "nc"))


def H(val: str) -> str:
    """The MD5 sum in hexadecimal (section 3.2.1).

    >>> H("")
    'd41d8cd98f00b204e9800998ecf8427e'
    """
    return hashlib.md5(val.encode("utf-8"), usedforsecurity=False).hexdigest()


def KD(secret: str, data: str) -> str:
    """The sum of a secret and data."""
    return H(f"{secret}:{data}")


def A1(
    username: str, realm: str, passwd: str, nonce: str | None = None, cnonce: str | None = None
) -> str:
    """Who we are (section 3.2.2.2); with both nonces that of a session."""
    own = f"{username}:{realm}:{passwd}"
    return f"{H(own)}:{nonce}:{cnonce}" if nonce and cnonce else own


def A2(method: str, uri: str) -> str:
    """What is asked for (section 3.2.2.3)."""
    return f"{method}:{uri}"


def dict_fetch(d: Mapping[Any, Any], k: Any, defval: Any = None) -> Any:
    """An item, or the default."""
    return d.get(k, defval)


def fetch_challenge(http_header: str) -> dict[str, str]:
    """The parts of a WWW-Authenticate field; its scheme is under ``challenge``.

    >>> fetch_challenge('Digest realm="a b", nonce=x')
    {'challenge': 'Digest', 'realm': 'a b', 'nonce': 'x'}
    """
    scheme, *rest = http_header.split(None, 1) or [""]
    found = {"challenge": scheme}
    for name, quoted, bare in _PART.findall("".join(rest)):
        found[name.lower()] = re.sub(r"\\(.)", r"\1", quoted) or bare
    return found


def generate_response(
    chaldict: Mapping[str, str],
    uri: str,
    username: str,
    passwd: str,
    method: str = "GET",
    cnonce: str | None = None,
) -> dict[str, str]:
    """The fields of the answer to a challenge.

    Args:
        chaldict: what `fetch_challenge` gives.
        uri: of the request.
        username, passwd: ours.
        method: of the request.
        cnonce: the client's nonce; None: a new one.

    Raises:
        ZSIException: an algorithm or a protection that is not done here.
    """
    algorithm = chaldict.get("algorithm", "MD5")
    offered = [one.strip() for one in chaldict.get("qop", "").split(",") if one.strip()]
    if algorithm.lower() not in ("md5", "md5-sess") or (offered and "auth" not in offered):
        asked = f"{algorithm} {chaldict.get('qop', '')}".strip()
        raise ZSIException(f"{quote(asked)} is not answered: expected MD5 or MD5-sess, and auth")
    realm, nonce = chaldict.get("realm", ""), chaldict.get("nonce", "")
    cnonce = cnonce or secrets.token_hex(8)
    session = algorithm.lower() == "md5-sess"
    who = H(A1(username, realm, passwd, *((nonce, cnonce) if session else ())))
    answer = {"username": username, "realm": realm, "nonce": nonce, "uri": uri}
    what = H(A2(method, uri))
    if offered:
        answer |= {"qop": "auth", "nc": "00000001", "cnonce": cnonce}
        answer["response"] = KD(who, f"{nonce}:00000001:{cnonce}:auth:{what}")
    else:
        answer |= {"cnonce": cnonce} if session else {}
        answer["response"] = KD(who, f"{nonce}:{what}")
    return answer | {key: chaldict[key] for key in ("opaque", "algorithm") if key in chaldict}


def build_authorization_arg(authdict: Mapping[str, str]) -> str:
    """The Authorization field of such an answer."""

    def shown(name: str, text: str) -> str:
        return text if name in _BARE else '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'

    return "Digest " + ", ".join(f"{name}={shown(name, text)}" for name, text in authdict.items())
