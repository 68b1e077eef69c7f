"""ZSI's blocking client, on http.client: ``Binding``.

Generated blocking clients use `Binding.call`; ZSI's own ways are there too::

    b = Binding("http://localhost:8080/echo")
    b.Send(None, None, EchoRequest(value="plop"), soapaction="Echo")
    print(b.Receive(EchoResponse.typecode).value)
    print(NamedParamBinding(url, namespace="urn:calc").add(a=1, b=2))

A Binding belongs to one thread. What is fetched from elsewhere is nothing: no proxies of the
environment, no redirects but 307 and 308, which repeat the request as it was (WS-I BP 1.1 R1130).
"""

from __future__ import annotations

import base64
import http.client
import ssl
from collections.abc import Iterable, Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any, Self
from urllib.parse import SplitResult, urljoin, urlsplit

from ZSI import TC
from ZSI.auth import AUTH
from ZSI.blocking import BlockingHttp
from ZSI.call import TIMEOUT, Codec, Received, one_line, raise_fault, response_of, untyped
from ZSI.call import HttpError as HttpError
from ZSI.envelope import VERSIONS
from ZSI.errors import FaultException
from ZSI.fault import Fault, FaultFromFaultMessage
from ZSI.limits import DEFAULT_LIMITS, Limits
from ZSI.parse import ParsedSoap
from ZSI.twisted.content import gunzip
from ZSI.writer import SoapWriter
from ZSI.wsa import Address

__all__ = ["AUTH", "Binding", "Fault", "FaultException", "HttpError", "NamedParamBinding"]

#: Requests that one call may take: its own, and two redirects, to https and to another host.
REQUESTS = 3
_REPEATED = frozenset((307, 308))
_SECRET = frozenset(("authorization", "cookie"))


