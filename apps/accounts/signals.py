"""What accounts tell others, inside the transaction in which it happens."""

from django.dispatch import Signal

# An account is being deleted: `person`. Whoever keeps something of theirs that no foreign key reaches removes it now.
person_leaving = Signal()

# An address was proved to belong to somebody: `person`, `email` (lower case).
email_proved = Signal()
