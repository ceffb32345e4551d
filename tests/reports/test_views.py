"""The pages of this room: what they show, and that each shows its viewer's own."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core import jobs
from core.models import JobRun
from reports.models import QuarterClosing, ReportFile
from reports.services import closing as closing_services
from reports.services import requests
from tests import builders
from tests.reports.world import a_year

DAY = date(2019, 6, 30)


@pytest.fixture
def year(db: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setattr("core.clock.today", lambda: DAY)
    monkeypatch.setattr("core.jobs.ring", lambda job: None)
    return a_year()


def browser(role: str, union: Any = None) -> Client:
    return builders.client_for(builders.user(role, union))


def page(client: Client, name: str, query: str = "", **kwargs: Any) -> str:
    response = client.get(reverse(name, kwargs=kwargs or None) + query)
    assert response.status_code == 200
    return response.content.decode()


def test_staff_find_their_own_work_first(year: dict[str, Any]) -> None:
    text = page(browser("finance"), "home")
    assert text.index("待发放理赔") < text.index("季度结账")
    assert "80.00" in text  # the approved claim that waits for its payout
    assert "68.20%" in text  # of the target
    assert "待初审理赔" not in text  # nothing there and not his


def test_a_coordinator_sees_his_street_without_the_district_s_target(year: dict[str, Any]) -> None:
    text = page(browser("coordinator", year["tt"]), "home")
    assert "未参保单位" in text
    assert "68.20%" not in text


def test_an_agent_finds_four_steps_and_his_batches(year: dict[str, Any]) -> None:
    text = page(browser("agent", year["tt1"]), "home")
    assert year["ci"].number in text
    assert year["waiting"].number not in text
    assert "填好上传" in text
    assert 'class="sidebar"' not in text


def test_a_leader_finds_the_figures(year: dict[str, Any]) -> None:
    text = page(browser("leader"), "home")
    assert "20,900.00" in text
    assert "天坛街道总工会" in text


def test_an_administrator_finds_the_jobs(year: dict[str, Any]) -> None:
    assert "失败的后台任务" in page(browser("admin"), "home")


def test_the_centre_previews_a_report(year: dict[str, Any]) -> None:
    text = page(
        browser("leader"), "reports:report-list", "?report=payout_summary&year=2018&quarter=2"
    )
    assert "2018年第二季度" in text
    assert "460.25" in text
    assert "人民币肆佰陆拾元贰角伍分" in text


def test_ten_thousands_on_request(year: dict[str, Any]) -> None:
    query = "?report=payout_summary&year=2018&quarter=1&unit=wan"
    assert "2.01" in page(browser("leader"), "reports:report-list", query)


def test_the_centre_opens_with_the_last_quarter_of_the_working_year(year: dict[str, Any]) -> None:
    assert "2018年第四季度" in page(browser("leader"), "reports:report-list")


@pytest.mark.parametrize("query", ["?report=nonsense", "?year=abc", "?quarter=9", "?unit=x"])
def test_an_odd_address_falls_back(query: str, year: dict[str, Any]) -> None:
    assert "2018年" in page(browser("leader"), "reports:report-list", query)


def test_htmx_gets_the_preview_alone(year: dict[str, Any]) -> None:
    response = browser("leader").get(reverse("reports:report-list"), headers={"HX-Request": "true"})
    assert b"<html" not in response.content
    assert "parameters" in response.content.decode()


def test_a_foreign_unit_is_not_found(year: dict[str, Any]) -> None:
    client = browser("agent", year["tt1"])
    for name in (reverse("reports:report-list"), reverse("reports:annual", args=[2018])):
        assert client.get(f"{name}?union=DHS001").status_code == 404


def test_the_article_stands_beside_our_figures(year: dict[str, Any]) -> None:
    text = page(browser("leader"), "reports:annual", year=2018)
    assert "面对东城区18.8万职工" in text
    assert "尚未覆盖" in text
    assert "不一致" in text
    assert "6,922,000.00" in text


def test_a_street_sees_its_own_part_of_the_article(year: dict[str, Any]) -> None:
    text = page(browser("coordinator", year["tt"]), "reports:annual", year=2018)
    assert "办理互助保险2192人/次" in text
    assert "面对东城区18.8万职工" not in text
    assert "参保人数1866人" not in text


def test_another_year_has_no_article(year: dict[str, Any]) -> None:
    assert "报道原文" not in page(browser("leader"), "reports:annual", year=2017)


@pytest.mark.slow
def test_a_file_is_made_in_the_background_and_downloaded(year: dict[str, Any]) -> None:
    client = browser("coordinator", year["tt"])
    asked = {"report": "remittance", "year": 2018, "quarter": 1, "format": "pdf"}
    response = client.post(reverse("reports:file-request"), asked)
    job = JobRun.objects.get()
    assert response.headers["Location"] == reverse("reports:file-progress", args=[job.pk])
    assert "排队" in client.get(response.headers["Location"]).content.decode()
    jobs.run(job.pk, requests.make_step)
    row = ReportFile.objects.get()
    assert (row.path, row.period, row.format) == (year["tt"].path, "2018Q1", "pdf")
    address = reverse("reports:file-download", args=[row.pk])
    assert address in client.get(response.headers["Location"]).content.decode()
    answer = client.get(address)
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")  # type: ignore[attr-defined]
    assert answer.headers["X-Content-SHA256"] == row.file.sha256
    assert browser("coordinator", year["dhs"]).get(address).status_code == 404


def test_a_format_that_is_none(year: dict[str, Any]) -> None:
    response = browser("leader").post(
        reverse("reports:file-request"), {"report": "annual", "year": 2018, "format": "exe"}
    )
    job = JobRun.objects.first()
    assert job is None
    assert response.status_code == 302


def test_closing_from_the_page(year: dict[str, Any]) -> None:
    client = browser("finance")
    assert "2018Q1" in page(client, "reports:closing-list")
    response = client.post(reverse("reports:closing-list"), {"quarter": "2018Q1"})
    assert response.headers["Location"] == reverse("reports:closing-detail", args=["2018Q1"])
    assert QuarterClosing.objects.get().job is not None
    assert "办理记录" in page(client, "reports:closing-detail", period="2018Q1")
    assert "progress" in page(client, "reports:closing-progress", period="2018Q1")


def test_only_ended_open_quarters_are_offered(year: dict[str, Any]) -> None:
    client = browser("finance")
    answer = client.post(reverse("reports:closing-list"), {"quarter": "2019Q2"})
    assert answer.status_code == 422
    assert not QuarterClosing.objects.exists()


@pytest.mark.slow
def test_a_closed_quarter_shows_its_frozen_figures(year: dict[str, Any]) -> None:
    job = closing_services.start_closing(
        year=2018, quarter=1, by=builders.viewer_as("finance"), on=DAY
    )
    jobs.run(job.pk, closing_services.close_step)
    client = browser("leader")
    text = page(client, "reports:closing-detail", period="2018Q1")
    row = ReportFile.objects.filter(format="pdf").order_by("pk")[0]
    assert row.file.sha256[:8] in text
    assert "20,120.50" in text
    preview = page(client, "reports:report-list", "?report=payout_summary&year=2018&quarter=1")
    assert "已结账" in preview
    assert reverse("reports:file-download", args=[row.pk]) in preview
    assert 'name="format"' not in preview


@pytest.mark.parametrize("period", ["2018", "2018Q5", "2016Q1"])
def test_no_such_closing(period: str, year: dict[str, Any]) -> None:
    address = reverse("reports:closing-detail", args=[period])
    assert browser("leader").get(address).status_code == 404
