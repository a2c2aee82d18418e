"""Finds every error that the sources can raise, by their syntax trees: code, kind, text, remedy, module.

A code is a literal, a literal that was handed to the function that raises, or a name that holds one. What can only be
known while running is left out here; ``errors`` explains those few by hand, and fails on one that is new.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from tests.rules.source import SOURCE, modules, shown, tree

KINDS = {
    "Malformed": "malformed",
    "Denied": "denied",
    "NotFound": "not found",
    "Conflict": "conflict",
    "Unsupported": "unsupported",
    "Unavailable": "unavailable",
    "TooLarge": "too large",
}
"""Class and kind, as in ``model.errors``."""

Bound = Mapping[str, ast.expr]
_DEPTH = 4


@dataclass(frozen=True)
class Found:
    """One error as it may come out; ``…`` stands for what is filled in while running."""

    code: str
    kind: str
    text: str
    remedy: str
    module: str


@dataclass
class Module:
    """A module's functions, its constants, and the calls in each function (None: outside of any)."""

    name: str
    functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = field(default_factory=dict)
    constants: dict[str, ast.expr] = field(default_factory=dict)
    calls: list[tuple[str | None, ast.Call]] = field(default_factory=list)
    imports: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sources:
    """All modules by dotted name."""

    modules: Mapping[str, Module]

    def callers(self, module: str, function: str) -> Iterator[tuple[Module, str | None, ast.Call]]:
        """Calls of a module's function: by its name there, by an imported name, or through the imported module."""
        for other in self.modules.values():
            for inside, call in other.calls:
                named = call.func
                if isinstance(named, ast.Name):
                    home = f"{module}.{function}"
                    called = named.id == function if other.name == module else other.imports.get(named.id) == home
                elif isinstance(named, ast.Attribute) and isinstance(named.value, ast.Name):
                    own = other.name == module and named.value.id in ("self", "cls")
                    called = named.attr == function and (own or other.imports.get(named.value.id) == module)
                else:
                    called = False
                if called:
                    yield other, inside, call


@cache
def sources() -> Sources:
    """Read once."""
    return Sources({module.name: module for path in modules(SOURCE) for module in [_module(shown(path), tree(path))]})


def _module(path: str, root: ast.Module) -> Module:
    module = Module(path.removeprefix("src/").removesuffix(".py").replace("/", "."))
    for node in ast.walk(root):
        if isinstance(node, ast.ImportFrom) and node.module:
            module.imports |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    for node in root.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            module.constants[node.targets[0].id] = node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            module.constants[node.target.id] = node.value
    _walk(root, None, module)
    return module


def _walk(node: ast.AST, inside: str | None, module: Module) -> None:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            module.functions[child.name] = child
            _walk(child, child.name, module)
        else:
            if isinstance(child, ast.Call):
                module.calls.append((inside, child))
            _walk(child, inside, module)


def found() -> tuple[set[Found], list[str]]:
    """(errors, places whose code is only known while running)."""
    errors: set[Found] = set()
    unknown: list[str] = []
    for module in sources().modules.values():
        for inside, call in module.calls:
            kind = _kind(call)
            if kind is None:
                continue
            made = list(_errors(module, inside, call, kind))
            errors |= set(made)
            if not made:
                unknown.append(f"{module.name}:{inside}")
    return errors, sorted(set(unknown))


def _kind(call: ast.Call) -> str | None:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    return KINDS.get(name) if call.args or call.keywords else None


def _errors(module: Module, inside: str | None, call: ast.Call, kind: str) -> Iterator[Found]:
    given = [_argument(call, at, name) for at, name in enumerate(("code", "text", "remedy"))]
    for bound in _bindings(module, inside, {}, given[0], _DEPTH):
        code = _said(module, inside, given[0], bound)
        if code and not code.startswith("…"):
            text, remedy = (_said(module, inside, one, bound) or "" for one in given[1:])
            yield Found(code, kind, text, remedy, module.name)


def _argument(call: ast.Call, at: int, name: str) -> ast.expr | None:
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    return call.args[at] if len(call.args) > at else named.get(name)


def _bindings(module: Module, inside: str | None, bound: Bound, code: ast.expr | None, depth: int) -> Iterator[Bound]:
    """What the function's parameters are in each of its calls, when the code is one of them; else nothing to bind."""
    function = module.functions.get(inside or "")
    names = _parameters(function)
    if function is None or not isinstance(code, ast.Name) or code.id not in names or depth == 0:
        yield bound
        return
    for other, around, call in sources().callers(module.name, function.name):
        here = {name: given for at, name in enumerate(names) if (given := _argument(call, at, name)) is not None}
        for outer in _bindings(other, around, {}, here.get(code.id), depth - 1):
            yield {name: _literal(other, around, given, outer) for name, given in here.items()}


def _parameters(function: ast.FunctionDef | ast.AsyncFunctionDef | None) -> list[str]:
    if function is None:
        return []
    return [one.arg for one in (*function.args.posonlyargs, *function.args.args) if one.arg not in ("self", "cls")]


def _literal(module: Module, inside: str | None, given: ast.expr, bound: Bound) -> ast.expr:
    said = _said(module, inside, given, bound)
    return given if said is None else ast.Constant(said)


def _said(module: Module, inside: str | None, node: ast.expr | None, bound: Bound) -> str | None:
    """The text of an expression; parts that are filled in while running become ``…``."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        parts = [_said(module, inside, one, bound) or "…" for one in node.values]
        return "".join(parts)
    if isinstance(node, ast.FormattedValue):
        return _said(module, inside, node.value, bound)
    if isinstance(node, ast.Name):
        if node.id in bound:
            return _said(module, inside, bound[node.id], {})
        return _said(module, None, _assigned(module, inside, node.id), {})
    return None


def _assigned(module: Module, inside: str | None, name: str) -> ast.expr | None:
    function = module.functions.get(inside or "")
    for node in ast.walk(function) if function else ():
        if isinstance(node, ast.Assign) and any(isinstance(one, ast.Name) and one.id == name for one in node.targets):
            return node.value if isinstance(node.value, ast.Constant | ast.JoinedStr) else None
    return module.constants.get(name)
