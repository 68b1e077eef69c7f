"""ZSI's compound typecodes under ZSI's module name."""

from ZSI.TC.handmade_choice import Choice
from ZSI.TC.handmade_compound import Array, ComplexType, Struct

__all__ = ["Array", "Choice", "ComplexType", "Struct"]
