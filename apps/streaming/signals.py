"""What streaming tells others, inside the transaction in which it happens."""

from django.dispatch import Signal

# A generation is what players get from now on: `generation_id`, `item_id`.
generation_published = Signal()
