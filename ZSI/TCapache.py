"""ZSI's typecodes for Apache's types under ZSI's module name."""

from ZSI.TC.handmade_apache import Apache, AttachmentRef

__all__ = ["Apache", "AttachmentRef"]
