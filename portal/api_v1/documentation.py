"""The page that explains the interface to people, made from its OpenAPI document."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.shortcuts import render

from portal.api.addresses import API_PREFIX
from portal.api_v1.api import api
from portal.http.page_cache import public_page

REFERENCE = "#/components/schemas/"
LIMIT_SENTENCES = {"minimum": "at least {}", "maximum": "at most {}", "pattern": "of the form {}"}


@dataclass(frozen=True, slots=True)
class Value:
    """One parameter, or one field of an answer."""

    name: str
    kind: str
    about: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Address:
    """One address that can be asked."""

    key: str
    path: str
    title: str
    about: tuple[str, ...]
    with_token: bool
    parameters: tuple[Value, ...]
    answer: str


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of one kind of object."""

    name: str
    about: str
    fields: tuple[Value, ...]


@public_page()
def page(request):
    """Explain the interface."""
    document = api.get_openapi_schema(path_prefix=f"{API_PREFIX}/")
    shown = {
        "about": document["info"]["description"],
        "addresses": list(addresses(document)),
        "forms": list(forms(document)),
        "site": settings.SITE_URL,
        "per_minute": settings.API_REQUESTS_PER_MINUTE,
    }
    return render(request, "search/api.html", shown)


def addresses(document: dict) -> Iterator[Address]:
    """Return every address that the document describes."""
    schemas = document["components"]["schemas"]
    for path, operations in document["paths"].items():
        for operation in operations.values():
            answer = next(iter(operation["responses"][200]["content"].values()))
            yield Address(
                key=operation["operationId"],
                path=path,
                title=operation["summary"],
                about=paragraphs(operation.get("description", "")),
                with_token=bool(operation.get("security")),
                parameters=tuple(parameter(one, schemas) for one in operation.get("parameters", [])),
                answer=named(answer["schema"]),
            )


def paragraphs(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a docstring."""
    return tuple(" ".join(one.split()) for one in text.split("\n\n") if one)


def parameter(described: dict, schemas: dict) -> Value:
    """Return one parameter of an address."""
    schema = described["schema"]
    about = described.get("description") or schema.get("description", "")
    return Value(described["name"], kind_of(schema, schemas), about, described.get("required", False))


def forms(document: dict) -> Iterator[Form]:
    """Return the objects that answers are made of; problems are explained in words."""
    schemas = document["components"]["schemas"]
    for name in in_answers(document):
        schema = schemas[name]
        fields = schema.get("properties", {}).items()
        values = tuple(Value(field, kind_of(one, schemas), one.get("description", "")) for field, one in fields)
        if values:
            yield Form(name, schema.get("description", ""), values)


def in_answers(document: dict) -> list[str]:
    """Return the names of the objects that answers hold, each before what it is made of."""
    schemas, names = document["components"]["schemas"], []
    waiting = [address.answer for address in addresses(document) if address.answer]
    while waiting:
        name = waiting.pop(0)
        if name not in names:
            names.append(name)
            waiting = [named(one) for one in schemas[name].get("properties", {}).values() if named(one)] + waiting
    return names


def kind_of(schema: dict, schemas: dict) -> str:
    """Say in a few words what a value looks like."""
    if "anyOf" in schema:
        return " or ".join(kind_of(one, schemas) for one in schema["anyOf"])
    reference = named(schema)
    if reference and "enum" in schemas[reference]:
        return kind_of(schemas[reference], schemas)
    if reference:
        return f"list of {reference}" if schema.get("type") == "array" else reference
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    limits = [words.format(schema[name]) for name, words in LIMIT_SENTENCES.items() if name in schema]
    return ", ".join([schema.get("format") or schema.get("type", "value"), *limits])


def named(schema: dict) -> str:
    """Return the name of the object that a value is, or a list holds; '' for a plain value."""
    place = schema.get("items", schema) if schema.get("type") == "array" else schema
    if "allOf" in place:
        place = place["allOf"][0]
    return place.get("$ref", "").removeprefix(REFERENCE)
