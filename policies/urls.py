"""Addresses of this room."""

from django.urls import path

from policies.views import (
    agent,
    batches,
    panels,
    plans,
    receipts,
    remittances,
    renewals,
    reveals,
    targets,
)

app_name = "policies"
urlpatterns = [
    path("plans/", plans.plan_list, name="plan-list"),
    path("plans/<slug:code>/", plans.plan_detail, name="plan-detail"),
    path("enrol/", agent.enrol_start, name="enrol-start"),
    path("enrol/template.xlsx", agent.enrol_template, name="enrol-template"),
    path("enrol/batches/", batches.batch_list, name="batch-list"),
    path("enrol/batches/submit", batches.batch_submit, name="batch-submit"),
    path("enrol/batches/withdraw", batches.batch_withdraw, name="batch-withdraw"),
    path("enrol/batches/accept", batches.batch_accept, name="batch-accept"),
    path("enrol/batches/return", batches.batch_return, name="batch-return"),
    path("enrol/batches/<int:pk>/", batches.batch_detail, name="batch-detail"),
    path("enrol/batches/<int:pk>/consent", batches.batch_consent, name="batch-consent"),
    path("enrol/batches/<int:pk>/remove", batches.batch_remove_lines, name="batch-remove-lines"),
    path("enrol/batches/<int:pk>/roster.xlsx", batches.batch_roster, name="batch-roster"),
    path("enrol/panel/unit/<int:pk>", panels.unit_panel, name="unit-panel"),
    path("enrol/panel/member/<int:pk>", panels.member_panel, name="member-panel"),
    path("enrol/children/<int:pk>/reveal", reveals.child_reveal, name="child-reveal"),
    path("receipts/", receipts.receipt_list, name="receipt-list"),
    path("receipts/new/", receipts.receipt_payer, name="receipt-payer"),
    path("receipts/new/<int:payer>/", receipts.receipt_create, name="receipt-create"),
    path("receipts/<int:pk>/", receipts.receipt_detail, name="receipt-detail"),
    path("receipts/<int:pk>/reverse", receipts.receipt_reverse, name="receipt-reverse"),
    path("remit/", remittances.remittance_list, name="remittance-list"),
    path("remit/new/", remittances.remittance_create, name="remittance-create"),
    path("remit/target/", targets.target_detail, name="target-detail"),
    path("remit/<int:pk>/", remittances.remittance_detail, name="remittance-detail"),
    path("remit/<int:pk>/remit", remittances.remittance_remit, name="remittance-remit"),
    path("remit/<int:pk>/cancel", remittances.remittance_cancel, name="remittance-cancel"),
    path("remit/<int:pk>/statement.xlsx", remittances.remittance_workbook, name="remittance-xlsx"),
    path("remit/<int:pk>/statement.pdf", remittances.remittance_pdf, name="remittance-pdf"),
    # renewals
    path("renewals/", renewals.renewal_calendar, name="renewal-calendar"),
    path("renewals/units/", renewals.renewal_units, name="renewal-units"),
    path("renewals/units/urge", renewals.renewal_urge, name="renewal-urge"),
    path("renewals/persons.xlsx", renewals.renewal_export, name="renewal-export"),
]
