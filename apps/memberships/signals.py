"""What memberships tell others, inside the transaction in which it happens."""

from django.dispatch import Signal

# The tiers that count for somebody have changed: `person_id`.
standing_changed = Signal()
