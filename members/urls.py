"""Addresses of this room."""

from django.urls import path

from members.views import accounts, imports, jobs, organisations, people, trail, users

app_name = "members"
urlpatterns = [
    path("login", accounts.login, name="login"),
    path("logout", accounts.logout, name="logout"),
    path("password/", accounts.password, name="password"),
    path("units/", organisations.organisation_list, name="organisation-list"),
    path("units/<int:pk>/", organisations.organisation_detail, name="organisation-detail"),
    path("units/<int:pk>/branch", organisations.organisation_branch, name="organisation-branch"),
    path("units/<int:pk>/accounts/new", users.user_create, name="user-create"),
    path("people/", people.member_list, name="member-list"),
    path("people/find", people.member_find, name="member-find"),
    path("people/<int:pk>/", people.member_detail, name="member-detail"),
    path("import/", imports.import_list, name="import-list"),
    path("import/template/<slug:kind>.xlsx", imports.import_template, name="import-template"),
    path("import/new/<slug:kind>/", imports.import_upload, name="import-upload"),
    path("import/<int:pk>/", imports.import_detail, name="import-detail"),
    path("import/<int:pk>/progress", imports.import_progress, name="import-progress"),
    path("import/<int:pk>/apply", imports.import_apply, name="import-apply"),
    path("import/<int:pk>/discard", imports.import_discard, name="import-discard"),
    path("import/<int:pk>/original", imports.import_original, name="import-original"),
    path("import/<int:pk>/errors", imports.import_errors, name="import-errors"),
    path("sys/users/", users.user_list, name="user-list"),
    path("sys/users/<int:pk>/", users.user_detail, name="user-detail"),
    path("sys/users/<int:pk>/reset", users.user_reset, name="user-reset"),
    path("sys/users/<int:pk>/deactivate", users.user_deactivate, name="user-deactivate"),
    path("sys/users/<int:pk>/activate", users.user_activate, name="user-activate"),
    path("sys/users/<int:pk>/grants/new", users.grant_create, name="grant-create"),
    path("sys/users/<int:pk>/grants/<int:grant>/delete", users.grant_delete, name="grant-delete"),
    path("sys/jobs/", jobs.job_list, name="job-list"),
    path("sys/jobs/<int:pk>/progress", jobs.job_progress, name="job-progress"),
    path("sys/jobs/<int:pk>/retry", jobs.job_retry, name="job-retry"),
    path("audit/", trail.audit_list, name="audit-list"),
    path("audit/<slug:kind>/<int:pk>/", trail.audit_record, name="audit-record"),
]
