"""The badge beside sums that follow from a price which the office has not confirmed."""

from django import template
from django.utils.safestring import SafeString

from core.templatetags.ui import unconfirmed
from policies import selectors
from policies.models import PlanVersion

register = template.Library()


@register.simple_tag
def price_badge(version: PlanVersion) -> SafeString | str:
    """待确认 where the price of the version is not confirmed, with its evidence as tooltip."""
    note = selectors.price_doubt(version)
    return unconfirmed(note) if note else ""
