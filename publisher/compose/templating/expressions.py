"""The expressions of a template: which there are, and what stands in their place in the tree that runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from publisher.compose.templating.rules import Word
from publisher.compose.templating.run import DO, FAMILIES, label
from publisher.compose.templating.values import (
    ANY,
    FIELDS,
    NOTHING,
    NUMBER,
    TEXT,
    TRUTH,
    Kind,
    Refused,
    either,
    list_of,
)
from publisher.compose.templating.words import FILTERS, HELPERS, TESTS, together
from publisher.config.located import nearest
from publisher.errors import PublishError
from publisher.text.patterns import later

if TYPE_CHECKING:
    from jinja2 import nodes

_LOOP: Mapping[str, Kind] = {"index": NUMBER, "index0": NUMBER, "length": NUMBER, "first": TRUTH, "last": TRUTH}
_DEEPEST = 30
_LARGEST = 1_000_000
UNPRINTABLE = later(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef]")
_HELPERS = ", ".join(f"{name}(…)" for name in HELPERS)
_HINT = f"There are + - ~ == != < > in, and, or, not, the filters ({', '.join(FILTERS)}) and {_HELPERS}"
REFUSED: Mapping[str, str] = {
    "Macro": "{% macro %}",
    "Include": "{% include %}",
    "Import": "{% import %}",
    "FromImport": "{% from … import %}",
    "Extends": "{% extends %}",
    "Block": "{% block %}",
    "CallBlock": "{% call %}",
    "FilterBlock": "{% filter %}",
    "AssignBlock": "{% set %} … {% endset %}",
    "With": "{% with %}",
    "Scope": "{% autoescape %}",
    "Mul": "`*`",
    "Div": "`/`",
    "FloorDiv": "`//`",
    "Mod": "`%`",
    "Pow": "`**`",
    "Pos": "`+` before a value",
    "Dict": "`{…}`",
    "NSRef": "{% set %} of a field",
    "Tuple": "a comma between values",
}
_COMPARISONS = {
    "eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">=", "in": "in", "notin": "not in",
}  # fmt: skip


Checked = tuple[Any, Kind]
"""An expression that may run, and the kind of its value."""


class Scope(dict[str, Kind]):
    """The names that are known at one place with their kinds, and whether that is within a loop."""

    in_loop = False

    def inner(self) -> Scope:
        copy = Scope(self)
        copy.in_loop = self.in_loop
        return copy


class Expressions:
    """Checks the expressions of one template, each together with the kind of what it will yield."""

    def __init__(self, name: str) -> None:
        from jinja2 import nodes  # noqa: PLC0415 -- only where a channel has a template

        self.make = nodes
        self.name = name
        self.line = 1
        self.depth = 0
        self.count = 0
        self.conditional: set[str] = set()
        self.expressions: Mapping[str, Callable[[Any, Scope], Checked]] = {
            "Const": self._const,
            "TemplateData": self._data,
            "Name": self._name,
            "List": self._list,
            "Getattr": self._getattr,
            "Getitem": self._getitem,
            "Filter": self._filter,
            "Test": self._test,
            "Call": self._call,
            "Compare": self._compare,
            "Concat": self._concat,
            "Add": lambda node, scope: self.sign("+", node, scope, node.left, node.right),
            "Sub": lambda node, scope: self.sign("-", node, scope, node.left, node.right),
            "Neg": lambda node, scope: self.sign("minus", node, scope, node.node),
            "And": self._and_or,
            "Or": self._and_or,
            "Not": self._not,
            "CondExpr": self._condition,
        }

    def refuse(self, node: nodes.Node, message: str, hint: str) -> NoReturn:
        lines = [node.lineno, *(child.lineno for child in node.iter_child_nodes()), self.line]
        line = next(filter(None, lines))
        raise PublishError(message, where=f"{self.name}:{line}", hint=hint)

    def expression(self, node: nodes.Node, scope: Scope) -> Checked:
        check = self.expressions.get(type(node).__name__)
        if check is None:
            what = REFUSED.get(type(node).__name__, "this")
            self.refuse(node, f"{what} cannot be used here", _HINT)
        self.enter(node)
        checked = check(node, scope)
        self.depth -= 1
        return checked

    def enter(self, node: nodes.Node) -> None:
        self.count += 1
        self.line = node.lineno
        self.depth += 1
        if self.depth > _DEEPEST:
            self.refuse(node, "this is nested too deeply", "Use fewer brackets, signs and filters in one another")

    def do(self, node: nodes.Node, family: str, word: str, *checked: Checked) -> Checked:
        """A call of the word with these values, which are checked as far as their kinds are known."""
        try:
            kind = FAMILIES[family][word].check(label(family, word), [kind for _, kind in checked])
        except Refused as refused:
            self.refuse(node, refused.message, refused.hint)
        make, line = self.make, node.lineno
        place = make.Const((line, family, word), lineno=line)
        arguments = [place, *(value for value, _ in checked)]
        return make.Call(make.Name(DO, "load", lineno=line), arguments, [], None, None, lineno=line), kind

    def sign(self, sign: str, node: nodes.Node, scope: Scope, *operands: nodes.Node) -> Checked:
        return self.do(node, "sign", sign, *(self.expression(operand, scope) for operand in operands))

    def fixed(self, node: nodes.Node, value: str | int, kind: Kind) -> Checked:
        return self.make.Const(value, lineno=node.lineno), kind

    def _const(self, node: nodes.Const, scope: Scope) -> Checked:
        value = node.value
        kinds = {str: TEXT, int: NUMBER, bool: TRUTH, type(None): NOTHING}
        if type(value) not in kinds or (isinstance(value, int) and value > _LARGEST):
            self.refuse(node, "this number cannot be used here", f"Write a whole number up to {_LARGEST:,}")
        if isinstance(value, str) and (found := UNPRINTABLE.search(value)):
            self.refuse(node, unprintable(found[0]), "Delete it")
        return self.make.Const(value, lineno=node.lineno), kinds[type(value)]

    def _data(self, node: nodes.TemplateData, scope: Scope) -> Checked:
        return self.make.Const(node.data, lineno=node.lineno), TEXT

    def _name(self, node: nodes.Name, scope: Scope) -> Checked:
        if node.name not in scope:
            self._unknown(node, scope)
        return self.make.Name(node.name, "load", lineno=node.lineno), scope[node.name]

    def _unknown(self, node: nodes.Name, scope: Scope) -> NoReturn:
        if node.name in HELPERS:
            self.refuse(node, f"`{node.name}` needs brackets", f"Write it like {node.name}(…)")
        if node.name == "loop":
            if not scope.in_loop:
                self.refuse(node, "there is no `loop` here", "It is known between {% for %} and {% endfor %}")
            self.refuse(node, "`loop` cannot stand alone", f"Write loop. with one of: {', '.join(_LOOP)}")
        if node.name in self.conditional:
            self.refuse(node, f"`{node.name}` may not be set here", "Set it before the {% if %} or {% for %} as well")
        self.refuse(node, f"there is no `{node.name}` here", nearest(node.name, [*scope, *HELPERS]))

    def _list(self, node: nodes.List, scope: Scope) -> Checked:
        checked = [self.expression(item, scope) for item in node.items]
        kind = checked[0][1] if checked else ANY
        for _, other in checked:
            kind = either(kind, other)
        return self.make.List([item for item, _ in checked], lineno=node.lineno), list_of(kind)

    def _getattr(self, node: nodes.Getattr, scope: Scope) -> Checked:
        if isinstance(node.node, self.make.Name) and node.node.name == "loop" and scope.in_loop:
            if node.attr not in _LOOP:
                self.refuse(node, f"`loop` has no `{node.attr}`", nearest(node.attr, list(_LOOP)))
            loop = self.make.Name("loop", "load", lineno=node.lineno)
            return self.make.Getattr(loop, node.attr, "load", lineno=node.lineno), _LOOP[node.attr]
        value, kind = self.expression(node.node, scope)
        fields = FIELDS.get(kind.name, {})
        if kind == ANY:
            fields = {name: field for known in FIELDS.values() for name, field in known.items()}
        if not fields:
            self.refuse(node, f"{kind.name} has no `{node.attr}`", "Filters are written like |upper")
        if node.attr not in fields:
            self.refuse(node, f"{kind.name} has no `{node.attr}`", nearest(node.attr, list(fields)))
        text = (self.fixed(node, said, TEXT) for said in (node.attr, _spelled(node.node)))
        call, _ = self.do(node, "sign", ".", (value, kind), *text)
        return call, ANY if kind == ANY else fields[node.attr].kind

    def _getitem(self, node: nodes.Getitem, scope: Scope) -> Checked:
        if not isinstance(node.arg, self.make.Slice):
            return self.sign("[…]", node, scope, node.node, node.arg)
        if node.arg.step is not None:
            self.refuse(node, "a step cannot be used here", "Write [first:end]")
        none = self.make.Const(None, lineno=node.lineno)
        return self.sign("[:]", node, scope, node.node, node.arg.start or none, node.arg.stop or none)

    def _filter(self, node: nodes.Filter, scope: Scope) -> Checked:
        return self._applied(node, scope, "filter", FILTERS)

    def _test(self, node: nodes.Test, scope: Scope) -> Checked:
        return self._applied(node, scope, "test", TESTS)

    def _applied(self, node: Any, scope: Scope, family: str, known: Mapping[str, Word]) -> Checked:
        if node.name not in known:
            self.refuse(node, f"there is no {family} `{node.name}`", nearest(node.name, list(known)))
        arguments = self._arguments(node)
        return self.do(node, family, node.name, *(self.expression(one, scope) for one in (node.node, *arguments)))

    def _call(self, node: nodes.Call, scope: Scope) -> Checked:
        called = node.node
        if isinstance(called, self.make.Getattr):
            self.refuse(node, f"`.{called.attr}(…)` cannot be used here", "Filters are written like |upper")
        if not isinstance(called, self.make.Name) or called.name in scope:
            self.refuse(node, "this cannot be called", f"There are {_HELPERS}")
        if called.name not in HELPERS:
            self.refuse(node, f"there is no `{called.name}(…)`", nearest(called.name, list(HELPERS)))
        arguments = (self.expression(one, scope) for one in self._arguments(node))
        return self.do(node, "helper", called.name, *arguments)

    def _arguments(self, node: Any) -> list[nodes.Expr]:
        if node.kwargs or node.dyn_args is not None or node.dyn_kwargs is not None:
            self.refuse(
                node, "`=` and `*` cannot be used in these brackets", "Write the values alone, as in |shorten(100)"
            )
        arguments: list[nodes.Expr] = node.args
        return arguments

    def _compare(self, node: nodes.Compare, scope: Scope) -> Checked:
        if len(node.ops) != 1:
            self.refuse(node, "only two values can be compared at once", "Write `and` between the comparisons")
        operand = node.ops[0]
        return self.sign(_COMPARISONS[operand.op], node, scope, node.expr, operand.expr)

    def _concat(self, node: nodes.Concat, scope: Scope) -> Checked:
        checked = [self.expression(one, scope) for one in node.nodes]
        for value in checked:
            self.do(node, "sign", "{{ }}", value)
        items = self.make.List([value for value, _ in checked], lineno=node.lineno)
        return self.do(node, "sign", "~", (items, list_of(together(*(kind for _, kind in checked)))))

    def _and_or(self, node: nodes.BinExpr, scope: Scope) -> Checked:
        (left, first), (right, second) = self.expression(node.left, scope), self.expression(node.right, scope)
        return type(node)(left, right, lineno=node.lineno), either(first, second)

    def _not(self, node: nodes.Not, scope: Scope) -> Checked:
        return self.make.Not(self.expression(node.node, scope)[0], lineno=node.lineno), TRUTH

    def _condition(self, node: nodes.CondExpr, scope: Scope) -> Checked:
        test, _ = self.expression(node.test, scope)
        (yes, first), (no, second) = (
            self.expression(one, scope) for one in (node.expr1, node.expr2 or self.make.Const(None, lineno=node.lineno))
        )
        return self.make.CondExpr(test, yes, no, lineno=node.lineno), either(first, second)


def _spelled(node: Any) -> str:
    """The name of a value in an error, as in `release.dateline`."""
    attributes: list[str] = []
    while type(node).__name__ == "Getattr":
        attributes.append(node.attr)
        node = node.node
    if type(node).__name__ != "Name":
        return "this"
    return f"`{'.'.join([node.name, *reversed(attributes)])}`"


def unprintable(character: str) -> str:
    return f"there is a character here that no post can hold (U+{ord(character):04X})"
