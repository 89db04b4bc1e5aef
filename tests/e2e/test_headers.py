"""The security headers of a running server, and a page that plays under them."""

import urllib.request

import pytest
from playwright.sync_api import expect

from poolviz.ui.headers import policy


@pytest.mark.parametrize("path", ["/", "/windows", "/windows?embed=true", "/_stcore/health"])
def test_every_answer_has_the_headers(app_server, path):
    with urllib.request.urlopen(app_server + path, timeout=10) as answer:
        headers = answer.headers
    assert headers.get_all("Content-Security-Policy") == [policy()]
    assert headers.get_all("X-Content-Type-Options") == ["nosniff"]
    assert headers.get_all("Referrer-Policy") == ["same-origin"]


def test_a_pictures_data_address_can_be_fetched_as_the_camera_does(page, app_server):
    page.goto(app_server + "/photo?mode=watch")
    expect(page.get_by_text("Take one with the camera")).to_be_visible(timeout=30_000)
    size = page.evaluate(
        "fetch('data:image/jpeg;base64,AAAA').then(a => a.blob()).then(b => b.size)"
    )
    assert size == 3


def test_scripts_of_the_page_are_not_trusted():
    directives = dict(part.split(" ", 1) for part in policy().split("; "))
    assert "'unsafe-inline'" not in directives["script-src"]
    assert "'sha256-" in directives["script-src"]
    assert directives["frame-ancestors"] == "'self'"


@pytest.mark.parametrize("sites", ["", "a; script-src *", "a\r\nSet-Cookie: b", "a, b", "ä"])
def test_sites_that_would_end_the_directive_are_refused(sites):
    with pytest.raises(ValueError, match="POOLVIZ_FRAME_ANCESTORS"):
        policy(sites)


@pytest.mark.parametrize("path", ["/windows", "/windows?embed=true"])
def test_windows_plays_without_a_violation(page, app_server, path):
    page.goto(app_server + path)  # a violation is an error in the console: the fixture fails on it
    play = page.get_by_role("button", name="Play", exact=False).first
    expect(play).to_be_visible(timeout=30_000)
    play.click()
    page.wait_for_timeout(1500)
