"""ZSI's name for the error of a socket that was silent for too long: Python's `TimeoutError`."""

from __future__ import annotations

import builtins
from typing import Final

ident: Final = "ZSI.wstools.TimeoutSocket"

#: What clients raise when the time of a call is over; see ``timeout=`` of `ZSI.client.Binding`.
TimeoutError = builtins.TimeoutError
