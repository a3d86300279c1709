"""Measure how the code is built: `python -m bench.house [CHECKOUT]`. Nothing of the checkout is run.

Rooms are the folders and modules right inside a package. An arrow is one room that imports from another, lazily or not;
it points upward when it runs against the order of rooms that has the fewest such arrows. Migrations are left out.
"""

import argparse
import ast
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("portal", "consultations", "moderation", "search")
# Names that Django, Wagtail and logging look for; and views, whose names are those of addresses.
CONVENTIONAL = {"Command", "app_name", "logger", "register", "router", "urlpatterns"}
NAMED_FREELY = {"views", "urls", "apps", "wagtail_hooks", "hooks", "viewsets"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DEFINITIONS = (*FUNCTIONS, ast.ClassDef)

Graph = dict[str, set[str]]


@dataclass(frozen=True)
class Module:
    """A Python file: its dotted name, where it is, and its syntax."""

    name: str
    path: Path
    tree: ast.Module
    lines: int

    @property
    def package(self) -> str:
        """Return the name of its top package."""
        return self.name.partition(".")[0]

    @property
    def room(self) -> str:
        """Return the folder or module right inside the package that it belongs to; the package itself is one too."""
        return ".".join(self.name.split(".")[:2])

    @property
    def is_view(self) -> bool:
        """Return whether it answers requests, registers what does, or is a tag of a template."""
        parts = self.name.split(".")
        return (
            bool({*parts} & {*NAMED_FREELY, "management", "templatetags"})
            or parts[-1].endswith(("_views", "_viewsets", "_hooks"))
            or parts[-1] in ("handlers", "middleware")
        )

    @property
    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Yield every function and method."""
        return (node for node in ast.walk(self.tree) if isinstance(node, FUNCTIONS))


def read(root: Path = ROOT, packages: Iterable[str] = PACKAGES) -> dict[str, Module]:
    """Return the modules of some packages by name, without migrations."""
    modules = {}
    for path in sorted(file for package in packages for file in (root / package).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        if "migrations" not in parts:
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            text = path.read_text(encoding="utf-8")
            modules[name] = Module(name, path, ast.parse(text), len(text.splitlines()))
    return modules


# Imports


def imports(module: Module, modules: Mapping[str, Module]) -> Iterator[str]:
    """Yield the project's modules that a module imports, in functions too; not what only a type checker reads."""
    for node in running(module.tree):
        if isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            origin = absolute(node, module)
            named = [f"{origin}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (found for name in named if (found := nearest(name, modules)) and found != module.name)


def running(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes below one, without what stands under `if TYPE_CHECKING`."""
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test)):
            yield child
            yield from running(child)


def absolute(node: ast.ImportFrom, module: Module) -> str:
    """Return the dotted name that a `from … import` names."""
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    base = parts[: len(parts) - node.level + (module.path.name == "__init__.py")]
    return ".".join([*base, *filter(None, [node.module])])


def nearest(name: str, modules: Mapping[str, Module]) -> str:
    """Return the module that holds a dotted name: itself, or the longest beginning of it; '' for none of ours."""
    while name and name not in modules:
        name = name.rpartition(".")[0]
    return name


def graph_of(modules: Mapping[str, Module]) -> Graph:
    """Return which modules each module imports."""
    return {name: set(imports(module, modules)) for name, module in modules.items()}


def circles(graph: Mapping[str, Set[str]]) -> list[list[str]]:
    """Return the groups of modules that import each other, directly or through others."""
    reach: Graph = {name: set() for name in graph}
    for name in graph:
        ahead = [*graph[name]]
        while ahead:
            if (one := ahead.pop()) not in reach[name]:
                reach[name].add(one)
                ahead += graph.get(one, ())
    groups = {frozenset({name, *(other for other in reach[name] if name in reach[other])}) for name in graph}
    return sorted(sorted(group) for group in groups if len(group) > 1)


def imports_of_views(modules: Mapping[str, Module]) -> list[str]:
    """Return “module -> view” for what is no view and imports one, or a template tag."""
    return sorted(
        f"{module.name} -> {name}"
        for module in modules.values()
        if not module.is_view
        for name in {*imports(module, modules)}
        if modules[name].is_view
    )


def arrows(modules: Mapping[str, Module], package: str) -> Graph:
    """Return which rooms of a package each of its rooms imports from."""
    rooms: Graph = {module.room: set() for module in modules.values() if module.package == package}
    for module in modules.values():
        if module.package == package:
            others = {modules[name].room for name in imports(module, modules)}
            rooms[module.room] |= {room for room in others if room in rooms and room not in (module.room, package)}
    return rooms


def upward(graph: Graph) -> list[tuple[str, str]]:
    """Return the arrows against the order of rooms with the fewest of them, as a patient search finds it."""
    order = sorted(graph, key=lambda room: (len(graph[room]) - sum(room in used for used in graph.values()), room))
    fewest, better = against(graph, order), True
    while better:
        better = False
        for room in list(order):
            rest = [other for other in order if other != room]
            tries = [[*rest[:place], room, *rest[place:]] for place in range(len(order))]
            best = min(tries, key=lambda one: len(against(graph, one)))
            if len(against(graph, best)) < len(fewest):
                order, fewest, better = best, against(graph, best), True
    return fewest


def against(graph: Graph, order: list[str]) -> list[tuple[str, str]]:
    """Return the arrows that point to a later room of an order."""
    place = {room: n for n, room in enumerate(order)}
    return [(room, used) for room in order for used in sorted(graph[room]) if place[used] > place[room]]


# Names


def public_names(module: Module) -> set[str]:
    """Return the names that a module defines for others, without those that a framework asks for."""
    found = set()
    for node in module.tree.body:
        if isinstance(node, DEFINITIONS):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    return {name for name in found if not name.startswith("_")} - CONVENTIONAL


def modules_by_name(modules: Mapping[str, Module]) -> dict[str, list[str]]:
    """Return for each public name the modules that define it; views and the like may be named freely."""
    found = defaultdict(list)
    for module in modules.values():
        if not (
            {*module.name.split(".")} & {*NAMED_FREELY, "management"} or module.name.endswith(("_views", "_hooks"))
        ):
            for name in public_names(module):
                found[name].append(module.name)
    return dict(found)


def logic_in(module: Module) -> list[str]:
    """Return what a package's `__init__` holds besides its docstring, imports and `__all__`."""
    return [
        getattr(node, "name", type(node).__name__)
        for node in module.tree.body
        if not isinstance(node, ast.Import | ast.ImportFrom)
        and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        and not (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__")
    ]


# Sizes and sentences


def length(function: ast.AST) -> int:
    """Return the lines of a definition, with its docstring, without decorators."""
    return function.end_lineno - function.lineno + 1


def is_one_line(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Return whether there is one statement on one line besides the docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return len(body) == 1 and length(body[0]) == 1


def share(part: Iterable[bool]) -> str:
    """Return how many of some things are so, as a percentage."""
    found = list(part)
    return f"{100 * sum(found) / len(found):.0f} %" if found else "–"


def sizes(modules: Iterable[Module]) -> dict[str, str]:
    """Return figures of lines, functions, names and docstrings."""
    modules = list(modules)
    functions = [function for module in modules for function in module.functions]
    lengths = sorted(map(length, functions))
    slow = lengths[len(lengths) * 95 // 100]
    outer = [node for module in modules for node in module.tree.body if isinstance(node, FUNCTIONS)]
    told = [ast.get_docstring(function) or "" for function in functions]
    return {
        "files, lines": f"{len(modules)}, {sum(module.lines for module in modules):,}",
        "longest file": str(max(module.lines for module in modules)),
        "functions": str(len(functions)),
        "lines of a function: median, p95, most": f"{median(lengths):.0f}, {slow}, {lengths[-1]}",
        "functions over 40 lines": str(sum(one > 40 for one in lengths)),
        "functions named by one word": share("_" not in one.name.strip("_") for one in outer),
        "functions with a docstring": share(map(bool, told)),
        "docstrings that begin with Return": share(one.startswith("Return") for one in told if one),
        "one-line functions with a docstring": str(
            sum(is_one_line(one) for one in functions if ast.get_docstring(one))
        ),
    }


def package_figures(modules: Mapping[str, Module], package: str) -> dict[str, str]:
    """Return the figures of one package."""
    graph = arrows(modules, package)
    back = upward(graph)
    pairs = [pair for pair in combinations(sorted(graph), 2) if pair[0] in graph[pair[1]] and pair[1] in graph[pair[0]]]
    return {
        "rooms": str(len(graph)),
        "arrows, upward": f"{sum(map(len, graph.values()))}, {len(back)}",
        "pairs of rooms that import each other": str(len(pairs)),
    } | sizes(module for module in modules.values() if module.package == package)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.house", description=__doc__)
    parser.add_argument("checkout", nargs="?", type=Path, default=ROOT)
    parser.add_argument("--names", action="store_true", help="list the names that three or more modules define")
    options = parser.parse_args()
    modules = read(options.checkout.resolve())

    columns = {package: package_figures(modules, package) for package in PACKAGES}
    print(f"| | {' | '.join(PACKAGES)} |\n|---|{'---:|' * len(PACKAGES)}")
    for row in columns[PACKAGES[0]]:
        print(f"| {row} | {' | '.join(columns[package][row] for package in PACKAGES)} |")

    places = modules_by_name(modules)
    counts = Counter(len(found) for found in places.values())
    twice, thrice = (sum(many for times, many in counts.items() if times >= least) for least in (2, 3))
    print(f"\nNames defined in two or more modules: {twice}; in three or more: {thrice}; of {len(places)}.")
    round_and_round = [str(len(circle)) for circle in circles(graph_of(modules))]
    print(f"Files in circles, lazy imports counted: {', '.join(round_and_round) or 0}.")
    print(f"Imports of a view or a template tag by what is none: {len(imports_of_views(modules))}.")
    logic = [name for name, module in modules.items() if module.path.name == "__init__.py" and logic_in(module)]
    print(f"__init__.py with logic: {len(logic)}.")
    if options.names:
        print("\n".join(f"{name}: {', '.join(found)}" for name, found in sorted(places.items()) if len(found) > 2))


if __name__ == "__main__":
    main()
