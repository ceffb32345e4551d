"""Addresses of this room."""

from django.urls import path

from ledger import views

app_name = "ledger"
urlpatterns = [
    path("ledger/", views.account_list, name="account-list"),
    path("ledger/entries/<int:pk>/", views.entry_detail, name="entry-detail"),
    path("ledger/<slug:code>/", views.account_detail, name="account-detail"),
]
