from django.core.files.base import ContentFile

from portal.http.static_files import SiteStaticFilesStorage

STYLE = "/* Why. */\n.a { color: red; } /* And\n so on. */ .b { color: blue; }\n"


def test_our_own_styles_are_collected_without_comments_and_others_with_them(tmp_path):
    storage = SiteStaticFilesStorage(location=tmp_path, base_url="/static/")
    names = ["portal/base.css", "wagtailadmin/css/core.css", "portal/writing.js"]
    for name in names:
        storage.save(name, ContentFile(STYLE.encode()))

    kept = [(tmp_path / name).read_text() for name in names]
    assert kept == [".a { color: red; } .b { color: blue; }\n", STYLE, STYLE]


def test_the_file_that_pages_link_to_holds_the_style(tmp_path):
    storage = SiteStaticFilesStorage(location=tmp_path, base_url="/static/")
    storage.save("portal/base.css", ContentFile(STYLE.encode()))

    processed = {
        name: hashed for name, hashed, _done in storage.post_process({"portal/base.css": (storage, "portal/base.css")})
    }

    assert (tmp_path / processed["portal/base.css"]).read_text() == ".a { color: red; } .b { color: blue; }\n"
