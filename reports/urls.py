"""Addresses of this room; the first page itself stands in config.urls."""

from django.urls import path

from reports.views import annual, blank, board, campaigns, centre, closing

app_name = "reports"
urlpatterns = [
    path("reports/", centre.report_list, name="report-list"),
    path("reports/units/", board.unit_board, name="unit-board"),
    path("reports/units/list.xlsx", board.board_export, name="board-export"),
    path("reports/units/urge", board.board_urge, name="board-urge"),
    path("reports/blank/", blank.blank_list, name="blank-list"),
    path("reports/blank/urge", blank.blank_urge, name="blank-urge"),
    path("reports/blank/list.xlsx", blank.blank_export, name="blank-export"),
    path("reports/files/", centre.file_request, name="file-request"),
    path("reports/files/<int:pk>/", centre.file_download, name="file-download"),
    path("reports/files/jobs/<int:pk>/", centre.file_progress, name="file-progress"),
    path("reports/annual/<int:year>/", annual.annual, name="annual"),
    path("reports/closings/", closing.closing_list, name="closing-list"),
    path("reports/closings/<str:period>/", closing.closing_detail, name="closing-detail"),
    path(
        "reports/closings/<str:period>/progress",
        closing.closing_progress,
        name="closing-progress",
    ),
    path("campaigns/", campaigns.campaign_list, name="campaign-list"),
    path("campaigns/new/", campaigns.campaign_create, name="campaign-create"),
    path("campaigns/<slug:code>/", campaigns.campaign_detail, name="campaign-detail"),
    path("campaigns/<slug:code>/edit", campaigns.campaign_edit, name="campaign-edit"),
    path("campaigns/<slug:code>/move", campaigns.campaign_move, name="campaign-move"),
    path("campaigns/<slug:code>/list.xlsx", campaigns.campaign_export, name="campaign-export"),
]
