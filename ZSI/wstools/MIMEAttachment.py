"""A SOAP message with attachments as text (SOAP Messages with Attachments, W3C Note 2000)."""

from __future__ import annotations

from email import encoders
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import HTTP
from typing import Any, Final
from uuid import uuid4

NL: Final = "\r\n"


class MIMEMessage:
    """Collects an envelope and files; ``toString`` gives the body of the HTTP message.

    >>> message = MIMEMessage()
    >>> message.addXMLMessage("<a/>")
    >>> message.makeBoundary()
    >>> message.getBoundary() in message.toString()
    True
    """

    def __init__(self) -> None:
        self._xml = ""
        self._files: list[tuple[str, Any]] = []
        self._boundary = ""
        self._start = "soap"

    def makeBoundary(self) -> None:
        """Choose what separates the parts."""
        self._boundary = f"part-{uuid4().hex}"

    def addXMLMessage(self, xmlMessage: str) -> None:
        """Say what the envelope is."""
        self._xml = xmlMessage

    def attachFile(self, file: Any) -> str:
        """Attach an open file, read when the message is written; its Content-ID."""
        cid = f"attachment{len(self._files) + 1}"
        self._files.append((cid, file))
        return cid

    def getBoundary(self) -> str:
        """What separates the parts."""
        if not self._boundary:
            self.makeBoundary()
        return self._boundary

    def getStartCID(self) -> str:
        """The Content-ID of the envelope."""
        return self._start

    def toString(self) -> str:
        """The parts as text, without the header fields of the whole."""
        whole = MIMEMultipart("related", boundary=self.getBoundary(), policy=HTTP)
        envelope = MIMENonMultipart("text", "xml", charset="utf-8", policy=HTTP)
        envelope.add_header("Content-ID", f"<{self._start}>")
        envelope.set_payload(self._xml.encode("utf-8"))
        encoders.encode_base64(envelope)
        whole.attach(envelope)
        for cid, file in self._files:
            part = MIMEBase("application", "octet-stream", policy=HTTP)
            data = file.read()
            part.set_payload(data.encode("utf-8") if isinstance(data, str) else data)
            encoders.encode_base64(part)
            part.add_header("Content-ID", f"<{cid}>")
            whole.attach(part)
        return whole.as_string().partition(NL * 2)[2]
