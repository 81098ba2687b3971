"""Tallies: how often one network did something this hour, under a name that nobody can turn back into the network."""

from datetime import date

from django.db import models
from django.utils.crypto import get_random_string


def new_salt() -> str:
    return get_random_string(40)


class Salt(models.Model):
    """What the networks of one day are hashed with. Deleted the next day, after which the tallies name nobody."""

    day = models.DateField(unique=True)
    value = models.CharField(max_length=40, default=new_salt)

    def __str__(self) -> str:
        return str(self.day)

    @classmethod
    def of(cls, day: date) -> str:
        return cls.objects.get_or_create(day=day)[0].value


class Tally(models.Model):
    """How many requests of one purpose came from one network in one hour."""

    network = models.CharField(max_length=32)
    hour = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "hour"], name="tally_once")]

    def __str__(self) -> str:
        return f"{self.count} at {self.hour:%Y-%m-%d %H}"
