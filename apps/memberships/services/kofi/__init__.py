"""Payments at Ko-fi, and the grants that follow."""
