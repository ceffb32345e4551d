"""The assessment of claims and of secondary reimbursement: facts and catalogue in, amounts out.

Pure: no Django, no clock, no settings, no database. The contract is docs/assessment.md.

`scenario` reads a JSON document into `facts`; `assess` takes them through `cover` (which policy
answers), `stays` (what is one stay), `checks` (may it be paid) and one benefit module per family:
`medical`, `allowance`, `lump_sum`, `accident`, `ceiling`. `reimbursement` settles the quarters.
`steps` says in English and Chinese how an amount came about.
"""
