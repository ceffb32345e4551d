import pytest
from django.test import Client

from tests import builders


@pytest.mark.django_db
def test_chinese_is_spoken_whatever_the_browser_asks_for(client: Client) -> None:
    page = client.get("/login", headers={"accept-language": "en-US,en;q=0.9"}, follow=True)
    assert 'lang="zh-hans"' in page.content.decode()


@pytest.mark.django_db
def test_english_is_spoken_to_who_chose_it(client: Client) -> None:
    client.post("/i18n/setlang/", {"language": "en"})
    page = client.get("/login", follow=True)
    assert 'lang="en"' in page.content.decode()


@pytest.mark.django_db
def test_every_page_forbids_foreign_and_inline_script(client: Client) -> None:
    policy = client.get("/login", follow=True).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.django_db
def test_a_wrong_method_gets_a_page(client: Client) -> None:
    response = client.delete("/login")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, POST"
    assert "lang=" in response.content.decode()


@pytest.mark.django_db
def test_nul_in_an_address_is_refused_with_a_page(client: Client) -> None:
    response = client.get("/login", {"next": "a\0b"})
    assert response.status_code == 400
    assert "<html" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["'", "members:logout", "evil"])
def test_after_signing_in_only_addresses_are_followed(client: Client, name: str) -> None:
    client.force_login(builders.user("agent", builders.union()))
    response = client.get("/login", {"next": name})
    assert (response.status_code, response.headers["Location"]) == (302, "/")
