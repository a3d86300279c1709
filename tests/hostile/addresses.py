"""Every address of the site, as the URL resolver knows them, and the names that each one's code asks a request for."""

import inspect
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.forms import BaseForm
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

ASKED_FOR = re.compile(r"""(?:GET|POST|params|query_params|data)(?:\.get|\.getlist|\.pop)?[(\[]\s*["']([\w-]+)["']""")
PART = re.compile(r"<(?:(?P<converter>\w+):)?(?P<name>\w+)>")
ALWAYS_ASKED = ("p", "page", "q", "next", "ordering", "format", "export")


@dataclass(frozen=True)
class Route:
    """One address of the resolver: the patterns that lead to it, and its view."""

    name: str
    patterns: tuple[Any, ...]
    view: Any = field(repr=False)

    @cached_property
    def text(self) -> str:
        """Return the address as a route with its parameters in angle brackets."""
        return "/" + "".join(plain_route(pattern) for pattern in self.patterns)

    @cached_property
    def parameters(self) -> list[str]:
        """Return the names of what stands in the address."""
        return [found["name"] for found in PART.finditer(self.text)]

    @cached_property
    def asked_for(self) -> list[str]:
        """Return the names that the view's module takes from a request, those of its forms among them."""
        view = inspect.unwrap(getattr(self.view, "view_class", self.view))
        module = sys.modules.get(getattr(view, "__module__", ""), None)
        if module is None:
            return list(ALWAYS_ASKED)
        found = set(ASKED_FOR.findall(inspect.getsource(module)))
        for value in vars(module).values():
            if inspect.isclass(value) and issubclass(value, BaseForm):
                found |= set(getattr(value, "base_fields", {}))
        return sorted(found | set(ALWAYS_ASKED))

    def filled(self, given: dict[str, str]) -> str:
        """Return the path with its parameters filled in."""
        return PART.sub(lambda found: given.get(found["name"], ""), self.text)


def plain_route(pattern: Any) -> str:
    """Return a pattern as a route; a regular expression becomes one, roughly."""
    if isinstance(pattern, RoutePattern):
        return str(pattern)
    regex = str(pattern).removeprefix("^").removesuffix("$")
    regex = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<\1>", regex)
    regex = re.sub(r"\(\?![^()]*\)", "", regex)
    return "" if "(" in regex else regex.replace("\\", "")


def all_routes() -> list[Route]:
    """Return every address, each once."""
    return list(dict.fromkeys(walked(get_resolver().url_patterns, "", ())))


def walked(patterns: list[URLPattern | URLResolver], namespace: str, above: tuple[Any, ...]) -> Iterator[Route]:
    """Yield the addresses below some patterns."""
    for each in patterns:
        here = (*above, each.pattern)
        if isinstance(each, URLPattern):
            yield Route(namespace + (each.name or str(each.pattern)), here, each.callback)
        else:
            inner = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from walked(each.url_patterns, inner, here)
