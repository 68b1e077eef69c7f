"""Messages of a plan: what stands in the Body, the headers and the fault details of operations."""

from __future__ import annotations

from dataclasses import replace

from ZSI.generate.annotations import wrap
from ZSI.generate.classplanner import ClassPlanner
from ZSI.generate.fieldplanner import type_use
from ZSI.generate.identifiers import field_names, identifier
from ZSI.generate.plan import (
    ClassPlan,
    ElementUse,
    FaultPlan,
    FieldPlan,
    HeaderPlan,
    MessagePlan,
)
from ZSI.names import QName
from ZSI.wsdl.components import TypeRef
from ZSI.wsdl.model import (
    BoundFault,
    BoundHeader,
    BoundMessage,
    BoundOperation,
    Contract,
    Part,
)


class LeftOut(Exception):
    """An operation cannot be planned; the text says why."""


class MessagePlanner:
    """Plans the classes of messages; one use each.

    Args:
        contract: the contract.
        classes: plans and knows the classes of types and elements.

    Attributes:
        made: the classes made for messages, in order of first use.
    """

    def __init__(self, contract: Contract, classes: ClassPlanner) -> None:
        self.contract = contract
        self.classes = classes
        self.made: list[ClassPlan] = []
        self._known: dict[object, ClassPlan] = {}

    def message(self, bound: BoundOperation, message: BoundMessage, wrapper: str) -> MessagePlan:
        """One direction of an operation: an element's class, an rpc wrapper's, or all parts'.

        Raises:
            LeftOut: an element is not declared.
        """
        if bound.style == "rpc":
            return self._rpc(message, wrapper)
        parts = message.parts
        if len(parts) != 1:
            return self._side_by_side(message)
        (part,) = parts
        if part.element is not None:
            cls = self._element(part.element)
            stand_ins = self.contract.schema.stand_ins(part.element)
            return MessagePlan(identifier(message.message.localname), cls, part.element, stand_ins)
        # a part by type has no element of its own: it is named by the part, as others do
        root = QName(None, part.name)
        python = self._by_type(message, part, root)
        return MessagePlan(identifier(message.message.localname), python, root)

    def header(self, header: BoundHeader) -> HeaderPlan:
        """A header block: the part's element, or one named by the part (SOAP 1.1 section 4.2)."""
        element = header.part.element
        if element is not None:
            return HeaderPlan(element, self.classes.element_names.get(element))
        # header blocks have to be qualified (4.2): where nothing is said, by the WSDL's namespace
        name = QName(header.namespace or header.message.namespace, header.part.name)
        return HeaderPlan(name, self._standalone(header.part, name))

    def fault(self, fault: BoundFault) -> FaultPlan:
        """A fault's detail, in the same way."""
        element = fault.part.element
        if element is not None:
            return FaultPlan(fault.name, element, self.classes.element_names.get(element))
        name = QName(fault.namespace, fault.part.name)
        return FaultPlan(fault.name, name, self._standalone(fault.part, name))

    # -- classes --------------------------------------------------------------------------------

    def _element(self, name: QName) -> str:
        cls = self.classes.element_names.get(name)
        if cls is None:
            raise LeftOut(f"element {name.clark} is not declared")
        return cls

    def _enter(self, key: object, plan: ClassPlan) -> ClassPlan:
        self._known[key] = plan
        self.made.append(plan)
        return plan

    def _by_type(self, message: BoundMessage, part: Part, root: QName) -> str:
        """The class of a part that is given by its type, as a message of its own."""
        key = ("part", root, part.type)
        plan = self._known.get(key)
        if plan is None:
            python = self._name(message, part.name)
            assert part.type is not None
            plan = self._enter(key, self.classes.standalone(python, part.type, message=root))
        return plan.python

    def _standalone(self, part: Part, name: QName) -> str:
        """The class of a header block or fault detail without an element."""
        key = ("part", name, part.type)
        plan = self._known.get(key)
        if plan is None:
            assert part.type is not None
            python = self.classes.names.give(identifier(part.name), f"{identifier(part.name)}Part")
            plan = self._enter(key, self.classes.standalone(python, part.type, message=name))
        return plan.python

    def _rpc(self, message: BoundMessage, wrapper: str) -> MessagePlan:
        """An rpc wrapper: the operation's name in soap:body's namespace (WSDL 1.1, 3.5)."""
        root = QName(message.namespace, wrapper)
        key = ("rpc", root, message.parts, message.use)
        plan = self._known.get(key)
        if plan is None:
            python = self._name(message, wrapper)
            plan = self._parts(python, message)
            options = (("encoded", True),) if message.use == "encoded" else ()
            self._enter(key, replace(plan, message=root, options=options))
        return MessagePlan(identifier(message.message.localname), plan.python, root)

    def _side_by_side(self, message: BoundMessage) -> MessagePlan:
        """Parts that are children of the Body themselves: none, or several (WSDL 1.1, 3.5)."""
        key = ("body", message.message, message.parts)
        plan = self._known.get(key)
        if plan is None:
            python = self._name(message, "Body")
            plan = self._parts(python, message)
            plan = self._enter(key, replace(plan, options=(("body", True),)))
        first = plan.fields[0].name if plan.fields else None
        element = message.parts[0].element if message.parts else None
        stand_ins = self.contract.schema.stand_ins(element) if element is not None else ()
        return MessagePlan(identifier(message.message.localname), plan.python, first, stand_ins)

    def _name(self, message: BoundMessage, other: str) -> str:
        return self.classes.names.give(
            identifier(message.message.localname), f"{identifier(other)}Message"
        )

    def _parts(self, python: str, message: BoundMessage) -> ClassPlan:
        """A class with a field for each part."""
        nested: list[ClassPlan] = []
        scope = field_names()
        keys = [scope.give(identifier(part.name)) for part in message.parts]
        fields = []
        for key, part in zip(keys, message.parts, strict=True):
            draft, ref = self._part(key, part, message)
            use, hint = self.classes.type_of(ref, part.name, python, nested, scope)
            annotation = wrap(hint, many=False, nillable=draft.nillable, optional=False)
            fields.append(replace(draft, type=use, annotation=annotation))
        return ClassPlan(python, fields=tuple(fields), nested=tuple(nested))

    def _part(
        self, key: str, part: Part, message: BoundMessage
    ) -> tuple[FieldPlan, TypeRef | ElementUse]:
        """A part: by its type an unqualified accessor, nil where encoded (SOAP 1.1 section 7.1);
        by its element that element, in rpc too (there WS-I forbids it, BP 1.1 R2203)."""
        if part.type is not None:
            name, nillable = QName(None, part.name), message.use == "encoded"
            return FieldPlan(key, "element", "", name=name, nillable=nillable), part.type
        assert part.element is not None
        self._element(part.element)
        declared = self.contract.schema.elements[part.element]
        draft = FieldPlan(
            key, "element", "", name=part.element, nillable=declared.nillable, ref=True
        )
        return draft, type_use(declared)