class Binding:
    """Calls a service at one address, and waits for its answers.

    Args:
        url: of the service.
        namespace: of the operations that are called by name: ``b.hello("x")``.
        typesmodule: where their replies' classes are looked up, by the local name of the element.
        nsdict: further prefixes for envelopes to declare.
        transport, transdict: make connections in place of http.client; ``transdict`` alone may
            hold ``cert_file`` and ``key_file``.
        tracefile: what is sent and received is written to it.
        readerclass, writerclass: in place of ParsedSoap and SoapWriter.
        soapaction: where a call names none.
        sig_handler: has ``sign(writer)`` and ``verify(message)``.
        auth: ``(AUTH.httpbasic, user, password)``.
        version: of SOAP: ``"1.1"`` or ``"1.2"``.
        timeout: seconds for a call; None: for ever.
        context: an ``ssl.SSLContext``.
        limits: of answers.
        headers: HTTP header fields for every request.
        wsAddressURI: the version of WS-Addressing to speak, by its namespace; calls of generated
            clients say their actions only where it, or ``endPointReference``, is given.
        endPointReference: who is called; see `ZSI.wsa.Address.setRequest`.

    Attributes:
        reply_code, reply_msg, reply_headers, data: of the answer that came last.
        ps: its message, once it has been asked for.
        cookies: what servers have set; sent back to the host of ``url``.
        soapheaders: by name, the header blocks of the response that a `call` asked for.

    Calls raise `FaultException` for a fault, `HttpError` for what is no SOAP message, `OSError`
    (`TimeoutError` among them) and `http.client.HTTPException` for what happens to connections.
    """

    def __init__(
        self,
        url: str | None = None,
        namespace: str | None = None,
        typesmodule: Any = None,
        *,
        nsdict: Mapping[str, str] | None = None,
        transport: Any = None,
        transdict: Mapping[str, Any] | None = None,
        tracefile: Any = None,
        readerclass: Any = None,
        writerclass: Any = None,
        soapaction: str = "",
        sig_handler: Any = None,
        auth: tuple[Any, ...] = (AUTH.none,),
        version: str = "1.1",
        timeout: float | None = TIMEOUT,
        context: ssl.SSLContext | None = None,
        limits: Limits = DEFAULT_LIMITS,
        headers: Mapping[str, str] | None = None,
        wsAddressURI: str | None = None,
        endPointReference: Any = None,
    ) -> None:
        self.url = url
        self.wsAddressURI = wsAddressURI
        self.endPointReference = endPointReference
        self._address: Address | None = None
        self.namespace = namespace
        self.typesmodule = typesmodule
        self.trace = tracefile
        self.soapaction = soapaction
        self.sig_handler = sig_handler
        reader, writer = readerclass or ParsedSoap, writerclass or SoapWriter
        self.codec = Codec(VERSIONS[version], dict(nsdict or {}), reader, writer, limits)
        self._wire = BlockingHttp(transport, transdict or {}, context, timeout, limits.body_bytes)
        self._headers = list((headers or {}).items())
        self.cookies = SimpleCookie()
        self.soapheaders: dict[tuple[str | None, str], Any] = {}
        self.reply_code: int | None = None
        self.reply_msg = ""
        self.reply_headers: Any = None
        self.data: bytes | None = None
        self.ps: Any = None
        self.SetAuth(*auth)

    # ------------------------------------------------------------------ typed calls

    def call(
        self,
        request: Any,
        response_typecode: Any,
        *,
        soapaction: str = "",
        soapheaders: Iterable[Any] = (),
        replyheaders: Iterable[Any] = (),
        faults: Iterable[Any] = (),
        encoded: bool = False,
        request_typecode: Any = None,
        wsaction: str | None = None,
        replyaction: str | None = None,
    ) -> Any:
        """Send a request object and return its typed response; generated clients do this.

        Args:
            request: an object with a ``typecode``.
            response_typecode: of the response; None for a one-way operation.
            soapaction: sent in quotes; in SOAP 1.2 as the action parameter.
            soapheaders: objects for the Header, each with a ``typecode``.
            replyheaders: typecodes of header blocks of the response, which will be in
                ``soapheaders``.
            faults: typecodes of declared faults' details, which will be typed objects in the
                ``detail`` of the fault.
            encoded: declare SOAP encoding on the Body.
            request_typecode: of the request's element, where ``request`` may be of a derived type.
            wsaction, replyaction: WS-Addressing actions of the two messages.
        """
        style = self.codec.version.encoding_style if encoded else None
        addressed = self.wsAddressURI is not None or self.endPointReference is not None
        self._address = self._addressed(wsaction, None) if addressed else None
        self._send(request, soapaction, soapheaders, style, how=request_typecode)
        if response_typecode is None and not self.data:
            return None
        replyheaders = tuple(replyheaders)
        message = self.ReceiveSOAP()
        if self._address is not None:
            self._address.checkResponse(message, replyaction)
        response, headers = response_of(message, response_typecode, replyheaders, tuple(faults))
        if replyheaders:
            self.soapheaders = headers
        return response

    # ------------------------------------------------------------------ ZSI's calls by name

    def __getattr__(self, name: str) -> _Caller:
        """An operation: ``b.hello("x")``."""
        if name[:1] == "_":
            raise AttributeError(name)
        return _Caller(self, name)

    def _arguments(self, args: tuple[Any, ...], kw: Mapping[str, Any]) -> Any:
        """What a call by name sends: ``item`` elements in order."""
        if kw:
            raise TypeError("arguments by name: use NamedParamBinding")
        return list(args)

    def _called(self, name: str, args: tuple[Any, ...], kw: Mapping[str, Any]) -> Any:
        """Call by name; see `_Caller`."""
        if len(args) == 1 and not kw and hasattr(args[0], "typecode"):
            self.Send(None, name, args[0])
            return self.Receive(self.gettypecode(self.ReceiveSOAP()))
        arguments = self._arguments(args, kw)
        full_name = (self.namespace, name) if self.namespace else name
        how = TC.Any(full_name, parts=True)
        style = self.codec.version.encoding_style
        self.Send(None, name, arguments, requesttypecode=how, encodingStyle=style)
        message = self.ReceiveSOAP()
        raise_fault(message)
        if self.typesmodule is not None and (known := self.gettypecode(message)) is not None:
            return self.Receive(known)
        reply = message.Parse(TC.Any())
        if isinstance(reply, dict) and len(reply) == 1:
            return next(iter(reply.values()))
        has_parts = message.body_root is not None and len(message.body_root)
        return None if not has_parts and reply == "" else reply

    def gettypecode(self, ps: Any) -> Any:
        """The typecode of a message: of the class of ``typesmodule`` with its element's name."""
        root = ps.body_root
        if self.typesmodule is None or root is None or ps.IsAFault():
            return None
        found = getattr(self.typesmodule, root.tag.rpartition("}")[2], None)
        return getattr(found, "typecode", None)

    # ------------------------------------------------------------------ ZSI's two steps

    def RPC(self, url: str | None, opname: Any, obj: Any, **kw: Any) -> Any:
        """`Send`, then `Receive` with ``replytype=`` (None: plain Python, by `TC.Any`)."""
        replytype = kw.pop("replytype", None)
        self.Send(url, opname, obj, **kw)
        return self.Receive(TC.Any() if replytype is None else replytype)

    def Send(
        self,
        url: str | None,
        opname: Any,
        obj: Any,
        nsdict: Mapping[str, str] | None = None,
        soapaction: str | None = None,
        wsaction: str | None = None,
        endPointReference: Any = None,
        soapheaders: Iterable[Any] = (),
        *,
        requesttypecode: Any = None,
        encodingStyle: str | None = None,
        auth_header: str | None = None,
        **kw: Any,
    ) -> None:
        """Send a request object and take its answer, for `Receive`.

        Args:
            url: where to, if not to the Binding's own.
            opname: of the operation; names the element of an ``obj`` without a typecode.
            obj: the object; plain Python is written as by `TC.Any`.
            nsdict: further prefixes for this envelope.
            soapaction: the SOAPAction.
            wsaction: the action of WS-Addressing, which is spoken only where it is given.
            endPointReference: who is called, if not the Binding's own.
            soapheaders: objects for the Header, each with a ``typecode``.
            requesttypecode: how to write ``obj``; None: its own typecode.
            encodingStyle: declared on the Body.
            auth_header: a header block that is XML text already.
            kw: ignored, as in ZSI.
        """
        action = self.soapaction if soapaction is None else soapaction
        if requesttypecode is None:
            obj, requesttypecode = untyped(obj, opname, self.namespace)
        addressed = wsaction is not None
        self._address = self._addressed(wsaction, endPointReference, url) if addressed else None
        self._send(
            obj, action, soapheaders, encodingStyle, url=url, how=requesttypecode, nsdict=nsdict,
            block=auth_header,
        )  # fmt: skip

    def _addressed(self, action: str | None, reference: Any, url: str | None = None) -> Address:
        """The addressing of a request."""
        made = Address(url or self.url, self.wsAddressURI)
        made.setRequest(
            reference if reference is not None else self.endPointReference, action or ""
        )
        return made

    def _send(
        self,
        obj: Any,
        action: str,
        headers: Iterable[Any],
        style: str | None,
        *,
        url: str | None = None,
        how: Any = None,
        nsdict: Mapping[str, str] | None = None,
        block: str | None = None,
    ) -> None:
        writer = self.codec.writing(style, nsdict)
        writer.serialize(obj, how, header_pyobjs=headers)
        if block is not None:
            writer.add_header(block)
        if self._address is not None:
            self._address.serialize(writer)
            target = self._address.getTo() or ""
            url = url or (target if target.startswith(("http:", "https:")) else None)
        if self.sig_handler is not None:
            self.sig_handler.sign(writer)
        self.SendSOAPData(str(writer).encode("utf-8"), url, action)

    def SendSOAPData(
        self,
        soapdata: bytes | str,
        url: str | None = None,
        soapaction: str = "",
        headers: Mapping[str, str] | None = None,
        **kw: Any,
    ) -> None:
        """Send an envelope and take its answer.

        Args:
            soapdata: the envelope.
            url, soapaction: as for `Send`.
            headers: further HTTP header fields.
            kw: ignored, as in ZSI.
        """
        body = soapdata.encode("utf-8") if isinstance(soapdata, str) else soapdata
        where = _address(url or self.url)
        fields = [("User-Agent", "ZSI"), ("Accept-Encoding", "gzip")]
        fields += [*self.codec.fields(soapaction), *self._headers, *(headers or {}).items()]
        fields.append(("Content-Length", str(len(body))))
        own = where.hostname == _address(self.url or url).hostname
        cookies = [c for c in self.cookies.values() if where.scheme == "https" or not c["secure"]]
        if cookies and own:
            fields.append(("Cookie", "; ".join(f"{c.key}={c.coded_value}" for c in cookies)))
        self._note(f"POST {where.geturl()}", body)
        self.ps = None
        response, data, end = self._post(where, body, fields)
        self.reply_code, self.reply_msg = response.status, response.reason
        self.reply_headers = response.headers
        if response.headers.get("Content-Encoding", "").lower() in ("gzip", "x-gzip"):
            data = gunzip(data, self.codec.limits.body_bytes)
        self.data = data
        self._note(f"{response.status}", data)
        if end.hostname == _address(self.url or url).hostname:
            self._take_cookies(response)

    def _post(
        self, where: SplitResult, body: bytes, fields: list[tuple[str, str]]
    ) -> tuple[http.client.HTTPResponse, bytes, SplitResult]:
        """POST, and again where a redirect says so; secrets stay with their host."""
        for _ in range(REQUESTS):
            response, data = self._wire.post(where, body, fields)
            target = response.headers.get("Location")
            if response.status not in _REPEATED or not target:
                return response, data, where
            last, where = where, _address(urljoin(where.geturl(), target))
            if last.scheme == "https" and where.scheme != "https":
                raise HttpError(response.status, f"redirected from https to {target}", data)
            if last.netloc != where.netloc:
                fields = [pair for pair in fields if pair[0].lower() not in _SECRET]
        raise HttpError(response.status, f"redirected more than {REQUESTS - 1} times", data)

    def _take_cookies(self, response: http.client.HTTPResponse) -> None:
        for value in response.headers.get_all("Set-Cookie", ()):
            try:
                self.cookies.load(value)
            except CookieError:
                continue

    # ------------------------------------------------------------------ what came

    def Receive(self, replytype: Any, wsaction: str | None = None, **kw: Any) -> Any:
        """The response to what was sent last.

        Args:
            replytype: its typecode; None: nothing is expected but perhaps a fault.
            wsaction: the WS-Addressing action that it has to have.
            kw: ignored, as in ZSI.

        Raises:
            WSActionException: it has another action, or answers another request.
        """
        if replytype is None and not self.ReceiveRaw():
            return None
        if self._address is not None:
            self._address.checkResponse(self.ReceiveSOAP(), wsaction)
        return response_of(self.ReceiveSOAP(), replytype)[0]

    def ReceiveRaw(self, **kw: Any) -> bytes:
        """The body of the answer.

        Raises:
            TypeError: nothing has been sent.
        """
        if self.data is None:
            raise TypeError("nothing has been sent: call Send first")
        return self.data

    def ReceiveSOAP(self, readerclass: Any = None, **kw: Any) -> Any:
        """The answer as a message.

        Raises:
            HttpError: it is none.
        """
        if self.ps is None:
            data = self.ReceiveRaw()
            kind = self.reply_headers.get("Content-Type")
            content_type = kind.encode("latin-1", "replace") if kind else None
            self.ps = self.codec.message(Received(self.reply_code or 0, content_type, data))
            if self.sig_handler is not None:
                self.sig_handler.verify(self.ps)
        return self.ps

    def IsSOAP(self) -> bool:
        """Whether the answer says that it is a SOAP message."""
        if not self.ReceiveRaw():
            return False
        kind = (self.reply_headers.get("Content-Type") or "").partition(";")[0].strip().lower()
        return kind in ("text/xml", "application/soap+xml", "application/xml")

    def IsAFault(self) -> bool:
        """Whether the answer is a fault."""
        return bool(self.ReceiveSOAP().IsAFault())

    def ReceiveFault(self, **kw: Any) -> Any:
        """The fault that the answer is, as a `Fault`.

        Raises:
            TypeError: it is none.
        """
        if not self.IsAFault():
            raise TypeError("the answer is no fault")
        return FaultFromFaultMessage(self.ReceiveSOAP())

    # ------------------------------------------------------------------ settings

    def SetAuth(self, style: Any, user: str | None = None, password: str | None = None) -> Self:
        """Say who we are, with every request from now on; gives the Binding, as the next ones do.

        Args:
            style: ``AUTH.none`` or ``AUTH.httpbasic``.

        Raises:
            NotImplementedError: another style.
        """
        style = AUTH(style)
        if style not in (AUTH.none, AUTH.httpbasic):
            raise NotImplementedError(f"AUTH.{style.name}: only none and httpbasic are done")
        self._headers = [pair for pair in self._headers if pair[0].lower() != "authorization"]
        if style == AUTH.httpbasic:
            word = base64.b64encode(f"{user}:{password or ''}".encode()).decode("ascii")
            self.AddHeader("Authorization", f"Basic {word}")
        return self

    def SetURL(self, url: str) -> Self:
        """Call another address from now on."""
        self.url = url
        return self

    def AddHeader(self, header: str, value: Any) -> Self:
        """Send an HTTP header field with every request from now on."""
        self._headers.append((header, one_line(str(value))))
        return self

    def ResetHeaders(self) -> Self:
        """Forget what `AddHeader` and `SetAuth` have said."""
        self._headers = []
        return self

    def ResetCookies(self) -> Self:
        """Forget the cookies."""
        self.cookies = SimpleCookie()
        return self

    def close(self) -> None:
        """Close the connection; the next call opens another."""
        self._wire.close()

    def __enter__(self) -> Binding:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def _note(self, title: str, text: bytes) -> None:
        if self.trace is not None:
            self.trace.write(f"{'_' * 33} {title}\n{text.decode('utf-8', 'replace')}\n")


