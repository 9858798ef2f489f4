"""What memberships tell others, inside the transaction in which it happens."""

from django.dispatch import Signal

# The tiers that count for somebody have changed: `person_id`, and `before` and `after`, sets of the tiers' ids. Both are the
# same where only a grace began or ended. Receivers write their own rows and leave topics alone, or write to them last.
standing_changed = Signal()

# A tier's rank, limits or name have changed, or it came or went: `tier_id`.
tier_changed = Signal()
