"""Domain signals of jobs. Connect in `AppConfig.ready()`."""

from django.dispatch import Signal

# Sent inside a job's last transaction with `job_id`, `kind`, `subject`, `owner_id`, `state`, `result`, and
# (of a failure) `code` and `sentence`, so that what must
# be true together with the end (a hold that is captured or released) is. A receiver that raises undoes the end.
job_ending = Signal()
