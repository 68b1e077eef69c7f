"""Create, read, update, delete, list: operations that share records, said in one line.

    bank.mock.crud(
        create=bank.AddCustomer, read=bank.GetCustomer, update=bank.UpdateCustomer,
        delete=bank.DeleteCustomer, list=bank.ListCustomers,
        record="customer", key="id", missing=fail("NoSuchCustomer"),
    )

Records live in the store of the mock that was asked: a session's, if it was
``mock.session("t1")``. A reset forgets them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from ZSI.mock.dsl import Verbs, fault
from ZSI.mock.errors import DefinitionError, listed
from ZSI.mock.matchers import absent
from ZSI.mock.state import Store
from ZSI.mock.stubs import CallableReply, Reply, SampleReply
from ZSI.TC import Compound
from ZSI.TC.complextype import ComplexType

if TYPE_CHECKING:
    from ZSI.mock.facade import Mock

#: What a read of nothing is answered with.
MISSING = fault("Client", "there is no such record")


class Crud:
    """Operations over one kind of record.

    Args:
        mock: whose store keeps the records.
        verbs: the operations by what they do: ``create``, ``read``, ``update``, ``delete``,
            ``list``; conditions of theirs hold.
        key: the field that tells records apart: of the record, and of requests that name one.
        record: the field that holds the record in requests and replies; "": its fields stand
            there themselves.
        records: the repeated field of the list's reply; "": its only one.
        missing: the reply where there is no such record.
        lifetime: records end after it, by the mock's clock.
        name: of the records in the store.

    Raises:
        DefinitionError: an operation has no such field.
    """

    def __init__(
        self,
        mock: Mock,
        verbs: Mapping[str, Verbs | None],
        *,
        key: str = "id",
        record: str = "",
        records: str = "",
        missing: Reply = MISSING,
        lifetime: timedelta | None = None,
        name: str = "",
    ) -> None:
        self.mock = mock
        self.key = key
        self.record = record
        self.records = records
        self.missing = missing
        self.lifetime = lifetime
        given = {kind: one for kind, one in verbs.items() if one is not None}
        unknown = [kind for kind in given if kind not in _ANSWERS]
        if unknown or not given:
            raise DefinitionError(f"crud: {unknown or 'nothing'}", expected=listed(_ANSWERS))
        self.name = name or record or next(iter(given.values())).stub.op
        self._numbers = itertools.count(1)
        if "list" in given:
            self._listing(given["list"])  # refused here rather than by each call
        for kind, one in given.items():
            one.answered_by(CallableReply(partial(_ANSWERS[kind], self, one)))

    # ------------------------------------------------------------------ the records

    @property
    def store(self) -> Store:
        """Where they are kept."""
        return self.mock.store

    def put(self, record: Mapping[str, Any]) -> None:
        """Keep a record, to begin with: ``put({"id": "1", "name": "Ada"})``."""
        self.store.put(self._slot(record[self.key]), dict(record), self.lifetime)

    def get(self, key: Any) -> dict[str, Any] | None:
        """A record, or None."""
        found: dict[str, Any] | None = self.store.get(self._slot(key))
        return found

    def all(self) -> list[dict[str, Any]]:
        """All records, the oldest first."""
        start = f"{self.name}/"
        return [record for slot, record in self.store.items() if slot.startswith(start)]

    def _slot(self, key: Any) -> str:
        return f"{self.name}/{key}"

    # ------------------------------------------------------------------ the operations

    def _create(self, verbs: Verbs, request: Any) -> Reply:
        made = self._taken(request)
        if made.get(self.key) is None:
            made[self.key] = self._free()
        self.put(made)
        return self._shown(verbs, made)

    def _free(self) -> str:
        """A key that no record has."""
        return next(str(n) for n in self._numbers if self.get(str(n)) is None)

    def _read(self, verbs: Verbs, request: Any) -> Reply:
        found = self.get(self._named(request))
        return self.missing if found is None else self._shown(verbs, found)

    def _update(self, verbs: Verbs, request: Any) -> Reply:
        found = self.get(self._named(request))
        if found is None:
            return self.missing
        made = {**found, **self._taken(request), self.key: found[self.key]}
        self.put(made)
        return self._shown(verbs, made)

    def _delete(self, verbs: Verbs, request: Any) -> Reply:
        key = self._named(request)
        found = self.get(key)
        if found is None:
            return self.missing
        del self.store[self._slot(key)]
        return self._shown(verbs, found)

    def _list(self, verbs: Verbs, request: Any) -> Reply:
        return SampleReply(
            {self._listing(verbs): [{"$sample": "none", **one} for one in self.all()]}
        )

    def _listing(self, verbs: Verbs) -> str:
        """The field of a list's reply that holds the records."""
        ctype = self._response(verbs)
        lists = [key for key, use in ctype.fields.items() if use.many and use.kind == "element"]
        where = self.records or (_names(ctype)[lists[0]] if len(lists) == 1 else "")
        if not where:
            raise DefinitionError(
                f"{verbs.stub.op}: which field has the records?", expected="records=…"
            )
        return where

    # ------------------------------------------------------------------ requests and replies

    def _taken(self, request: Compound) -> dict[str, Any]:
        """The record in a request."""
        value = _field(request, self.record) if self.record else request
        if not isinstance(value, Compound):
            return {}
        names = _names(value.complex_type())
        return {names[key]: item for key, item in value._items() if key in names}

    def _named(self, request: Compound) -> Any:
        """The key that a request names: its own field, or that of its record."""
        own = _field(request, self.key)
        return own if own is not None else self._taken(request).get(self.key)

    def _shown(self, verbs: Verbs, record: Mapping[str, Any]) -> SampleReply:
        """A reply with the record in it, as far as it has a place for it."""
        known = {name: key for key, name in _names(self._response(verbs)).items()}
        if self.record in known:
            return SampleReply({self.record: {"$sample": "none", **record}})
        fields = {name: value for name, value in record.items() if name in known}
        ctype = self._response(verbs)
        if fields and not self.record:
            optional = [n for n, key in known.items() if ctype.fields[key].optional]
            fields |= {name: absent for name in optional if name not in record}
        return SampleReply(fields)

    def _response(self, verbs: Verbs) -> ComplexType:
        operation = self.mock.engine.operations.find(verbs.stub.op, input=verbs.stub.input)[0]
        cls = operation.response_class
        if cls is None:
            raise DefinitionError(f"{verbs.stub.op} is one-way: it shows no record")
        return cls.complex_type()


#: What answers an operation, by what it does.
_ANSWERS: dict[str, Callable[[Crud, Verbs, Any], Reply]] = {
    "create": Crud._create,
    "read": Crud._read,
    "update": Crud._update,
    "delete": Crud._delete,
    "list": Crud._list,
}


def _names(ctype: ComplexType) -> dict[str, str]:
    """The XML names of a type's elements by their keys."""
    return {
        key: use.name.localname
        for key, use in ctype.fields.items()
        if use.kind == "element" and use.name is not None
    }


def _field(value: Any, name: str) -> Any:
    """The value of a field by its XML name; None if it is not there."""
    if not isinstance(value, Compound):
        return None
    for key, known in _names(value.complex_type()).items():
        if known == name:
            return value.__dict__.get(key)
    return None
