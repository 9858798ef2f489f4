"""How long things are kept, and how mail is tried."""

from datetime import timedelta

KEPT = timedelta(days=90)
UNSUBSCRIBE_FOR = timedelta(days=365)
# What is read on the site within this time needs no mail.
MAIL_AFTER = timedelta(minutes=1)
MAIL_TRIES = 8  # the last about ten hours after the first
MAIL_AGAIN = timedelta(minutes=5)  # twice as long after each
