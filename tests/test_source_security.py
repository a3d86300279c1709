"""What programs that read source for weaknesses find in ours: nothing without a reason at its line or at its rule."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ["portal", "consultations", "moderation", "search"]


def run(*command):
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


@pytest.mark.slow
def test_source_has_no_finding_without_a_reason():
    pytest.importorskip("bandit")
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent))

    by_line = run(ruff, "check", "--quiet", "--select", "S", *PACKAGES)
    by_rule = run(sys.executable, "-m", "bandit", "--quiet", "--configfile", "pyproject.toml", "--recursive", *PACKAGES)

    assert (by_line.stdout, by_line.returncode) == ("", 0)
    assert by_rule.returncode == 0, by_rule.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    "weak", ["import pickle\n\npickle.loads(b'')\n", "eval(input())\n", "import hashlib\n\nhashlib.md5(b'')\n"]
)
def test_a_weakness_is_found(tmp_path, weak):
    pytest.importorskip("bandit")
    (tmp_path / "weak.py").write_text(weak, encoding="utf-8")

    found = run(sys.executable, "-m", "bandit", "--quiet", "--configfile", "pyproject.toml", str(tmp_path / "weak.py"))

    assert found.returncode == 1
