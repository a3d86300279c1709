import pytest


@pytest.fixture
def file(tmp_path):
    def write(content, name="letters.csv"):
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return path

    return write
