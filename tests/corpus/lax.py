"""All schemas of a contract in the xmlschema library, read as laxly as it can."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import Any

from ZSI.wsdl.model import Contract
from ZSI.wsdl.validator import _MASTER, _Assembly, _wrappers


def lax_schema(contract: Contract) -> Any:
    """The schema; None where even the lax reading fails."""
    import xmlschema

    logging.getLogger("xmlschema").setLevel(logging.CRITICAL)
    try:
        documents = _Assembly(contract, _wrappers(contract)[0]).documents()
    except ValueError:  # a namespace that lxml does not write
        return None
    folder = Path(tempfile.mkdtemp())
    names = {name: f"d{number}.xsd" for number, name in enumerate(documents)}
    for name, content in documents.items():
        for other, file in sorted(names.items(), key=lambda pair: -len(pair[0])):
            content = content.replace(
                f'schemaLocation="{other}"'.encode(), f'schemaLocation="{file}"'.encode()
            )
        (folder / names[name]).write_bytes(content)
    try:
        return xmlschema.XMLSchema10(str(folder / names[_MASTER]), validation="lax")
    except Exception:  # whatever it cannot read: there is no second verdict then
        return None
