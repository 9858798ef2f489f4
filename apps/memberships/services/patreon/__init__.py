"""Campaigns, their members, and the grants that follow."""
