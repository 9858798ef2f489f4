"""What people play, what holds it together, and who may."""

from apps.catalog.models.collection import Collection, PlaylistEntry
from apps.catalog.models.item import Item
from apps.catalog.models.policy import AccessPolicy, PolicyStep, row_of

__all__ = ["AccessPolicy", "Collection", "Item", "PlaylistEntry", "PolicyStep", "row_of"]
