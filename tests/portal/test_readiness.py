"""Readiness says that the site takes what people send."""

import shutil
from types import SimpleNamespace

import pytest
from django.db import connection

from portal.health import LEAST_ROOM_BYTES, need_room_on_disk


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL is asked for a file instead")
def test_a_disk_without_room_for_texts_is_full(monkeypatch, tmp_path):
    file = tmp_path / "site.sqlite3"
    file.touch()
    monkeypatch.setitem(connection.settings_dict, "NAME", str(file))
    free = iter([LEAST_ROOM_BYTES, LEAST_ROOM_BYTES - 1])
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=next(free)))

    need_room_on_disk()
    with pytest.raises(OSError, match="space"):
        need_room_on_disk()
