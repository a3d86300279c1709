import re
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from portal.http.static_files import OWN_STYLES, SiteStaticFilesStorage, light_style

STYLE = "/* Why. */\n.a { color: red; } /* And\n so on. */ .b { color: blue; }\n"


def test_our_own_styles_are_collected_light_and_others_as_they_are(tmp_path):
    storage = SiteStaticFilesStorage(location=tmp_path, base_url="/static/")
    names = ["portal/base.css", "wagtailadmin/css/core.css", "portal/writing.js"]
    for name in names:
        storage.save(name, ContentFile(STYLE.encode()))

    kept = [(tmp_path / name).read_text() for name in names]
    assert kept == [".a{color:red}.b{color:blue}", STYLE, STYLE]


def test_the_file_that_pages_link_to_holds_the_style(tmp_path):
    storage = SiteStaticFilesStorage(location=tmp_path, base_url="/static/")
    storage.save("portal/base.css", ContentFile(STYLE.encode()))

    processed = {
        name: hashed for name, hashed, _done in storage.post_process({"portal/base.css": (storage, "portal/base.css")})
    }

    assert (tmp_path / processed["portal/base.css"]).read_text() == ".a{color:red}.b{color:blue}"


STYLES = [
    (folder, path)
    for folder in Path(__file__).resolve().parents[3].glob("*/static")
    for path in folder.rglob("*.css")
    if OWN_STYLES.fullmatch(path.relative_to(folder).as_posix())
]
STRING = re.compile(r'"[^"]*"')


@pytest.mark.parametrize(("folder", "path"), STYLES, ids=lambda path: path.name)
def test_no_string_and_no_word_of_our_styles_is_changed(folder, path):
    style = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    light = light_style(path.read_text())
    assert STRING.findall(light) == STRING.findall(style)
    assert re.findall(r"[^\s{};,:]+", light) == re.findall(r"[^\s{};,:]+", style)


def test_space_that_means_something_stays():
    assert (
        light_style(".a .b,\n.c:not(.d)  :hover {\n  margin: 0 auto;\n}\n") == ".a .b,.c:not(.d)  :hover{margin:0 auto}"
    )
