"""ZSI's calls from a WSDL alone, without generated modules.

::

    proxy = ServiceProxy("echo.wsdl", url="http://localhost:8080/echo")
    proxy.Echo(value="plop")            # {'value': 'plop'}

Nothing is generated or imported: the classes of an operation are made when it is first called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from ZSI.client import Binding
from ZSI.errors import ZSIException
from ZSI.generate.build import Built
from ZSI.generate.plan import MessagePlan, OperationPlan, PortPlan
from ZSI.generate.planner import make_plan
from ZSI.TC.compound import Compound, SimpleElement
from ZSI.wsdl.load import load_contract
from ZSI.wsdl.sources import LoadPolicy


class ServiceProxy:
    """The operations of one port as methods.

    Args:
        wsdl: path or URL of the WSDL. Whoever names a URL allows the network for what it imports.
        url: where to call; None: the port's address.
        service, port: their names; None: the first that can be called.
        cachedir, lazy, pyclass, force: accepted as in ZSI; nothing is written to disk.
        asdict: responses are dicts, else objects.
        kw: of `ZSI.client.Binding`: ``tracefile``, ``auth``, ``timeout`` …

    Attributes:
        binding: what calls.

    Raises:
        ContractError: the WSDL cannot be read. ZSIException: it has no such service or port.
    """

    def __init__(
        self,
        wsdl: str | Path,
        url: str | None = None,
        service: str | None = None,
        port: str | None = None,
        cachedir: Any = None,
        asdict: bool = True,
        lazy: bool = False,
        pyclass: bool = False,
        force: bool = False,
        **kw: Any,
    ) -> None:
        named = str(wsdl)
        online = named.startswith(("http:", "https:"))
        self._plan = make_plan(load_contract(named, policy=LoadPolicy(allow_network=online)))
        self._built = Built(self._plan)
        self.asdict = asdict
        self._port = self._find(service, port)
        version = "1.2" if self._port.soap12 else "1.1"
        self.binding = Binding(url or self._port.address, **{"version": version, **kw})

    def _find(self, service: str | None, port: str | None) -> PortPlan:
        here = [(s.name, p.name, p) for s in self._plan.services for p in s.ports]
        for of_service, of_port, found in here:
            if service in (None, of_service) and port in (None, of_port):
                return found
        known = ", ".join(f"{of_service}/{of_port}" for of_service, of_port, _ in here)
        raise ZSIException(
            f"{self._plan.source} has no port {service or 'any'}/{port or 'any'} that speaks SOAP;"
            f" ports: {known or 'none'}"
        )

    @cached_property
    def _methods(self) -> dict[str, MethodProxy]:
        """The operations by name; the first of overloaded ones."""
        made: dict[str, MethodProxy] = {}
        for operation in self._port.operations:
            made.setdefault(operation.name, MethodProxy(self, operation))
        return made

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """An operation."""
        if name[:1] == "_":
            raise AttributeError(name)
        found = self._methods.get(name)
        if found is None:
            raise AttributeError(f"no operation {name}; operations: {', '.join(self._methods)}")
        return found

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._methods]

    def _class(self, message: MessagePlan) -> type[Compound]:
        return self._built.message(message)

    def close(self) -> None:
        """Close the connection; the next call opens another."""
        self.binding.close()

    def __enter__(self) -> ServiceProxy:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


class MethodProxy:
    """One operation: called with the fields of its request by name.

    Structs are dicts or objects, what repeats is a list; a request object may be given whole.
    """

    def __init__(self, parent: ServiceProxy, operation: OperationPlan) -> None:
        self.parent = parent
        self.operation = operation
        self.__name__ = operation.name
        self._headers: list[Any] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the operation.

        Returns:
            The response: a dict by its fields' names, or the object; None for a one-way operation.

        Raises:
            TypeError: a field that the request does not have; FaultException, HttpError, OSError:
                as of `ZSI.client.Binding`.
        """
        parent, operation = self.parent, self.operation
        request_class = parent._class(operation.input)
        if len(args) > 1 or (args and kwargs):
            raise TypeError(f"{operation.name} takes its fields by name, or one request")
        request = args[0] if args else kwargs
        if isinstance(request, Mapping):
            keys = {name: key for key, name in names_of(request_class).items()}
            request = request_class(**{keys.get(key, key): v for key, v in request.items()})
        output = operation.output
        headers, self._headers = self._headers, []
        faults = [fault.python for fault in operation.faults if fault.python is not None]
        response = parent.binding.call(
            request,
            parent._class(output).typecode if output is not None else None,
            soapaction=operation.soap_action or "",
            soapheaders=headers,
            faults=[parent._built.cls(fault).typecode for fault in faults],
            encoded=operation.encoded,
            request_typecode=request_class.typecode,
        )
        return plain(response) if parent.asdict else response

    def add_headers(self, **headers: Any) -> None:
        """Send header blocks with the next call: by name, the fields of each, or an object.

        Raises:
            TypeError: the operation declares no block of that name.
        """
        known = {h.element.localname: h.python for h in self.operation.headers if h.python}
        for name, value in headers.items():
            if hasattr(value, "typecode"):
                self._headers.append(value)
                continue
            python = known.get(name)
            if python is None:
                raise TypeError(f"no header {name}; headers: {', '.join(known) or 'none'}")
            cls = self.parent._built.cls(python)
            fields = value if isinstance(value, Mapping) else {"value": value}
            self._headers.append(cls(**fields))


def names_of(kind: type[Compound]) -> dict[str, str]:
    """The XML names of a class's fields, by their Python names."""
    fields = kind.complex_type().fields
    return {key: field.name.localname for key, field in fields.items() if field.name is not None}


def plain(value: Any) -> Any:
    """An object as a dict of its fields, and so on inside of it; what is absent is left out."""
    if isinstance(value, SimpleElement):
        return plain(value.value)
    if isinstance(value, Compound):
        names = names_of(type(value))
        return {names.get(key, key): plain(item) for key, item in value._items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value
