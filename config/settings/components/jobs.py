"""How long a job stays with a worker that says nothing; everything else about jobs is in apps/jobs/conf.py."""

from config.env import read_int

# Tests that kill workers set it to a few seconds. Shorter: quicker recovery, more writes for each running job.
JOB_LEASE_S = read_int("BANDSTAND_JOB_LEASE_S", 60, minimum=2)
