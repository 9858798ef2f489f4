"""Fifty connections at once: nothing is claimed twice, no cap is exceeded, everybody gets an equal share."""

import threading
import time
from collections import Counter

import pytest
from django.db import connection

from apps.jobs.claims import claim
from apps.jobs.models import Job, KindLoad, KindSlot, Turn
from apps.jobs.services.endings import succeed
from tests.conftest import make_person
from tests.jobs.kinds import NamedParams

PEOPLE, JOBS_EACH, CONNECTIONS, KIND_CAP = 20, 100, 50, 15


class Storm:
    def __init__(self, kind_cap):
        self.kind_cap = kind_cap
        self.lock = threading.Lock()
        self.claimed = []
        self.finished_by = []
        self.running = Counter()
        self.worst = Counter()
        self.errors = []
        self.freed = threading.Condition()

    def worker(self):
        try:
            while len(self.claimed) < PEOPLE * JOBS_EACH and not self.errors:
                self.one()
        except Exception as error:
            self.errors.append(error)
        finally:
            connection.close()

    def one(self):
        found = claim("cpu", worker=threading.current_thread().name)
        if found is None:
            with self.freed:  # as a worker waits for a wake-up
                self.freed.wait(0.2)
            return
        with self.lock:
            self.claimed.append(found.id)
            for key in (found.owner_id, "all"):
                self.running[key] += 1
                self.worst[key] = max(self.worst[key], self.running[key])
        time.sleep(0.01)
        with self.lock:
            for key in (found.owner_id, "all"):
                self.running[key] -= 1
            self.finished_by.append(found.owner_id)
        succeed(found, {})
        with self.freed:
            self.freed.notify()


def jain(counts):
    return sum(counts) ** 2 / (len(counts) * sum(count * count for count in counts))


@pytest.mark.django_db(transaction=True)
def test_a_storm_of_claims_is_exact_and_fair():
    people = [make_person(f"person{number}") for number in range(PEOPLE)]
    KindLoad.objects.create(kind="tests.capped", cap=KIND_CAP)
    Job.objects.bulk_create(
        Job(kind="tests.capped", queue="cpu", owner=person, params=NamedParams(name="x").model_dump())
        for _ in range(JOBS_EACH)
        for person in people
    )
    storm = Storm(KIND_CAP)
    threads = [threading.Thread(target=storm.worker) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert storm.errors == []
    assert len(storm.claimed) == len(set(storm.claimed)) == PEOPLE * JOBS_EACH
    assert storm.worst.pop("all") <= KIND_CAP
    assert max(storm.worst.values()) <= 2
    tenth = len(storm.finished_by) // 10
    for part in range(1, 11):
        shares = Counter(storm.finished_by[: part * tenth])
        assert jain([shares[person.pk] for person in people]) >= 0.95, part
    assert list(Turn.objects.filter(queue="cpu").values_list("queued", "running").distinct()) == [(0, 0)]
    assert KindSlot.objects.filter(kind="tests.capped", job_id=None).count() == KIND_CAP
