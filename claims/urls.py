"""Claims, secondary reimbursement and payouts."""

from django.urls import path

from claims.views import (
    calculator,
    casework,
    claims,
    filing,
    panels,
    papers,
    payouts,
    quarters,
    unclaimed,
    whatif,
)

app_name = "claims"
urlpatterns = [
    path("claims/", claims.claim_list, name="claim-list"),
    path("claims/calculator/", calculator.calculator, name="calculator"),
    path("claims/what-if/", whatif.what_if_list, name="what-if-list"),
    path("claims/what-if/<int:pk>/", whatif.what_if_detail, name="what-if-detail"),
    path("claims/unclaimed/", unclaimed.unclaimed_list, name="unclaimed-list"),
    path("claims/new/", filing.claim_file, name="claim-file"),
    path("claims/new/person/", filing.claim_person, name="claim-person"),
    path("claims/bulk/review/", casework.claims_review, name="claims-review"),
    path("claims/bulk/approve/", casework.claims_approve, name="claims-approve"),
    path("claims/bulk/payout/", payouts.claims_payout, name="claims-payout"),
    path("claims/<int:pk>/", claims.claim_detail, name="claim-detail"),
    path("claims/<int:pk>/review/", casework.claim_review, name="claim-review"),
    path("claims/<int:pk>/ask/", casework.claim_ask, name="claim-ask"),
    path("claims/<int:pk>/refuse/", casework.claim_refuse, name="claim-refuse"),
    path("claims/<int:pk>/approve/", casework.claim_approve, name="claim-approve"),
    path("claims/<int:pk>/send-back/", casework.claim_send_back, name="claim-send-back"),
    path("claims/<int:pk>/hand-in/", casework.claim_hand_in, name="claim-hand-in"),
    path("claims/<int:pk>/withdraw/", casework.claim_withdraw, name="claim-withdraw"),
    path("claims/<int:pk>/appeal/", casework.claim_appeal, name="claim-appeal"),
    path("claims/<int:pk>/refusal.pdf", casework.refusal_letter, name="refusal-letter"),
    path("claims/<int:pk>/papers/", papers.paper_add, name="paper-add"),
    path("claims/papers/<int:pk>/", papers.paper, name="paper"),
    path("claims/panel/unit/<int:pk>/", panels.unit_panel, name="unit-panel"),
    path("claims/panel/member/<int:pk>/", panels.member_panel, name="member-panel"),
    path(
        "claims/panel/member/<int:pk>/claimable", panels.member_claimable, name="member-claimable"
    ),
    path("reimb/", quarters.quarter_list, name="quarter-list"),
    path(
        "reimb/panel/member/<int:pk>/", panels.member_reimbursements, name="member-reimbursements"
    ),
    path("reimb/<str:period>/", quarters.quarter_detail, name="quarter-detail"),
    path("reimb/<str:period>/progress/", quarters.quarter_progress, name="quarter-progress"),
    path("reimb/<str:period>/compute/", quarters.quarter_compute, name="quarter-compute"),
    path("reimb/<str:period>/approve/", quarters.quarter_approve, name="quarter-approve"),
    path("reimb/<str:period>/payout/", quarters.quarter_payout, name="quarter-payout"),
    path("reimb/<str:period>/list.xlsx", quarters.quarter_file, name="quarter-file"),
    path("pay/", payouts.payout_list, name="payout-list"),
    path("pay/<int:pk>/", payouts.payout_detail, name="payout-detail"),
    path("pay/<int:pk>/confirm/", payouts.payout_confirm, name="payout-confirm"),
    path("pay/<int:pk>/cancel/", payouts.payout_cancel, name="payout-cancel"),
    path("pay/<int:pk>/list.xlsx", payouts.payout_file, name="payout-file"),
]
