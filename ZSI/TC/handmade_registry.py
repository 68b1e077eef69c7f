"""The typecodes of the built-in types as ``TC.Any.parsemap`` and ``TC.Any.serialmap`` hold them.

They are there to be looked at: `ZSI.TC.Any` reads and writes the built-in types by itself, and what
`ZSI.TC.RegisterType` enters comes first.

>>> from ZSI.TC import Any
>>> Any.parsemap[None, "short"], Any.serialmap[float]
(<Ishort >, <FPdouble >)
"""

from __future__ import annotations

import time
from typing import Any as Value
from typing import Final

from ZSI.TC import handmade_numbers as numbers
from ZSI.TC import handmade_simple as simple
from ZSI.TC import handmade_times as times
from ZSI.TC.handmade_any import TYPES, Any

_READ: Final = (
    simple.String, simple.Token, simple.URI, simple.QName, simple.Base64String,
    simple.HexBinaryString, simple.Boolean, numbers.Decimal, numbers.Integer, numbers.FPfloat,
    numbers.FPdouble, numbers.IunsignedByte, numbers.IunsignedShort, numbers.IunsignedInt,
    numbers.IunsignedLong, numbers.Ibyte, numbers.Ishort, numbers.Iint, numbers.Ilong,
    numbers.InegativeInteger, numbers.InonPositiveInteger, numbers.InonNegativeInteger,
    numbers.IpositiveInteger, times.Duration, times.gDateTime, times.gDate, times.gTime,
    times.gYearMonth, times.gYear, times.gMonthDay, times.gDay, times.gMonth,
)  # fmt: skip
_WRITTEN: Final[dict[type, Value]] = {
    str: simple.String, bytes: simple.Base64String, bool: simple.Boolean, int: numbers.Integer,
    float: numbers.FPdouble, time.struct_time: times.gDateTime,
}  # fmt: skip

Any.parsemap.update({(None, C.type[1]): C() for C in _READ})
Any.serialmap.update({kind: C() for kind, C in _WRITTEN.items()})
#: The one class of these that the value model does not know.
TYPES[time.struct_time] = Any.serialmap[time.struct_time]
