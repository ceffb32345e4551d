"""All pages, app by app; pages of different rooms meet by URL, not by import."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from core.views import healthz
from reports.views.home import home

urlpatterns = [
    path("", home, name="home"),
    path("healthz", healthz),  # for the container engine and ./run
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("", include("reports.urls")),
    path("", include("members.urls")),
    path("", include("policies.urls")),
    path("", include("ledger.urls")),
    path("", include("claims.urls")),
]
