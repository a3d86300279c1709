"""Rules about the code itself: names, layers, sizes. What still breaks a rule is listed in house_debts.toml.

A debt has to be listed exactly: what was mended leaves the list in the same commit, and nothing new may enter it.
`python -m tests.house_debts` writes the list of today.
"""

import ast

import pytest

from bench.house import circles, graph_of, logic_in
from tests.house_debts import DEBTS, ROOT, modules, read_debts


@pytest.mark.parametrize("rule", DEBTS)
def test_nothing_breaks_a_rule_but_the_debts_that_are_listed(rule):
    assert DEBTS[rule]() == read_debts().get(rule, {})


def test_files_import_each_other_in_no_circle():
    assert circles(graph_of(modules())) == []


def test_an_init_holds_imports_only():
    logic = {name: logic_in(module) for name, module in modules().items() if module.path.name == "__init__.py"}

    assert {name: found for name, found in logic.items() if found} == {}


def test_no_test_module_is_imported_from_another():
    found = {}
    for path in sorted((ROOT / "tests").rglob("*.py")):
        nodes = [
            node for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        names = [f"{getattr(node, 'module', '') or ''}.{alias.name}" for node in nodes for alias in node.names]
        if wrong := [name for name in names if any(part.startswith("test_") for part in name.split(".")[:-1])]:
            found[str(path.relative_to(ROOT))] = wrong

    assert found == {}


def test_sheets_are_written_without_formulas():
    """Only `portal.csv_cells.SheetWriter` knows which cells a spreadsheet would run."""
    found = [
        f"{name}: {node.lineno}"
        for name, module in modules().items()
        for node in ast.walk(ast.parse(module.path.read_bytes()))
        if name != "portal.csv_cells" and writes_csv(node)
    ]

    assert found == []


def writes_csv(node):
    if isinstance(node, ast.ImportFrom):
        return node.module == "csv" and {"writer", "DictWriter"} & {alias.name for alias in node.names}
    return (
        isinstance(node, ast.Attribute)
        and node.attr in ("writer", "DictWriter")
        and isinstance(node.value, ast.Name)
        and node.value.id == "csv"
    )
