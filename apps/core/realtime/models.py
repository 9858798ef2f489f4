"""What has happened lately, so that whoever was away gets what they missed."""

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models


class Topic(models.Model):
    """Counts the events of one thing. The row's lock puts them in the order in which their transactions commit."""

    name = models.CharField(max_length=120, primary_key=True)
    last_seq = models.BigIntegerField(default=0)
    at = models.DateTimeField(help_text="When the last event happened.")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["at"], name="topic_age")]

    def __str__(self) -> str:
        return self.name


class Event(models.Model):
    """Something that happened: what and to which object, never its content. Kept 7 days."""

    topic = models.CharField(max_length=120)
    seq = models.BigIntegerField()
    type = models.CharField(max_length=60)
    ref = models.CharField(max_length=64)
    version = models.BigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["topic", "seq"], name="event_once")]
        indexes: ClassVar = [BrinIndex(fields=["at"], name="event_age", autosummarize=True)]

    def __str__(self) -> str:
        return f"{self.topic}#{self.seq} {self.type}"
