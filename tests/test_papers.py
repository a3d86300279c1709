"""The papers about security and accessibility: complete, and every test that they name is there."""

from collections import Counter

import pytest

from bench import parts
from tests import papers

ASVS_LINES = {  # chapter of ASVS 4.0.3: how many requirements of levels 1 and 2 it has
    "V1": 38,
    "V2": 53,
    "V3": 18,
    "V4": 9,
    "V5": 30,
    "V6": 13,
    "V7": 12,
    "V8": 15,
    "V9": 7,
    "V10": 5,
    "V11": 8,
    "V12": 15,
    "V13": 13,
    "V14": 23,
}


@pytest.mark.parametrize("paper", papers.PAPERS)
def test_every_test_that_a_paper_names_is_collected(paper):
    named = {test for line in papers.lines_of(paper) for test in line.tests}

    assert sorted(f"{module}::{name}" for module, name in named if name not in papers.functions_of(module)) == []


@pytest.mark.parametrize("paper", papers.PAPERS)
def test_what_is_met_names_a_test_and_the_rest_says_why(paper):
    lines = papers.lines_of(paper)

    assert [line.number for line in lines if line.status == papers.MET and not line.tests] == []
    assert [line.number for line in lines if line.status != papers.MET and not line.evidence.strip()] == []
    assert [number for number, times in Counter(line.number for line in lines).items() if times > 1] == []


def test_asvs_has_every_requirement_of_levels_one_and_two():
    found = Counter(line.chapter.split()[0] for line in papers.lines_of("ASVS"))

    assert found == ASVS_LINES
    places = {(line.chapter.split()[0], f"V{line.number.split('.')[0]}") for line in papers.lines_of("ASVS")}
    assert places == {(chapter, chapter) for chapter in ASVS_LINES}


def test_chapter_is_whole_when_nothing_is_left_open():
    assert papers.is_whole(Counter({papers.MET: 3, papers.NOT_APPLICABLE: 1}))
    assert not papers.is_whole(Counter({papers.MET: 3, papers.STATED: 1}))
    assert papers.is_whole(Counter({papers.MET: 3, papers.STATED: 1}), papers.STATED)
    assert not papers.is_whole(Counter({papers.MET: 3, papers.NOT_MET: 1}), papers.STATED)


def test_locks_name_a_hash_for_each_file():
    for lock in parts.LOCKS:
        text = lock.read_text(encoding="utf-8")
        found = [*parts.LOCKED.finditer(text)]
        ends = [following.start() for following in found[1:]] + [len(text)]
        assert len(found) > 50
        hashed = [one[1] for one, end in zip(found, ends, strict=True) if "--hash=sha256:" in text[one.end() : end]]
        assert hashed == [one[1] for one in found]
        assert len(found) == sum(not line.startswith((" ", "#")) for line in text.splitlines() if line.strip())
        assert "://" not in text


def test_list_of_parts_names_every_part_that_is_locked():
    listed = parts.sbom()

    assert (listed["bomFormat"], listed["specVersion"]) == ("CycloneDX", "1.6")
    named = {(one["name"], one["version"]) for one in listed["components"]}
    assert named == {(name, version) for name, (version, _condition) in parts.locked_parts().items()}
    assert {"django", "wagtail", "gunicorn", "weasyprint"} <= {name for name, _version in named}
    assert all(one["purl"].startswith(f"pkg:pypi/{one['name']}@") for one in listed["components"])
    assert "://" not in str(listed["components"])


def test_list_of_parts_is_what_its_schema_asks_for():
    pytest.importorskip("cyclonedx.schema")
    wrong = parts.sbom() | {"specVersion": 1.6, "components": [{"type": "libary", "name": "django"}]}

    assert parts.faults_of_sbom(parts.sbom()) == []
    assert {fault.partition(":")[0] for fault in parts.faults_of_sbom(wrong)} == {"specVersion", "components/0/type"}


def test_every_licence_is_known_and_goes_with_ours():
    assert parts.faults_of_licences() == []


@pytest.mark.parametrize(
    ("licence", "is_fine"),
    [
        ("MIT", True),
        ("BSD-3-Clause", True),
        ("LGPL-3.0-only", True),
        ("Apache-2.0 OR BSD-2-Clause", True),
        ("GNU Lesser General Public License v3 (LGPLv3)", True),
        ("GPL-3.0-or-later", False),
        ("AGPL-3.0-only", False),
        ("BSD License; Other/Proprietary License", False),
        ("", False),
    ],
)
def test_licence_that_does_not_go_with_ours_is_told(licence, is_fine):
    assert parts.goes_with_ours(licence) is is_fine
