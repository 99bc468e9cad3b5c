"""Refuses assertions in the browser tests on what was read from a page once.

    python scripts/check_waiting_assertions.py [FILE …]        default: all of tests/browser

A page shows what was asked of it a moment later, and on a busy machine much later. So a test says
`expect(locator).to_…`, or `until(page, lambda: …)` and `until_equal(page, lambda: …, value)`, which
look again until it holds. An `assert` looks once. It is refused where its value comes

- from a method that reads a page (READS), or from the address of a page,
- from a function of these files that returns such a value, or a fixture that hands one out,
- or from a variable of the same function that holds such a value, or something made from it.

Refused too is `scroll_into_view_if_needed`, which gives up when what it scrolls to is drawn anew
meanwhile; `hover` scrolls as well, and tries again.

What JavaScript works out from given arguments alone may be asserted: `compute(page, script, …)`
runs it on a page that shows no app, so there is nothing that could still change.
"""

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path("tests/browser")
READS = {
    *("all_inner_texts", "all_text_contents", "aria_snapshot", "bounding_box", "evaluate"),
    *("evaluate_all", "evaluate_handle", "get_attribute", "inner_html", "inner_text"),
    *("input_value", "is_checked", "is_disabled", "is_editable", "is_enabled", "is_focused"),
    *("is_hidden", "is_visible", "text_content"),
}
READS_WITHOUT_ARGUMENTS = {"count"}  # of a list, count has one
READS_OF_LOCATORS = {"all"}  # a tensor has one too
READS_OF_PAGES = {"content", "title", "url"}
GIVES_UP = "scroll_into_view_if_needed"
PURE = {"compute"}  # asks a page that shows nothing which could change
FILLS = {"add", "append", "extend", "insert", "update"}
Function = ast.FunctionDef | ast.AsyncFunctionDef
Scope = Function | ast.Module


@dataclass
class Source:
    """A file, and the names in it that stand for functions whose value is read from a page."""

    path: Path
    tree: ast.Module
    readers: set[str] = field(default_factory=set)


def faults(paths: Sequence[Path]) -> list[str]:
    """A line for each assertion of these files that looks once; all files know each other."""
    sources = [Source(path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths]
    while _learn(sources):
        pass
    read_once = [
        f"{source.path}:{line}: this was read from the page once: use expect(…), until(…) or "
        "until_equal(…)"
        for source in sources
        for line in sorted(set(_faulty_lines(source)))
    ]
    given_up = [
        f"{source.path}:{node.lineno}: {GIVES_UP} gives up when the element is drawn anew: use "
        "hover()"
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and node.attr == GIVES_UP
    ]
    return read_once + given_up


def _learn(sources: Sequence[Source]) -> bool:
    """Find more readers; tells whether there were any."""
    by_module = {".".join(s.path.with_suffix("").parts[-3:]): s for s in sources}
    before = sum(len(source.readers) for source in sources)
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ImportFrom) and node.module in by_module:
                known = by_module[node.module].readers
                source.readers |= {a.asname or a.name for a in node.names if a.name in known}
        for scope, read in _scopes(source):
            if isinstance(scope, ast.Module) or scope.name in PURE:
                continue
            if any(read.from_page(value) or read.hands_out(value) for value in _results(scope)):
                source.readers.add(scope.name)
    return sum(len(source.readers) for source in sources) > before


def _faulty_lines(source: Source) -> Iterator[int]:
    for scope, read in _scopes(source):
        for node in _own_nodes(scope):
            if isinstance(node, ast.Assert) and read.from_page(node.test):
                yield node.lineno


