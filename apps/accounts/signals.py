"""What accounts tell others, inside the transaction in which it happens."""

from django.dispatch import Signal

# An account is being deleted: `person`. Whoever keeps something of theirs that no foreign key reaches removes it now.
person_leaving = Signal()

# Somebody has another picture, or none any more: `person`.
avatar_changed = Signal()

# An account was disabled, or its owner has asked for its deletion: `person`. What they have open ends.
person_shut_out = Signal()

# Sign-ins have ended, by signing out or from elsewhere: `keys` of their sessions. What was opened with them ends.
sign_ins_ended = Signal()

# A personal token was revoked: `token_id`. What was opened with it ends.
token_revoked = Signal()

# An address was proved to belong to somebody: `person`, `email` (lower case).
email_proved = Signal()

# A copy of somebody's data lies ready: `person`.
export_ready = Signal()

# Somebody has another role: `person`, `old`, `new`.
role_changed = Signal()
