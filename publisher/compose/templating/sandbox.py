"""What a press office's template may do. What is not allowed by name here is refused when the template is loaded.

Jinja2 reads the template into a tree. The tree is checked, and each of its nodes that does anything to a value is
replaced by a call of `Run.do`, which does only what words.py says. So the code that Jinja2 then makes holds
loops, conditions and names, and no attribute, filter, operator or function of Python's or of Jinja2's own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from publisher.compose.templating.expressions import REFUSED, Expressions, Scope
from publisher.compose.templating.values import ANY, NUMBER, RELEASE, TEXT, Kind, list_of
from publisher.compose.templating.words import HELPERS

if TYPE_CHECKING:
    from jinja2 import nodes

NAMES: Mapping[str, Kind] = {"release": RELEASE, "link": TEXT, "hashtags": list_of(TEXT)}
"""What a template knows without having set it."""
_RESERVED = {*NAMES, *HELPERS, "loop", "self", "super", "caller", "varargs", "kwargs"}
_MOST_LOOPS = 6
_HINT = "A template has {{ … }}, {% if %}, {% for %} and {% set name = … %}"


class Sandbox(Expressions):
    """Checks one template's tree and gives the one that may run."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.loops = 0
        self.statements: Mapping[str, Callable[[Any, Scope], list[nodes.Node]]] = {
            "Output": self._output,
            "If": self._if,
            "For": self._for,
            "Assign": self._assign,
        }

    def template(self, tree: nodes.Template) -> nodes.Template:
        """The tree made safe.

        Raises:
            PublishError: The first thing in it that is not allowed or not known, with its line.
        """
        made: nodes.Template = self.make.Template(self._body(tree.body, Scope(NAMES)), lineno=1)
        return made

    def _body(self, body: Sequence[nodes.Node], scope: Scope) -> list[nodes.Node]:
        made: list[nodes.Node] = []
        for node in body:
            check = self.statements.get(type(node).__name__)
            if check is None:
                what = REFUSED.get(type(node).__name__, "this statement")
                self.refuse(node, f"{what} cannot be used here", _HINT)
            self.enter(node)
            made += check(node, scope)
            self.depth -= 1
        return made

    def _output(self, node: nodes.Output, scope: Scope) -> list[nodes.Node]:
        return [
            self.make.ExprStmt(self.sign("{{ }}", child, scope, child)[0], lineno=child.lineno) for child in node.nodes
        ]

    def _if(self, node: nodes.If, scope: Scope) -> list[nodes.Node]:
        test, _ = self.expression(node.test, scope)
        inner = scope.inner()
        body = self._body(node.body, inner)
        ends = [inner]
        others: list[nodes.If] = []
        for other in node.elif_:
            self.enter(other)
            condition, _ = self.expression(other.test, scope)
            ends.append(scope.inner())
            others.append(self.make.If(condition, self._body(other.body, ends[-1]), [], [], lineno=other.lineno))
            self.depth -= 1
        ends.append(scope.inner())
        last = self._body(node.else_, ends[-1])
        for name in set.intersection(*map(set, ends)):  # what is set in one case alone is not known behind them
            kinds = [end[name] for end in ends]
            scope[name] = kinds[0] if all(kind == kinds[0] for kind in kinds) else ANY
        return [self.make.If(test, body, others, last, lineno=node.lineno)]

    def _for(self, node: nodes.For, scope: Scope) -> list[nodes.Node]:
        if node.recursive:
            self.refuse(node, "`recursive` cannot be used here", "Take it away")
        if self.loops == _MOST_LOOPS:
            self.refuse(node, "there are too many loops in one another here", f"{_MOST_LOOPS} are the most")
        self.loops += 1
        before = self.count
        values = self.expression(node.iter, scope)
        inner = scope.inner()
        target = self._target(node.target, inner, (values[1].of or ANY))
        inner.in_loop = False
        test = self.expression(node.test, inner)[0] if node.test else None
        inner.in_loop = True
        body = self._body(node.body, inner)
        other = self._body(node.else_, scope.inner())
        weight = self.fixed(node, self.count - before + 1, NUMBER)
        each, _ = self.do(node, "sign", "for", values, weight)
        self.loops -= 1
        return [self.make.For(target, each, body, other, test, False, lineno=node.lineno)]

    def _assign(self, node: nodes.Assign, scope: Scope) -> list[nodes.Node]:
        value, kind = self.expression(node.node, scope)
        return [self.make.Assign(self._target(node.target, scope, kind), value, lineno=node.lineno)]

    def _target(self, node: nodes.Node, scope: Scope, kind: Kind) -> nodes.Name:
        if not isinstance(node, self.make.Name):
            what = REFUSED.get(type(node).__name__, "this")
            self.refuse(node, f"{what} cannot be used here", "Write one name, as in {% set name = … %}")
        if node.name in _RESERVED:
            self.refuse(node, f"the name `{node.name}` is taken", "Choose another")
        if node.name.startswith("_") or unicodedata.normalize("NFKC", node.name) != node.name:
            self.refuse(node, f"`{node.name}` cannot be a name here", "Choose one of plain letters")
        scope[node.name] = kind
        self.conditional.add(node.name)
        target: nodes.Name = self.make.Name(node.name, "store", lineno=node.lineno)
        return target