class _Reading:
    """Which expressions of one function hold what was read from a page."""

    def __init__(self, scope: Scope, readers: set[str], known: set[str]) -> None:
        """`readers` are functions whose value is read, `known` variables of functions around it."""
        self._readers = readers
        self._pages = {"page"} | {
            argument.arg
            for argument in _arguments(scope)
            if isinstance(argument.annotation, ast.Name) and argument.annotation.id == "Page"
        }
        self.names = set(known)
        before = -1
        while len(self.names) != before:
            before = len(self.names)
            for node in _own_nodes(scope):
                self._follow(node)

    def from_page(self, value: ast.AST) -> bool:
        """Whether any part of it was read from a page."""
        return any(self._reads(node) for node in _parts(value))

    def hands_out(self, value: ast.AST) -> bool:
        """Whether it is a function whose value is read from a page."""
        if isinstance(value, ast.Lambda):
            return self.from_page(value.body)
        return isinstance(value, ast.Name) and value.id in self._readers

    def _reads(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Name):
            return isinstance(node.ctx, ast.Load) and node.id in self.names
        if isinstance(node, ast.Attribute):
            is_page = isinstance(node.value, ast.Name) and node.value.id in self._pages
            return is_page and node.attr in READS_OF_PAGES
        if not isinstance(node, ast.Call):
            return False
        if isinstance(node.func, ast.Name):
            return node.func.id in self._readers
        if not isinstance(node.func, ast.Attribute):
            return False
        name = node.func.attr
        return (
            name in READS
            or (name in READS_WITHOUT_ARGUMENTS and not node.args)
            or (name in READS_OF_LOCATORS and _is_locator(node.func.value))
        )

    def _follow(self, node: ast.AST) -> None:
        """Learn which variables a statement fills with what was read."""
        targets: list[ast.expr] = []
        value: ast.AST | None = None
        if isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr):
            targets, value = [node.target], node.value
        elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
            targets, value = [node.target], node.iter
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            targets, value = [node.optional_vars], node.context_expr
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in FILLS
        ):
            filled = [*node.args, *(each.value for each in node.keywords)]
            targets, value = [node.func.value], ast.Tuple(filled, ast.Load())
        if value is not None and self.from_page(value):
            for target in targets:
                self.names |= _filled_names(target)


def _filled_names(target: ast.expr) -> set[str]:
    """The variables that a target stands for; of `a[i]` and `a.b` it is `a`."""
    if isinstance(target, ast.Subscript | ast.Attribute | ast.Starred):
        return _filled_names(target.value)
    if isinstance(target, ast.Tuple | ast.List):
        return {name for each in target.elts for name in _filled_names(each)}
    return {target.id} if isinstance(target, ast.Name) else set()


def _is_locator(value: ast.AST) -> bool:
    return any(
        isinstance(node, ast.Attribute)
        and (node.attr in ("locator", "first", "last", "nth") or node.attr.startswith("get_by_"))
        for node in ast.walk(value)
    )


def _arguments(scope: Scope) -> list[ast.arg]:
    if isinstance(scope, ast.Module):
        return []
    found = scope.args
    return [*found.posonlyargs, *found.args, *found.kwonlyargs]


def _results(function: Function) -> Iterator[ast.AST]:
    for node in _own_nodes(function):
        if isinstance(node, ast.Return | ast.Yield) and node.value is not None:
            yield node.value


def _scopes(source: Source) -> Iterator[tuple[Scope, _Reading]]:
    """Each function, and the file itself, with what is known of their variables."""
    fixtures = {
        node.name
        for node in ast.walk(source.tree)
        if isinstance(node, Function)
        and any("fixture" in ast.unparse(decorator) for decorator in node.decorator_list)
    }

    def inside(
        scope: Scope, readers: set[str], known: set[str]
    ) -> Iterator[tuple[Scope, _Reading]]:
        own = {each.arg for each in _arguments(scope)}
        # A parameter hides a function of its name, unless it is a fixture that hands it out.
        readers = readers - (own - fixtures)
        read = _Reading(scope, readers, known - own)
        yield scope, read
        for node in _own_nodes(scope):
            if isinstance(node, Function):
                yield from inside(node, readers, read.names)

    return inside(source.tree, source.readers, set())


def _own_nodes(scope: Scope) -> Iterator[ast.AST]:
    """Everything in a function but what is in functions and lambdas within it."""
    for statement in scope.body:
        yield from _parts(statement)


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    if not isinstance(node, Function | ast.Lambda) and not _is_pure(node):
        for child in ast.iter_child_nodes(node):
            yield from _parts(child)


def _is_pure(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in PURE


def main(arguments: Sequence[str]) -> int:
    """Print the faults; 1 if there are any."""
    paths = [Path(argument) for argument in arguments] or sorted(FOLDER.glob("*.py"))
    found = faults(paths)
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
