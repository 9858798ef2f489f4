"""What bounds memberships; what staff may change is in `settings_offered.py`."""

from datetime import timedelta

BATCH = 200  # standings reckoned in one transaction
TIERS_MOST = 100
BENEFITS_MOST = 20
ENDING_SOON = timedelta(days=7)
CHANGES_KEPT = timedelta(days=30)
GIFT_DAYS_MOST = 3660
GIFT_OPEN_FOR = timedelta(days=90)
GIFT_OPEN_MOST = timedelta(days=366)
GIFT_REMIND_BEFORE = timedelta(days=7)
