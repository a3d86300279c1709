"""Redis that is away is an empty cache, and is used again when it is back."""

import shutil
import socket
import subprocess
import time
from contextlib import contextmanager

import pytest

from portal.http import shared_cache
from portal.http.shared_cache import ForgivingRedisCache
from tests.browser.serving import free_port
from tests.conftest import ON_CI

REDIS = shutil.which("redis-server")
STARTED_BY = 30  # seconds


@contextmanager
def redis_at(port, folder):
    process = subprocess.Popen(
        [REDIS, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder], stdout=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + STARTED_BY
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < until
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(STARTED_BY)


@pytest.mark.slow
def test_values_are_kept_lost_and_kept_again(tmp_path, monkeypatch):
    pytest.importorskip("redis")
    if REDIS is None:
        missing = "Redis is not installed: apt install redis-server"
        pytest.fail(missing) if ON_CI else pytest.skip(missing)
    monkeypatch.setattr(shared_cache, "REDIS_AWAY_SECONDS", 0)
    port = free_port()
    cache = ForgivingRedisCache(f"redis://127.0.0.1:{port}/0", {})
    with redis_at(port, tmp_path):
        cache.set("a", 1)
        assert (cache.get("a"), cache.incr("a"), cache.add("a", 5), cache.has_key("a")) == (1, 2, False, True)

    assert (cache.get("a", "none"), cache.get_or_set("a", lambda: 7), cache.get_many(["a"])) == ("none", 7, {})
    assert (cache.add("a", 5), cache.has_key("a"), cache.delete("a")) == (True, False, False)
    cache.clear()
    cache.delete_many(["a"])
    cache.set_many({"a": 1})
    with pytest.raises(ValueError, match="not found"):
        cache.incr("a")

    with redis_at(port, tmp_path):
        assert cache.get_or_set("a", lambda: 8) == 8
        assert cache.get("a") == 8


def test_while_it_is_away_nobody_asks_it_again_at_once():
    pytest.importorskip("redis")
    cache = ForgivingRedisCache(f"redis://127.0.0.1:{free_port()}/0", {})
    asked = []

    cache.get("a")
    cache.attempt(lambda: asked.append("a"), None)

    assert asked == []
