"""Formats are constants of ours: no input says how something is put into words, into SQL or into the log."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("portal", "consultations", "moderation", "search")
LOG_METHODS = {"debug", "info", "warning", "error", "critical", "exception"}
FORMAT_FUNCTIONS = {"format_html", "format_html_join"}
TRANSLATIONS = {"_", "now_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "npgettext"}
NUMBERS = {  # the rest of a division by what is no number in the source
    "portal/http/page_cache.py": ["hash(key) % RENDERING_LOCKS"],
    "consultations/models/references.py": ["number // letters ** place % letters"],
    "moderation/replay/running.py": ["done % TEXTS_PER_PROGRESS_REPORT"],
    "moderation/review/import_job.py": ["total % ROWS_BETWEEN_BEATS"],
    "moderation/templatetags/moderation.py": ["span % DAY", "span % HOUR"],
    "search/engines/elasticsearch/bulk.py": ["change.id % CHECKSUM_BUCKETS"],
    "search/exports/jobs.py": ["count % contents.ROWS_PER_QUERY"],
    "search/index/verify.py": ["document.id % CHECKSUM_BUCKETS"] * 2 + ["F('pk') % CHECKSUM_BUCKETS"],
    "search/language/stemming.py": ["(last - FIRST_SYLLABLE) % FINALS"],
}
NOT_FOLLOWED = {  # formats that come from further away than this test can see; each was read by people
    "portal/accounts/roles.py": ["sentence % {'person': grant.person, 'role': grant.role}"],  # of the two views above
    "portal/audit/sentences.py": [  # what packages registered
        "format_html(str(words), **{name: values.get(name, '–') for name in names_in(words)})"
    ],
    "portal/demo/casework.py": ["letter['text'].format(own=own)"],  # a file of the sample agency
    "portal/http/log_lines.py": ["str(message) % args"],  # what a program passed to the log, as `logging` does
    # Named by the mapping of an import: a form of strptime reads a time, and looks up nothing.
    "consultations/intake/cells.py": ["datetime.strptime(value, form)"],
    "portal/templatetags/portal.py": ["format_html(elements.get(each.kind, '{}'), each.text)"],  # a line up
}


class Formats(ast.NodeVisitor):
    """Collects the formats of a module that are no constants."""

    def __init__(self, tree):
        self.found = []
        self.scopes = [assigned_in(tree)]
        self.visit(tree)

    def visit_FunctionDef(self, node):
        self.scopes.append(assigned_in(node))
        self.generic_visit(node)
        self.scopes.pop()

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_BinOp(self, node):
        if isinstance(node.op, ast.Mod) and not self.is_constant(node.left) and not is_number(node):
            self.found.append(ast.unparse(node))
        self.generic_visit(node)

    def visit_Call(self, node):
        for pattern in formats_of(node):
            if not self.is_constant(pattern):
                self.found.append(ast.unparse(node))
        self.generic_visit(node)

    def visit_FormattedValue(self, node):
        if node.format_spec and any(isinstance(part, ast.FormattedValue) for part in node.format_spec.values):
            self.found.append(ast.unparse(node))
        self.generic_visit(node)

    def is_constant(self, node):
        """Return whether a format is a text of the program, or made from nothing else."""
        if isinstance(node, ast.Name):
            values = next((scope[node.id] for scope in reversed(self.scopes) if node.id in scope), [])
            return node.id.isupper() or (bool(values) and all(self.is_constant(value) for value in values))
        return is_text(node) or all(map(self.is_constant, parts_of(node)))


def parts_of(node):
    """Return what a format is made from; an unknown part for what cannot be followed."""
    match node:
        case ast.BinOp(op=ast.Add() | ast.Mod()):
            return [node.left]
        case ast.IfExp():
            return [node.body, node.orelse]
        case ast.Subscript() | ast.Attribute() | ast.Starred():
            return [node.value]
        case ast.Call(func=ast.Name(id=name)) if name in TRANSLATIONS:
            return node.args[-3 if name.startswith("n") else -1 :][:1]
        case ast.Call(func=ast.Name(id="str")):
            return node.args
        case ast.JoinedStr():
            return [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        case ast.Dict():
            return node.values
        case ast.Call(func=ast.Attribute(attr="items" | "values" | "join" | "strip")):
            return [node.func.value]
        case ast.Tuple() | ast.List():
            return node.elts
    return [ast.Name("unknown")]


def is_text(node):
    """Return whether a node is a text in the source; an f-string puts values where a format has its places."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)


def is_number(node):
    """Return whether a `%` is the rest of a division."""
    return isinstance(node.right, ast.Constant) and isinstance(node.right.value, int)


def formats_of(call):
    """Yield what a call takes as a format."""
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    owner = ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    if name in ("format", "format_map") and owner:
        yield call.func.value
    elif name == "format" and len(call.args) > 1:
        yield call.args[1]
    elif name in ("strftime", "strptime"):
        yield call.args[-1]
    elif name in FORMAT_FUNCTIONS or (name in LOG_METHODS and owner.endswith("logger")):
        yield call.args[0]


def assigned_in(scope):
    """Return what is assigned to each name in a module or a function, by name."""
    values: dict = {}
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                note(values, target, node.value)
        elif isinstance(node, ast.For | ast.comprehension):
            note(values, node.target, node.iter)
    return values


def note(values, target, value):
    for name in ast.walk(target):
        if isinstance(name, ast.Name):
            values.setdefault(name.id, []).append(value)


def variable_formats(text):
    return Formats(ast.parse(text)).found


def test_no_format_comes_from_input():
    found = {
        path.relative_to(ROOT).as_posix(): variable_formats(path.read_text(encoding="utf-8"))
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
    }

    listed = {path: NUMBERS.get(path, []) + NOT_FOLLOWED.get(path, []) for path in {**NUMBERS, **NOT_FOLLOWED}}
    assert {path: formats for path, formats in found.items() if formats} == listed


def test_a_format_that_is_input_is_found():
    sources = [
        "request.GET['words'] % 3.5",
        "def f(words):\n    return words.format(1)",
        "def f(logger, words):\n    logger.info(words)",
        "f'{number:{width}}'",
        "format_html(text, 1)",
        "format(1, spec)",
        "moment.strftime(spec)",
        "words = 'ok %s'\nwords = request.body\nwords % 1.5",
    ]

    assert [len(variable_formats(source)) for source in sources] == [1] * len(sources)
    assert variable_formats("words = _('ok %s')\nwords % name\nSAID[kind].format(1)\nseconds % 60") == []
