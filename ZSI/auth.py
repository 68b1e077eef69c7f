"""ZSI's names for ways of authentication, as in ``auth=(AUTH.httpbasic, user, password)``."""

from __future__ import annotations

from enum import IntEnum


class AUTH(IntEnum):
    """How a client shows who it is; only ``none`` and ``httpbasic`` are done here.

    ``zsibasic`` put the password into a header block in clear, ``httpdigest`` knew MD5 alone.
    """

    none = 0
    httpbasic = 1
    zsibasic = 2
    httpdigest = 3
