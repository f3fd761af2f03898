"""Every regular expression of the package, found without a list; and what may make each of them labour."""

import ast
import importlib
import inspect
import pkgutil
import random
import re
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from types import ModuleType
from typing import Any, get_args

import publisher
from publisher.release.language import Language, available, load
from publisher.text.patterns import Later

_MODULES = ("re", "regex")
_METHODS = frozenset("search match fullmatch split findall finditer sub subn".split())
_ANYWHERE = _METHODS - {"match", "fullmatch"}
_CHARACTERS = string.printable + "\0\x1f\x85\xa0\u202f\u0301\u200béÉßİ中😀“”„‟«»‘’‚–—―…•·¡¿€"


@dataclass
class Use:
    """A pattern, the code that it stands in, and the methods it is called by."""

    where: str
    pattern: Any
    methods: set[str] = field(default_factory=set)

    def __str__(self) -> str:
        return self.where

    def work(self, text: str) -> None:
        """What the package does with the pattern; wherever a match may begin, everywhere."""
        methods = self.methods or _METHODS
        given = text.encode("latin-1", "replace") if isinstance(self.pattern.pattern, bytes) else text
        if methods & _ANYWHERE:
            for _ in self.pattern.finditer(given):
                pass
        if "match" in methods:
            self.pattern.match(given)
        if "fullmatch" in methods:
            self.pattern.fullmatch(given)

    @cached_property
    def tree(self) -> Any:
        """As Python parses it; that of no pattern for one in the larger language of `regex`."""
        if not isinstance(self.pattern, re.Pattern):
            return re._parser.parse(r"\w")
        return re._parser.parse(self.pattern.pattern, self.pattern.flags)

    @cached_property
    def alphabet(self) -> list[str]:
        """One character of each sort that the pattern tells apart."""
        atoms = list(_atoms(self.tree))
        sorts: dict[tuple[bool, ...], str] = {}
        for character in _CHARACTERS:
            sorts.setdefault(tuple(_is_in(character, atom) for atom in atoms), character)
        return list(sorts.values())

    def piece(self, chance: random.Random) -> str:
        """What the pattern matches, more or less."""
        return _piece(self.tree, self.alphabet, chance)[:60]


def modules() -> Iterator[ModuleType]:
    for info in pkgutil.walk_packages(publisher.__path__, "publisher."):
        if not info.name.endswith("__main__"):
            yield importlib.import_module(info.name)


def uses() -> list[Use]:
    """Those at the top of modules, those in functions that keep them, and those that are written where they are used.

    Raises:
        AssertionError: A pattern is made anew from what a function was given, so that nobody can know what it will be.
    """
    found: dict[int, Use] = {}
    named: dict[tuple[str, str], list[Use]] = {}
    trees = {module: ast.parse(inspect.getsource(module)) for module in modules()}
    for module in trees:
        for name, value in vars(module).items():
            of_language = _kept(value) if getattr(value, "__module__", None) == module.__name__ else None
            for label, pattern in of_language if of_language is not None else (("", one) for one in _patterns(value)):
                use = found.setdefault(id(pattern), Use(f"{module.__name__}.{name}{label}", pattern))
                named.setdefault((module.__name__, name), []).append(use)
    for module, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in _METHODS:
                owner = node.value.func if isinstance(node.value, ast.Call) else node.value
                for use in named.get((module.__name__, getattr(owner, "id", "")), ()):
                    use.methods.add(node.attr)
        for call in _loose_calls(tree):
            where = f"{module.__name__}, line {call.lineno}"
            for pattern in _patterns(_evaluated(call, module, where)):
                use = found.setdefault(id(pattern), Use(where, pattern))
                use.methods.add(call.func.attr)
    return list(found.values())


def _patterns(value: object) -> Iterator[Any]:
    if isinstance(value, Later):
        yield value.made
    elif type(value).__name__ == "Pattern":
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _patterns(one)
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from _patterns(one)


