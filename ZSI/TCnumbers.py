"""ZSI's number typecodes under ZSI's module name."""

from ZSI.TC.handmade_numbers import (
    Decimal,
    FPdouble,
    FPEnumeration,
    FPfloat,
    Ibyte,
    IEnumeration,
    Iint,
    Iinteger,
    Ilong,
    InegativeInteger,
    InonNegativeInteger,
    InonPositiveInteger,
    Integer,
    IpositiveInteger,
    Ishort,
    IunsignedByte,
    IunsignedInt,
    IunsignedLong,
    IunsignedShort,
)

__all__ = [
    "Decimal", "FPEnumeration", "FPdouble", "FPfloat", "IEnumeration", "Ibyte", "Iint", "Iinteger",
    "Ilong", "InegativeInteger", "Integer", "InonNegativeInteger", "InonPositiveInteger",
    "IpositiveInteger", "Ishort", "IunsignedByte", "IunsignedInt", "IunsignedLong",
    "IunsignedShort",
]  # fmt: skip
