"""The data map: every column of every table, with what personal data it holds, for what, how long, and who sees it.

Each package says in its `data_map.toml` which of its columns hold which kind of data, and which hold none; the
portal's speaks for the libraries, too. A test refuses a column that is in no file.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from django.utils.text import capfirst

from portal.privacy.data_kinds import DATA_KINDS, PAGES, STAFF_ACTS, DataKind

MAP_FILE = "data_map.toml"
PAGE_SEARCH = "wagtailsearch"  # its columns differ by database; all of them are made from pages
UNMAPPED = "unmapped"
NOT_PERSONAL = "none"  # the key of the columns that hold nothing personal


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """One column; ``kind`` is None when it holds nothing personal."""

    model: type[models.Model]
    field: Any
    kind: DataKind | None

    @property
    def words(self):
        """Return the table and the column, as staff read them."""
        return f"{capfirst(str(self.model._meta.verbose_name))}: {self.field.verbose_name}"

    @property
    def label(self):
        """Return the model and the column, as they are called in the code."""
        return f"{self.model._meta.label}.{self.field.name}"


class DataMap:
    """The map, read from the files of all packages."""

    def __init__(self, stated=None):
        self.stated = stated if stated is not None else stated_in_files()

    @cached_property
    def columns(self) -> list[MappedColumn]:
        """Return every column that is mapped or declared as not personal."""
        return [MappedColumn(model, field, kind) for model, field, kind in self._known() if kind != UNMAPPED]

    def of_kind(self, kind):
        """Return the columns that hold a kind of data; those of None hold nothing personal."""
        return [column for column in self.columns if column.kind == kind]

    @property
    def faults(self) -> list[str]:
        """Return what is wrong with the files: columns in none of them, and names that there are not."""
        unknown = [f"{model._meta.label}.{field.name}" for model, field, kind in self._known() if kind == UNMAPPED]
        return [*unknown, *self._wrong_names()]

    def _known(self) -> Iterator[tuple[Any, Any, Any]]:
        """Yield each column with its kind, None, or UNMAPPED."""
        for model in apps.get_models():
            for field in columns_of(model):
                yield model, field, self._kind_of(model, field)

    def _kind_of(self, model, field):
        stated = self.stated.get(model._meta.label, {})
        for key, names in stated.items():
            if field.name in names.split():
                return None if key == NOT_PERSONAL else DATA_KINDS.get(key, UNMAPPED)
        if model._meta.app_label == PAGE_SEARCH:
            return PAGES
        if field.is_relation and field.related_model is get_user_model():
            return STAFF_ACTS
        is_number = field.primary_key and field.get_internal_type() in ("AutoField", "BigAutoField")
        return None if field.is_relation or is_number else UNMAPPED

    def _wrong_names(self):
        """Return the names in the files that there are not, or that stand there twice."""
        for label, stated in self.stated.items():
            if not installed(label):
                continue
            fields = {field.name for field in columns_of(apps.get_model(label))}
            names = [name for said in stated.values() for name in said.split()]
            yield from (f"{label}.{name} is no column" for name in sorted(set(names) - fields))
            yield from (f"{label}.{name} stands there twice" for name in sorted(set(names)) if names.count(name) > 1)
            yield from (f"{label}: {key} is no kind" for key in stated if key not in (*DATA_KINDS, NOT_PERSONAL))


def columns_of(model):
    """Return a model's own columns, and its relations to many."""
    return (*model._meta.local_fields, *model._meta.local_many_to_many)


def installed(label):
    """Return whether the app of a label is installed here: a library may be left out."""
    return label.partition(".")[0] in apps.app_configs


def stated_in_files():
    """Return what the files say: for each label of a model, the columns by kind of data."""
    stated: dict[str, dict[str, str]] = {}
    for app in apps.get_app_configs():
        file = Path(app.path, MAP_FILE)
        if file.exists():
            for package, tables in tomllib.loads(file.read_text(encoding="utf-8")).items():
                stated |= {f"{package}.{name}": columns for name, columns in tables.items()}
    return stated
