"""Addresses of this room."""

from django.urls import path

from policies.views import (
    agent,
    batches,
    by_hand,
    confirmation,
    corrections,
    panels,
    papers,
    plans,
    receipts,
    remittances,
    renewal,
    reveals,
    reversals,
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
    # renewal, by hand, papers, corrections
    path("enrol/renew/<int:union>/", renewal.renew, name="renew"),
    path("enrol/renew/<int:union>/confirm", renewal.renew_confirm, name="renew-confirm"),
    path("enrol/new/", by_hand.find, name="by-hand-find"),
    path("enrol/new/<int:member>/", by_hand.person, name="by-hand"),
    path("enrol/batches/take-back", batches.batch_take_back, name="batch-take-back"),
    path("enrol/batches/<int:pk>/papers", papers.paper_add, name="batch-paper-add"),
    path("enrol/batches/<int:pk>/roster.pdf", papers.roster_print, name="batch-roster-pdf"),
    path("enrol/papers/<int:pk>", papers.paper, name="batch-paper"),
    path("enrol/corrections/", corrections.correction_list, name="correction-list"),
    path("enrol/corrections/<int:pk>/", corrections.correction_detail, name="correction-detail"),
    path(
        "enrol/corrections/<int:pk>/decide", corrections.correction_decide, name="correction-decide"
    ),
    path("enrol/lines/<int:policy>/correct", corrections.correction_ask, name="correction-ask"),
    # money in parts, Beijing's answer, papers that take back
    path("receipts/<int:pk>/use/", receipts.receipt_use, name="receipt-use"),
    path("remit/<int:pk>/confirm", confirmation.remittance_confirm, name="remittance-confirm"),
    path("remit/<int:pk>/differ", confirmation.remittance_differ, name="remittance-differ"),
    path("remit/<int:pk>/settle", confirmation.remittance_settle, name="remittance-settle"),
    path(
        "remit/<int:pk>/reconcile", confirmation.remittance_reconcile, name="remittance-reconcile"
    ),
    path("remit/<int:pk>/reverse", confirmation.remittance_reverse, name="remittance-reverse"),
    path("reversals/", reversals.reversal_list, name="reversal-list"),
    path("reversals/<int:pk>/", reversals.reversal_detail, name="reversal-detail"),
    path("reversals/<int:pk>/paper.pdf", reversals.reversal_paper, name="reversal-pdf"),
]