def _kept(function: Any) -> list[tuple[str, Any]] | None:
    """The patterns that a function with a memory makes, for every language where it is about one."""
    if not hasattr(function, "cache_info") or ".compile(" not in inspect.getsource(function):
        return None
    parameters = inspect.signature(function, eval_str=True).parameters.values()
    if not parameters:
        return [("()", pattern) for pattern in _patterns(function())]
    (parameter,) = parameters
    if parameter.annotation is Language:
        given = {code: load(code) for code in (*available(), "xx")}
    else:
        given = {name: name for name in get_args(parameter.annotation)}
    assert given, f"nobody knows what {function.__qualname__} may be given"
    return [(f"({name})", pattern) for name, value in given.items() for pattern in _patterns(function(value))]


def _loose_calls(tree: ast.Module) -> Iterator[ast.Call]:
    """Calls of `re` in functions that keep nothing."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef) or any("cache" in ast.unparse(d) for d in function.decorator_list):
            continue
        for node in ast.walk(function):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and ast.unparse(node.func.value) in _MODULES
                and node.func.attr in _METHODS | {"compile"}
            ):
                yield node


def _evaluated(call: ast.Call, module: ModuleType, where: str) -> object:
    names = {"re": re, **vars(module)}
    at = {"match": 2, "fullmatch": 2, "search": 2, "findall": 2, "finditer": 2, "split": 3, "sub": 4, "compile": 1}
    flags = [keyword.value for keyword in call.keywords if keyword.arg == "flags"]
    flags += call.args[at[call.func.attr] :]
    try:
        pattern = eval(ast.unparse(call.args[0]), names)  # noqa: S307 - the package's own code
        flag = eval(ast.unparse(flags[0]), names) if flags else 0  # noqa: S307 - likewise
    except NameError as error:
        raise AssertionError(f"{where}: a pattern is made of what a function was given ({error})") from None
    if not isinstance(pattern, str):
        return pattern
    return importlib.import_module(call.func.value.id).compile(pattern, flag)


def _atoms(tree: Any) -> Iterator[list[tuple[str, Any]]]:
    """The sets of characters that the pattern has a place for."""
    for operator, value in tree:
        name = str(operator)
        if name in ("LITERAL", "NOT_LITERAL"):
            yield [("NEGATE", None)] * (name != "LITERAL") + [("LITERAL", value)]
        elif name == "IN":
            yield [(str(kind), one) for kind, one in value]
        for inner in _inner(operator, value):
            yield from _atoms(inner)


def _inner(operator: Any, value: Any) -> Iterable[Any]:
    name = str(operator)
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return [value[2]]
    if name == "SUBPATTERN":
        return [value[3]]
    if name in ("ASSERT", "ASSERT_NOT"):
        return [value[1]]
    if name == "ATOMIC_GROUP":
        return [value]
    if name == "GROUPREF_EXISTS":
        return [part for part in value[1:] if part is not None]
    return value[1] if name == "BRANCH" else []


def _is_in(character: str, atom: list[tuple[str, Any]]) -> bool:
    code = ord(character)
    inside = False
    for kind, value in atom:
        if kind == "LITERAL":
            inside = inside or code == value or character.lower() == chr(value).lower()
        elif kind == "RANGE":
            inside = inside or value[0] <= code <= value[1]
        elif kind == "CATEGORY":
            known, wanted = str(value).removeprefix("CATEGORY_").replace("NOT_", ""), "NOT_" not in str(value)
            sign = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}[known]
            inside = inside or (re.fullmatch(sign, character) is not None) == wanted
    return inside != any(kind == "NEGATE" for kind, _ in atom)


def _piece(tree: Any, alphabet: list[str], chance: random.Random) -> str:
    parts: list[str] = []
    for operator, value in tree:
        name = str(operator)
        if name == "LITERAL":
            parts.append(chr(value))
        elif name == "IN":
            atom = [(str(kind), one) for kind, one in value]
            parts.append(chance.choice([one for one in alphabet if _is_in(one, atom)] or [""]))
        elif name in ("ANY", "NOT_LITERAL"):
            parts.append(chance.choice(alphabet))
        elif name == "BRANCH":
            parts.append(_piece(chance.choice(value[1]), alphabet, chance))
        elif name.endswith("REPEAT"):
            count = min(value[0] + chance.choice((0, 1, 1, 2)), value[1], value[0] + 2)
            parts.extend(_piece(value[2], alphabet, chance) for _ in range(count))
        else:
            parts.extend(_piece(inner, alphabet, chance) for inner in _inner(operator, value) if "NOT" not in name)
    return "".join(parts)
