"""Templates keep the direction of the imports: a page of a lower package reaches a higher one through a slot."""

import re
from pathlib import Path

import pytest
from django.template import engines
from django.urls import get_resolver

from portal import slots

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["portal", "consultations", "moderation", "search"]  # each may know those before it
ROOF = ["style", "wagtailadmin"]  # the style guide shows pieces of every package
LOADS = re.compile(r"{%\s*load\s+([^%]+)%}")
TEMPLATES = re.compile(r"{%\s*(?:include|extends)\s+\"([^\"]+)\"")
URLS = re.compile(r"{%\s*url\s+[\"']([^\"']+)[\"']")


def package_of(template):
    """Return the package that a template belongs to."""
    return template.split("/")[0] if template.split("/")[0] in PACKAGES else "portal"


def views():
    """Return the package behind every named address."""
    found = {}

    def walk(resolver, prefix=""):
        for entry in resolver.url_patterns:
            if hasattr(entry, "url_patterns"):
                walk(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
            elif entry.name:
                found[prefix + entry.name] = entry.callback.__module__.split(".")[0]

    walk(get_resolver())
    return found


def names_in(template):
    """Yield what a template names, and the package that it comes from."""
    text = (ROOT / "templates" / template).read_text()
    libraries = engines["django"].engine.libraries
    for loaded in LOADS.findall(text):
        for library in loaded.split(" from ")[-1].split():
            yield f"load {library}", libraries[library].split(".")[0] if library in libraries else "django"
    for name in TEMPLATES.findall(text):
        yield name, package_of(name)
    addresses = views()
    for name in URLS.findall(text):
        yield f"url {name}", addresses[name]


def templates():
    """Return the names of all templates but those of the roof."""
    folder = ROOT / "templates"
    names = [str(path.relative_to(folder)) for path in folder.rglob("*") if path.suffix in (".html", ".txt")]
    return sorted(name for name in names if name.split("/")[0] not in ROOF)


@pytest.mark.parametrize("template", templates())
def test_templates_name_nothing_of_a_higher_package(template):
    own = PACKAGES.index(package_of(template))

    above = [(name, package) for name, package in names_in(template) if package in PACKAGES[own + 1 :]]

    assert above == []


def test_every_slot_of_a_template_is_filled_and_listed():
    tags = re.compile(r"{%\s*slot(?:_url)?\s+\"([^\"]+)\"")
    used = {name for template in templates() for name in tags.findall((ROOT / "templates" / template).read_text())}
    described = (ROOT / "docs" / "architecture.md").read_text()

    assert [name for name in sorted(used) if not (slots.filling_of(name) or slots.leads_anywhere(name))] == []
    assert [name for name in sorted(used) if f"`{name}`" not in described] == []


def test_a_slot_is_filled_once():
    slots.fill("site.announcement", "moderation/_announcement.html")

    with pytest.raises(ValueError, match=r"filled with moderation/_announcement\.html already"):
        slots.fill("site.announcement", "other.html")
