"""Pure rules of plans and enrolment: no Django, no clock, no settings, no database.

`document` reads JSON-shaped documents strictly, `terms` holds what a plan promises, `catalogue`
reads the one from the other, `enrolment` decides who may join, for how long and at what price.
"""
