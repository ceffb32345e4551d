"""All pages, app by app; pages of different rooms meet by URL, not by import."""

from django.urls import include, path
from django.views.generic import RedirectView

from core.views import healthz

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="members:organisation-list"), name="home"),
    path("healthz", healthz),  # for the container engine and ./run
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("reports.urls")),
    path("", include("members.urls")),
    path("", include("policies.urls")),
    path("", include("ledger.urls")),
    path("", include("claims.urls")),
]