class NamedParamBinding(Binding):
    """A Binding whose calls by name send their arguments by name: ``b.add(a=1, b=2)``."""

    def _arguments(self, args: tuple[Any, ...], kw: Mapping[str, Any]) -> Any:
        if args:
            raise TypeError("arguments by position: use Binding")
        return dict(kw)


class _Caller:
    """An operation, called by name.

    One object with a ``typecode`` is sent as it is; other arguments become the children of an
    element with the operation's name, in SOAP encoding. The reply is typed where ``typesmodule``
    knows its element; else it is plain: nothing, the only part, or the parts by name.
    """

    def __init__(self, binding: Binding, name: str) -> None:
        self.binding = binding
        self.name = name

    def __call__(self, *args: Any, **kw: Any) -> Any:
        return self.binding._called(self.name, args, kw)


def _address(url: str | None) -> SplitResult:
    """An address that can be called.

    Raises:
        TypeError: there is none.
        ValueError: it is not of http or https.
    """
    if not url:
        raise TypeError("there is no address: give url= to the Binding")
    found = urlsplit(url)
    if found.scheme not in ("http", "https") or not found.hostname:
        raise ValueError(f"{url!r} is no address of http or https")
    if not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError(f"{url!r} has characters that have to be percent-encoded")
    return found
